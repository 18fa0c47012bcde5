import EventSourcing
import Wire

/// A commit as one canonical byte string, chained to the one before it: 104 bytes. `FileFormat.md` draws it.
///
/// Its events come in as their leaves, and the commit before as its digest: these bytes bind the whole log up to here.
struct CommitHeader: Equatable {
    static let byteCount = 104
    static let format: UInt32 = 2

    let count: UInt32
    let first: Position
    let time: Timestamp
    let id: CommitID
    /// The digest of the commit before; zeros for the first.
    let before: Wire.Digest
    /// SHA-256 of the leaves of its events, one after the other.
    let leaves: Wire.Digest

    var last: Position { first + Position(count) - 1 }
    var digest: Wire.Digest { withBytes { bytes in bytes.withUnsafeBytes { Wire.Digest.of($0) } } }
}

extension CommitHeader {
    /// The bytes, lent.
    func withBytes<Result>(_ body: (RawSpan) throws -> Result) rethrows -> Result {
        try withUnsafeTemporaryAllocation(byteCount: Self.byteCount, alignment: 8) { room in
            room.storeBytes(of: Self.format.littleEndian, toByteOffset: 0, as: UInt32.self)
            room.storeBytes(of: count.littleEndian, toByteOffset: 4, as: UInt32.self)
            room.storeBytes(of: first.littleEndian, toByteOffset: 8, as: UInt64.self)
            room.storeBytes(of: time.littleEndian, toByteOffset: 16, as: Int64.self)
            room.storeBytes(of: id.high.bigEndian, toByteOffset: 24, as: UInt64.self)
            room.storeBytes(of: id.low.bigEndian, toByteOffset: 32, as: UInt64.self)
            before.withBytes { UnsafeMutableRawBufferPointer(rebasing: room[40...]).copyMemory(from: $0) }
            leaves.withBytes { UnsafeMutableRawBufferPointer(rebasing: room[72...]).copyMemory(from: $0) }
            return try body(RawSpan(_unsafeBytes: UnsafeRawBufferPointer(room)))
        }
    }

    var bytes: [UInt8] { withBytes { $0.copied } }

    /// Nil if these are not the bytes of a commit.
    init?(_ bytes: RawSpan) {
        guard bytes.byteCount == Self.byteCount, bytes.littleEndian(at: 0, as: UInt32.self) == Self.format,
            let before = Wire.Digest(bytes.extracting(40..<72)), let leaves = Wire.Digest(bytes.extracting(72..<104))
        else { return nil }
        count = bytes.littleEndian(at: 4)
        first = bytes.littleEndian(at: 8)
        time = bytes.littleEndian(at: 16)
        guard let id = CommitID(bytes.extracting(24..<40)) else { return nil }
        self.id = id
        self.before = before
        self.leaves = leaves
        guard count > 0, first > 0 else { return nil }
    }
}

extension CommitID {
    /// Sixteen bytes in the order of RFC 9562, so that ids of later times sort behind.
    var bytes: [UInt8] { withBytes { $0.copied } }

    /// The sixteen bytes, lent.
    func withBytes<Result>(_ body: (RawSpan) throws -> Result) rethrows -> Result {
        try withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { try body(RawSpan(_unsafeBytes: $0)) }
    }

    /// Nil unless there are sixteen bytes.
    init?(_ bytes: RawSpan) {
        guard bytes.byteCount == 16 else { return nil }
        self.init(
            high: UInt64(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt64.self)),
            low: UInt64(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }

    /// In the order of their bytes.
    static func < (a: CommitID, b: CommitID) -> Bool {
        a.high == b.high ? a.low < b.low : a.high < b.high
    }
}
