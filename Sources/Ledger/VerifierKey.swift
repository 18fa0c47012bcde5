import FoundationEssentials
import Wire

/// What a stranger is given to check signatures with: `name+id+key` (<https://c2sp.org/signed-note>), Ed25519 only.
///
/// It must come to them by a way they trust: whoever can put another key in its place can sign another history.
public struct VerifierKey: Sendable, Hashable, CustomStringConvertible {
    /// The name of the log that signs.
    public let name: String
    /// 32 bytes (RFC 8032).
    let publicKey: [UInt8]

    init(name: String, publicKey: [UInt8]) {
        self.name = name
        self.publicKey = publicKey
    }

    /// Nil if the text is no such key, or if its id is not that of its name and key.
    public init?(_ text: String) {
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, !parts[0].contains(where: \.isWhitespace),
            let key = Data(base64Encoded: String(parts[2])), key.count == 33, key.first == 1
        else { return nil }
        self.init(name: String(parts[0]), publicKey: Array(key.dropFirst()))
        guard parts[1] == id else { return nil }
    }

    /// Eight hexadecimal digits, which stand in every signature: SHA-256(name ‖ newline ‖ 0x01 ‖ key), the first four
    /// bytes.
    public var id: String { SignedNote.keyID(name: name, publicKey: publicKey).hex }

    public var description: String { "\(name)+\(id)+\(Data([1] + publicKey).base64EncodedString())" }
}

/// A checkpoint with the signatures below it, byte for byte.
public struct SignedCheckpoint: Sendable, Hashable {
    /// The most bytes of one; beside the log's own signature it may carry those of witnesses.
    public static let bytesMax = 16_384

    public let checkpoint: Ledger.Checkpoint
    public let bytes: [UInt8]
    private let note: SignedNote

    /// Nil if these bytes are no checkpoint in a signed note, or could be spelled in another way.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count <= Self.bytesMax, let note = SignedNote(bytes), note.bytes == bytes,
            let checkpoint = Ledger.Checkpoint(note.text)
        else { return nil }
        self.checkpoint = checkpoint
        self.bytes = bytes
        self.note = note
    }

    /// Whether the log of this name has signed it with this key.
    public func isSigned(by key: VerifierKey) -> Bool {
        checkpoint.origin == key.name && note.isSigned(by: key.publicKey, named: key.name)
    }

    /// - Throws: `ProofFailure`, with words that say what is wrong.
    public func require(_ key: VerifierKey) throws(ProofFailure) {
        guard checkpoint.origin == key.name else {
            throw .refuted("the checkpoint is of the log \(checkpoint.origin), and the key is of \(key.name)")
        }
        guard isSigned(by: key) else {
            throw .refuted("the checkpoint is not signed with the key \(key.id) of \(key.name)")
        }
    }

    /// The ids of the keys that signed it in the name of the log, as the note claims.
    var keyIDs: [String] {
        note.signatures.filter { $0.keyName == checkpoint.origin }.map { $0.bytes.prefix(4).hex }
    }
}

/// Why a proof is not accepted, in words for the user.
public enum ProofFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The bytes are no proof at all: cut off, changed, or something else.
    case malformed(String)
    /// A proof that does not hold.
    case refuted(String)

    public var description: String {
        switch self {
        case .malformed(let words), .refuted(let words): words
        }
    }
}
