public import Wire

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
