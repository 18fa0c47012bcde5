public import Wire

/// A commit as it lies in the log: one canonical byte string, the same on every node that keeps the log.
///
/// It carries its id, the position that it begins at (so the head that it follows), and the digest of the commit before
/// it. Whoever keeps a copy of the log takes in the bytes in order, if they follow what is there.
public struct CommitRecord: Sendable, Hashable {
    public let id: CommitID
    /// The position of its first event.
    public let first: Position
    /// The position of its last event.
    public let last: Position
    /// The digest of the commit before; zeros for the first.
    public let before: Digest
    /// What the next commit carries as `before`: it binds every byte of every event up to `last`.
    public let digest: Digest
    public let bytes: [UInt8]

    public init(id: CommitID, first: Position, last: Position, before: Digest, digest: Digest, bytes: [UInt8]) {
        self.id = id
        self.first = first
        self.last = last
        self.before = before
        self.digest = digest
        self.bytes = bytes
    }
}
