public import EventSourcing
public import Wire

/// One stream whole, with the contents that its events name and the proof that a log has signed them: one file, for
/// somebody who has nothing but the log's key. `FileFormat.md` draws it.
public struct StreamBundle: Sendable {
    /// The most bytes of a bundle.
    public static let bytesMax = 256 << 20
    /// The most events of a bundle.
    public static let eventsMax = 1 << 20
    /// The most contents of a bundle.
    public static let artifactsMax = 1 << 20

    /// A content and its SHA-256.
    struct Artifact: Sendable, Equatable {
        let digest: Digest
        let bytes: [UInt8]
    }

    public let checkpoint: SignedCheckpoint
    /// The records of the stream's events, in order, as they lie in the log.
    let records: [[UInt8]]
    /// The hashes of a `MultiProof` for all of them.
    let hashes: [Digest]
    /// In the order of their digests.
    let artifacts: [Artifact]

    public var eventCount: Int { records.count }
    /// The hashes of the proof that the events are in the tree.
    public var hashCount: Int { hashes.count }
    public var artifactCount: Int { artifacts.count }
}

/// What a bundle proves to whoever trusts the key.
public struct VerifiedBundle: Sendable {
    public let checkpoint: SignedCheckpoint
    public let stream: StreamName
    /// All events of the stream from its first to the last that the bundle has, without a gap.
    public let events: [RecordedEvent]
    /// The contents by digest; every one is named by an event, or by another content that is.
    public let artifacts: [Digest: [UInt8]]
}
