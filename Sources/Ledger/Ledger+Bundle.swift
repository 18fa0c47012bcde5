public import EventSourcing
import LMDB
public import Wire

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
        let (positions, records) = try LedgerError.wrap {
            try read { try tables.records(of: stream, upTo: size, in: $0) }
        }
        guard !positions.isEmpty else { throw .misplaced("the stream \(stream) has no event among the first \(size)") }
        let hashes = try hashes(of: Merkle.complement(of: positions.map { $0 - 1 }[...], in: 0..<size))
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

    /// Nodes whose hashes are read in one transaction: at most so many times 128 records lie below them.
    private static let nodesPerRead = 64

    /// The hashes of any number of nodes, in short transactions: nothing of the tree changes between them.
    private func hashes(of nodes: [Range<UInt64>]) throws(LedgerError) -> [Digest] {
        var hashes: [Digest] = []
        while hashes.count < nodes.count {
            let next = Array(nodes[hashes.count...].prefix(Self.nodesPerRead))
            hashes += try LedgerError.wrap { try read { try tables.hashes(of: next, in: $0) } }
        }
        return hashes
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
