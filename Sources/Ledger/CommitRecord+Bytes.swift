public import EventSourcing
import Wire

// A commit's byte string: its header, then the records of its events, all as they lie in the file.
extension CommitRecord {
    init(_ header: CommitHeader, records: [UInt8]) {
        self.init(
            id: header.id, first: header.first, last: header.last, before: header.before, digest: header.digest,
            bytes: header.bytes + records)
    }

    /// Reads a byte string that somebody else gave, and checks that its header binds its records.
    ///
    /// Whether it follows the log that one has is told by `first` and `before`.
    /// - Returns: nil if it is no commit, or if one byte of it is not as it was.
    public init?(checking bytes: [UInt8]) {
        guard bytes.count >= CommitHeader.byteCount, bytes.count <= Self.bytesMax,
            let header = CommitHeader(bytes.span.bytes.extracting(0..<CommitHeader.byteCount)),
            header.count <= NewCommit.eventsMax
        else { return nil }
        var leaves: [UInt8] = []
        var offset = CommitHeader.byteCount
        for index in 0..<Position(header.count) {
            let rest = bytes.span.bytes.extracting(offset..<bytes.count)
            guard rest.byteCount >= RecordHeader.byteCount else { return nil }
            let length = RecordHeader(rest).recordLength
            guard length <= rest.byteCount, let record = Record(rest.extracting(0..<length)) else { return nil }
            guard record.header.position == header.first + index, record.header.commit == header.first,
                Position(record.header.index) == index, record.header.time == header.time
            else { return nil }
            leaves.append(record.leaf)
            offset += length
        }
        guard offset == bytes.count, Wire.Digest.of(leaves) == header.leaves else { return nil }
        self.init(header, records: Array(bytes[CommitHeader.byteCount...]))
    }

    /// No commit is longer.
    static let bytesMax =
        CommitHeader.byteCount + PreparedCommit.bytesMax
        + NewCommit.eventsMax * (RecordHeader.byteCount + StreamName.bytesMax + PreparedCommit.actorBytesMax)
}

extension RecordedEvent {
    /// The record of this event.
    ///
    /// - Parameter number: that of its stream: the position of the stream's first event.
    func record(streamNumber number: Position) -> [UInt8] {
        let name = version == 1 ? stream.description : ""
        let header = RecordHeader(
            position: position, stream: number, previous: previous, commit: commit, causation: causation, time: time,
            version: version, payloadLength: UInt32(payload.count), index: UInt16(index), type: type,
            revision: revision, kind: kind.rawValue, nameLength: UInt8(name.utf8.count),
            actorLength: UInt8(actor.utf8.count))
        var bytes = [UInt8](repeating: 0, count: RecordHeader.byteCount)
        bytes.withUnsafeMutableBytes { header.store(to: $0) }
        return bytes + name.utf8 + actor.utf8 + payload
    }
}
