import EventSourcing
import Wire

/// One entry of the journal: the commits of a batch, each as its byte string, with its new artifacts.
///
///     offset
///        0  8    "DAYBOOKJ"
///        8  u64  length, from the first byte to the last, without what fills its last block
///       16  32   SHA-256 of everything behind it
///       48  u64  the position of its first event
///       56       of each commit: the length of its byte string (u32), the byte string,
///                the number of its artifacts (u32), and of each its length (u32) and its bytes
struct JournalEntry {
    static let headByteCount = 56
    private static let hashedFrom = 48
    private static let magic = Array("DAYBOOKJ".utf8)

    /// A commit as it was acknowledged.
    struct Commit {
        let record: CommitRecord
        let artifacts: [[UInt8]]
    }

    private var bytes: [UInt8]
    /// More was to be written than an entry holds; the rest was left out.
    private(set) var isTooLarge = false
    /// Where the length of the commit that is being written stands.
    private var commitStart = 0

    init() {
        bytes = []
        removeAll()
    }

    /// The bytes written so far.
    var byteCount: Int { bytes.count }
    var isEmpty: Bool { bytes.count == Self.headByteCount }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        isTooLarge = false
        bytes.append(contentsOf: repeatElement(0, count: Self.headByteCount))
    }

    /// Begins a commit, with room for its header.
    mutating func beginCommit() {
        commitStart = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: 4 + CommitHeader.byteCount))
    }

    mutating func append(record: UnsafeRawBufferPointer) {
        guard hasRoom(for: record.count) else { return }
        bytes.append(contentsOf: record)
    }

    private mutating func hasRoom(for count: Int) -> Bool {
        if bytes.count + count > Journal.entryBytesMax { isTooLarge = true }
        return !isTooLarge
    }

    mutating func endCommit(_ header: RawSpan, artifacts: [(digest: Wire.Digest, bytes: [UInt8])]) {
        guard hasRoom(for: artifacts.reduce(4) { $0 + 4 + $1.bytes.count }) else { return }
        let length = UInt32(bytes.count - commitStart - 4)
        bytes.withUnsafeMutableBytes { room in
            room.storeBytes(of: length.littleEndian, toByteOffset: commitStart, as: UInt32.self)
            let place = UnsafeMutableRawBufferPointer(rebasing: room[(commitStart + 4)...])
            header.withUnsafeBytes { place.copyMemory(from: $0) }
        }
        bytes.append(littleEndian: UInt32(artifacts.count))
        for artifact in artifacts {
            bytes.append(littleEndian: UInt32(artifact.bytes.count))
            bytes.append(contentsOf: artifact.bytes)
        }
    }

    /// The bytes as they are written, in whole blocks.
    ///
    /// - Parameter first: the position of its first event.
    consuming func sealed(first: Position) -> [UInt8] {
        let count = bytes.count
        bytes.withUnsafeMutableBytes {
            $0.storeBytes(of: first.littleEndian, toByteOffset: Self.hashedFrom, as: UInt64.self)
        }
        let digest = bytes[Self.hashedFrom...].withUnsafeBytes { Wire.Digest.of($0) }
        bytes.withUnsafeMutableBytes { room in
            room.copyBytes(from: Self.magic)
            room.storeBytes(of: UInt64(count).littleEndian, toByteOffset: 8, as: UInt64.self)
            digest.withBytes { UnsafeMutableRawBufferPointer(rebasing: room[16...]).copyMemory(from: $0) }
        }
        bytes.append(contentsOf: repeatElement(0, count: Journal.padded(count) - count))
        return bytes
    }
}

// MARK: - Reading
extension JournalEntry {
    /// The length that a head tells; nil if it is none, or not of an entry that begins at this position.
    static func byteCount(head: [UInt8], first: Position) -> Int? {
        guard head.count == headByteCount, head.starts(with: magic),
            head.span.bytes.littleEndian(at: hashedFrom, as: UInt64.self) == first
        else { return nil }
        return Int(exactly: head.span.bytes.littleEndian(at: 8, as: UInt64.self)).flatMap {
            $0 > headByteCount ? $0 : nil
        }
    }

    /// Nil unless every byte is as it was written.
    init?(sealed: [UInt8]) {
        guard sealed.count > Self.headByteCount,
            let digest = Wire.Digest(sealed.span.bytes.extracting(16..<Self.hashedFrom)),
            sealed[Self.hashedFrom...].withUnsafeBytes({ Wire.Digest.of($0) }) == digest
        else { return nil }
        bytes = sealed
    }

    /// Its commits, if the first follows this position and this commit; nil if not.
    func commits(following position: Position, _ digest: Wire.Digest) -> [Commit]? {
        var (found, offset, position, digest) = ([Commit](), Self.headByteCount, position, digest)
        func take(_ count: Int) -> ArraySlice<UInt8>? {
            guard count <= bytes.count - offset else { return nil }
            defer { offset += count }
            return bytes[offset..<offset + count]
        }
        func takeLength() -> Int? { take(4).map { Int(Array($0).span.bytes.littleEndian(at: 0, as: UInt32.self)) } }
        while offset < bytes.count {
            guard let length = takeLength(), let string = take(length), let count = takeLength(),
                let record = CommitRecord(checking: Array(string)), record.first == position + 1,
                record.before == digest
            else { return nil }
            var artifacts: [[UInt8]] = []
            for _ in 0..<count {
                guard let length = takeLength(), let artifact = take(length) else { return nil }
                artifacts.append(Array(artifact))
            }
            found.append(Commit(record: record, artifacts: artifacts))
            (position, digest) = (record.last, record.digest)
        }
        return found
    }
}
