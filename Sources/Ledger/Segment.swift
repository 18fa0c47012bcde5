import EventSourcing
import LMDB
import Wire

/// Names a piece of a stream.
struct SegmentKey: Hashable, Sendable {
    /// The stream's number.
    let stream: Position
    /// Which piece of it, counted from 0.
    let number: StreamVersion

    /// Big endian, so that the pieces of a stream stand in order.
    var bytes: [UInt8] {
        withUnsafeBytes(of: stream.bigEndian) { Array($0) } + withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }
}

/// A piece of a stream, read where it lies: its records one behind the other, each after its length.
///
/// Little endian: the format (4 bytes), the number of records (4), the fingerprint of everything behind it (8), the
/// header of the commit that holds the last record (104 bytes), the records (length in 4 bytes, then the record).
struct Segment: ~Escapable {
    static let format: UInt32 = 1
    private static let headBytes = 16

    private let bytes: RawSpan
    let count: Int
    let fingerprint: UInt64
    /// Where the records begin.
    private static let recordsStart = headBytes + CommitHeader.byteCount

    /// Nil if these are not the bytes of a piece.
    @_lifetime(copy bytes)
    init?(_ bytes: RawSpan) {
        guard bytes.byteCount > Self.recordsStart, bytes.littleEndian(at: 0, as: UInt32.self) == Self.format else {
            return nil
        }
        self.bytes = bytes
        count = Int(bytes.littleEndian(at: 4, as: UInt32.self))
        fingerprint = bytes.littleEndian(at: 8)
    }

    /// Whether the bytes are those that were written.
    var isWhole: Bool {
        Fingerprint.of(bytes.extracting(Self.headBytes..<bytes.byteCount)) == fingerprint
    }

    /// Lends the records in order, until the body says false. False if it did, or if they are damaged.
    func forEachRecord(_ body: (borrowing Record) throws -> Bool) rethrows -> Bool {
        var offset = Self.recordsStart
        for _ in 0..<count {
            guard offset + 4 <= bytes.byteCount else { return false }
            let length = Int(bytes.littleEndian(at: offset, as: UInt32.self))
            guard offset + 4 + length <= bytes.byteCount,
                let record = Record(bytes.extracting(offset + 4..<offset + 4 + length))
            else { return false }
            guard try body(record) else { return false }
            offset += 4 + length
        }
        return true
    }

    private var commit: RawSpan {
        @_lifetime(copy self)
        get { bytes.extracting(Self.headBytes..<Self.recordsStart) }
    }
}

// MARK: - Against the log
extension Segment {
    /// Whether the piece is of this log: the commit that holds its last record is in the log, byte for byte. That
    /// names the tree's root, and so every event before it.
    func fits(_ transaction: borrowing ReadTransaction, _ tables: Tables) throws -> Bool {
        let first = commit.littleEndian(at: 8, as: UInt64.self)
        guard count > 0, let kept = try transaction.value(for: first, in: tables.commits) else { return false }
        return kept.holds(commit)
    }

    /// The bytes of a piece of these records; nil if the log does not say which commit holds the last.
    static func bytes(
        _ places: ArraySlice<ValuePlace>, in transaction: borrowing ReadTransaction, _ tables: Tables
    ) -> [UInt8]? {
        guard let last = places.last, let record = Record(transaction.bytes(at: last)),
            let commit = try? transaction.place(for: record.header.commit, in: tables.commits)
        else { return nil }
        var body = transaction.bytes(at: commit).copied
        guard body.count == CommitHeader.byteCount else { return nil }
        for place in places {
            let record = transaction.bytes(at: place)
            body.append(littleEndian: UInt32(record.byteCount))
            record.withUnsafeBytes { body.append(contentsOf: $0) }
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(headBytes + body.count)
        bytes.append(littleEndian: format)
        bytes.append(littleEndian: UInt32(places.count))
        bytes.append(littleEndian: Fingerprint.of(body.span.bytes))
        bytes.append(contentsOf: body)
        return bytes
    }
}

extension RawSpan {
    /// Whether these are the same bytes.
    fileprivate func holds(_ other: RawSpan) -> Bool {
        withUnsafeBytes { mine in other.withUnsafeBytes { mine.elementsEqual($0) } }
    }
}
