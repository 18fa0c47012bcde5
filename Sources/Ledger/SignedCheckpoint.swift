import Wire

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
