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
