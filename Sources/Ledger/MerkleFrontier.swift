import Wire

/// The right edge of the tree: the roots of its complete subtrees, largest first, one for each bit of the size.
///
/// It is all that is needed to append leaves and to tell the root ("compact range").
struct MerkleFrontier: Equatable {
    private(set) var size: UInt64 = 0
    private(set) var subtrees: [Wire.Digest] = []

    init() {}

    /// A frontier of these subtrees.
    init(size: UInt64, subtrees: [Wire.Digest]) {
        precondition(subtrees.count == size.nonzeroBitCount, "one subtree for each bit of the size")
        self.size = size
        self.subtrees = subtrees
    }

    mutating func append(_ leaf: Wire.Digest) { append(leaf) { _ in } }

    /// - Parameter completed: called with each node that is kept, once it is complete.
    mutating func append(
        _ leaf: Wire.Digest, completed: (MerkleNode) throws -> Void
    ) rethrows {
        var hash = leaf
        var bits = size
        var height = 0
        while bits & 1 == 1, let left = subtrees.popLast() {
            hash = Merkle.node(left, hash)
            bits >>= 1
            height += 1
            if height.isMultiple(of: MerkleNode.heightsPerLevel) {
                try completed(MerkleNode(level: height / MerkleNode.heightsPerLevel, index: bits, hash: hash))
            }
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

/// The root of a complete subtree of 256^level leaves: what is kept of the tree, from level 1 on.
///
/// The levels are those of tiles (<https://c2sp.org/tlog-tiles>). Level 0, the leaves, is computed from the records.
struct MerkleNode: Equatable {
    /// Each level is eight of the tree's heights above the one below.
    static let heightsPerLevel = 8
    /// Subtrees of one level that make one of the next.
    static let fanOut: UInt64 = 256

    let level: Int
    /// Its place among those of its level, from 0.
    let index: UInt64
    let hash: Wire.Digest

    var key: UInt64 { Self.key(level: level, index: index) }

    static func key(level: Int, index: UInt64) -> UInt64 { UInt64(level) << 56 | index }
}

extension MerkleFrontier {
    /// As kept: the size (8 bytes, little endian), then the subtrees.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 + 32 * subtrees.count)
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
