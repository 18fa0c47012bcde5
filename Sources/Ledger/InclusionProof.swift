public import Wire

/// That a leaf is in a tree, at its place: the hashes beside the way from the leaf to the root (RFC 9162, section
/// 2.1.3; the same as in RFC 6962).
public struct InclusionProof: Sendable, Hashable {
    /// The place of the leaf, counted from 0; an event's is its position less one.
    public let index: UInt64
    /// The leaves of the tree.
    public let size: UInt64
    /// From the leaf's sibling to the child of the root.
    public let path: [Digest]

    public init(index: UInt64, size: UInt64, path: [Digest]) {
        self.index = index
        self.size = size
        self.path = path
    }

    /// The root to which the path leads from a leaf hash: whoever trusts this root knows that the leaf is there.
    ///
    /// - Returns: nil if the path is not as long as this place in a tree of this size has it.
    public func root(from leaf: Digest) -> Digest? {
        // RFC 9162, section 2.1.3.2, in its own letters.
        guard index < size else { return nil }
        var (fn, sn, r) = (index, size - 1, leaf)
        for p in path {
            guard sn > 0 else { return nil }
            if fn & 1 == 1 || fn == sn {
                r = Merkle.node(p, r)
                while fn & 1 == 0, fn > 0 { (fn, sn) = (fn >> 1, sn >> 1) }
            } else {
                r = Merkle.node(r, p)
            }
            (fn, sn) = (fn >> 1, sn >> 1)
        }
        return sn == 0 ? r : nil
    }
}

/// That many leaves are in one tree: the hashes they share are there once, and what follows from the leaves is not.
///
/// In one walk from the root: a node without a leaf of ours is one hash, taken in order; a leaf of ours is itself; any
/// other node is cut in two as RFC 9162, section 2.1.1, cuts it.
public struct MultiProof: Sendable, Hashable {
    /// The places of the leaves, counted from 0, ascending.
    public let indexes: [UInt64]
    /// The leaves of the tree.
    public let size: UInt64
    /// The nodes that hold none of them, from left to right.
    public let hashes: [Digest]

    public init(indexes: [UInt64], size: UInt64, hashes: [Digest]) {
        self.indexes = indexes
        self.size = size
        self.hashes = hashes
    }

    /// The root of the tree that has these leaves at these places.
    ///
    /// - Parameter leaves: their hashes, in the order of the places.
    /// - Returns: nil if the places are not ascending, or if there is not exactly one hash for each node.
    public func root(from leaves: [Digest]) -> Digest? {
        guard !indexes.isEmpty, leaves.count == indexes.count, zip(indexes, indexes.dropFirst()).allSatisfy(<),
            indexes.last ?? 0 < size
        else { return nil }
        var rest = hashes[...]
        let root = hash(of: 0..<size, with: indexes[...], leaves, &rest)
        return rest.isEmpty ? root : nil
    }

    private func hash(
        of node: Range<UInt64>, with places: ArraySlice<UInt64>, _ leaves: [Digest], _ rest: inout ArraySlice<Digest>
    ) -> Digest? {
        guard let first = places.indices.first else { return rest.popFirst() }
        if node.upperBound - node.lowerBound == 1 { return leaves[first] }
        let middle = Merkle.split(node)
        let cut = places.firstIndex { $0 >= middle } ?? places.endIndex
        guard let left = hash(of: node.lowerBound..<middle, with: places[..<cut], leaves, &rest),
            let right = hash(of: middle..<node.upperBound, with: places[cut...], leaves, &rest)
        else { return nil }
        return Merkle.node(left, right)
    }
}
