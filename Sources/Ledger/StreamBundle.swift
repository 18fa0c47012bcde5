public import EventSourcing
import LMDB
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

extension Ledger {
    /// A stream as it was at a checkpoint, with contents beside it.
    ///
    /// - Parameter digests: the contents that go along. Those that the log does not keep are left out.
    /// - Throws: `LedgerError`, also if the log contradicts the checkpoint, or if a limit of bundles is exceeded.
    public func bundle(
        of stream: StreamName, with digests: Set<Digest>, in signed: SignedCheckpoint
    ) throws(LedgerError) -> StreamBundle {
        try require(signed)
        let size = signed.checkpoint.size
        let (records, hashes) = try LedgerError.wrap {
            try environment.read { transaction in
                let (positions, records) = try tables.records(of: stream, upTo: size, in: transaction)
                guard !positions.isEmpty else {
                    throw LedgerError.misplaced("the stream \(stream) has no event among the first \(size)")
                }
                let nodes = Merkle.complement(of: positions.map { $0 - 1 }[...], in: 0..<size)
                return (records, try tables.hashes(of: nodes, in: transaction))
            }
        }
        var artifacts: [StreamBundle.Artifact] = []
        for digest in digests.sorted() {
            let bytes: [UInt8]?
            do {
                bytes = try artifact(digest)
            } catch {
                throw .damaged(error.description)
            }
            if let bytes { artifacts.append(StreamBundle.Artifact(digest: digest, bytes: bytes)) }
        }
        let bundle = StreamBundle(checkpoint: signed, records: records, hashes: hashes, artifacts: artifacts)
        guard bundle.byteCount <= StreamBundle.bytesMax, records.count <= StreamBundle.eventsMax else {
            throw .unavailable(
                "the stream and its contents are \(bundle.byteCount) bytes; a bundle has at most "
                    + "\(StreamBundle.bytesMax)")
        }
        return bundle
    }
}

extension Tables {
    /// The records of a stream up to a position, oldest first, byte for byte.
    func records(
        of stream: StreamName, upTo last: Position, in transaction: borrowing some Readable & ~Copyable
    ) throws -> (positions: [Position], records: [[UInt8]]) {
        var place = try head(of: stream, in: transaction)?.last ?? 0
        var found: [(position: Position, record: [UInt8])] = []
        while place > 0 {
            guard let bytes = try transaction.value(for: place, in: events), let record = Record(bytes),
                record.header.position == place, record.header.previous < place
            else { throw LedgerError.damaged("the stream \(stream) leads to @\(place), which is missing or damaged") }
            if place <= last { found.append((place, bytes.copied)) }
            place = record.header.previous
        }
        return (found.reversed().map(\.position), found.reversed().map(\.record))
    }
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
