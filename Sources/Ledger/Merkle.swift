import Wire

/// Hashes of the tree over all events, as in RFC 6962, section 2.1.
enum Merkle {
    /// The root of a tree without leaves: SHA-256 of nothing.
    static let emptyRoot = Wire.Digest.of([])

    /// SHA-256(0x00 ‖ header ‖ names ‖ SHA-256(payload)).
    ///
    /// The payload goes in as a digest, so callers' threads can hash it, and a proof need not carry it.
    static func leaf(head: RawSpan, payload: Wire.Digest) -> Wire.Digest {
        let count = 1 + head.byteCount + 32
        return withUnsafeTemporaryAllocation(byteCount: count, alignment: 8) { room in
            room[0] = 0
            head.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: room[1...]).copyMemory(from: $0) }
            payload.withBytes {
                UnsafeMutableRawBufferPointer(rebasing: room[(1 + head.byteCount)...]).copyMemory(from: $0)
            }
            return Wire.Digest.of(UnsafeRawBufferPointer(room))
        }
    }

    /// SHA-256(0x00 ‖ bytes): a leaf of bytes as they are.
    static func leaf(_ bytes: [UInt8]) -> Wire.Digest { Wire.Digest.of([0] + bytes) }

    /// SHA-256(0x01 ‖ left ‖ right).
    static func node(_ left: Wire.Digest, _ right: Wire.Digest) -> Wire.Digest {
        withUnsafeTemporaryAllocation(byteCount: 65, alignment: 8) { room in
            room[0] = 1
            left.withBytes { UnsafeMutableRawBufferPointer(rebasing: room[1...]).copyMemory(from: $0) }
            right.withBytes { UnsafeMutableRawBufferPointer(rebasing: room[33...]).copyMemory(from: $0) }
            return Wire.Digest.of(UnsafeRawBufferPointer(room))
        }
    }
}

/// The right edge of the tree: the roots of its complete subtrees, largest first, one for each bit of the size.
///
/// It is all that is needed to append leaves and to tell the root ("compact range").
struct MerkleFrontier: Equatable {
    private(set) var size: UInt64 = 0
    private(set) var subtrees: [Wire.Digest] = []

    init() {}

    mutating func append(_ leaf: Wire.Digest) {
        var hash = leaf
        var bits = size
        while bits & 1 == 1, let left = subtrees.popLast() {
            hash = Merkle.node(left, hash)
            bits >>= 1
        }
        subtrees.append(hash)
        size += 1
    }

    var root: Wire.Digest {
        guard var root = subtrees.last else { return Merkle.emptyRoot }
        for subtree in subtrees.dropLast().reversed() { root = Merkle.node(subtree, root) }
        return root
    }
}

extension MerkleFrontier {
    /// As kept: the size (8 bytes, little endian), then the subtrees.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: size)
        for subtree in subtrees { bytes.append(subtree) }
        return bytes
    }

    /// Nil unless there is one subtree for each bit of the size.
    init?(_ bytes: RawSpan) {
        guard bytes.byteCount >= 8 else { return nil }
        size = bytes.littleEndian(at: 0)
        guard bytes.byteCount == 8 + 32 * size.nonzeroBitCount else { return nil }
        for index in 0..<size.nonzeroBitCount {
            guard let subtree = Wire.Digest(bytes.extracting(8 + 32 * index..<40 + 32 * index)) else { return nil }
            subtrees.append(subtree)
        }
    }
}
