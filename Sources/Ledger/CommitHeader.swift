import EventSourcing
import Wire

/// A commit as one canonical byte string, chained to the one before it: 104 bytes. `FileFormat.md` draws it.
///
/// The tree's root after the commit takes in every byte of every event, so these bytes bind the whole log before them.
struct CommitHeader: Equatable {
    static let byteCount = 104
    static let format: UInt32 = 1

    let count: UInt32
    let first: Position
    let time: Timestamp
    let id: CommitID
    /// The digest of the commit before; zeros for the first.
    let before: Wire.Digest
    /// The tree's root after the commit.
    let root: Wire.Digest

    var last: Position { first + Position(count) - 1 }
    var digest: Wire.Digest { Wire.Digest.of(bytes) }
}

extension CommitHeader {
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        bytes.append(littleEndian: Self.format)
        bytes.append(littleEndian: count)
        bytes.append(littleEndian: first)
        bytes.append(littleEndian: time)
        bytes.append(contentsOf: id.bytes)
        bytes.append(before)
        bytes.append(root)
        return bytes
    }

    /// Nil if these are not the bytes of a commit.
    init?(_ bytes: RawSpan) {
        guard bytes.byteCount == Self.byteCount, bytes.littleEndian(at: 0, as: UInt32.self) == Self.format,
            let before = Wire.Digest(bytes.extracting(40..<72)), let root = Wire.Digest(bytes.extracting(72..<104))
        else { return nil }
        count = bytes.littleEndian(at: 4)
        first = bytes.littleEndian(at: 8)
        time = bytes.littleEndian(at: 16)
        id = CommitID(
            high: UInt64(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: 24, as: UInt64.self)),
            low: UInt64(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: 32, as: UInt64.self)))
        self.before = before
        self.root = root
        guard count > 0, first > 0 else { return nil }
    }
}

extension CommitID {
    /// Sixteen bytes in the order of RFC 9562, so that ids of later times sort behind.
    var bytes: [UInt8] {
        [high, low].flatMap { word in withUnsafeBytes(of: word.bigEndian) { Array($0) } }
    }
}
