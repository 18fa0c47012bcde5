import Wire

// Which nodes of the tree a proof is made of, and what their hashes are. A node is the range of the leaves below it,
// counted from 0; its hash is MTH(D[range]) in the words of RFC 9162, section 2.1.1.
extension Merkle {
    /// Where a node of more than one leaf is cut: behind the largest power of two smaller than its length.
    static func split(_ node: Range<UInt64>) -> UInt64 {
        node.lowerBound + 1 << UInt64(63 - (node.upperBound - node.lowerBound - 1).leadingZeroBitCount)
    }

    /// PATH(m, D[0:size]), the leaf's sibling first (RFC 9162, section 2.1.3.1).
    static func path(to leaf: UInt64, size: UInt64) -> [Range<UInt64>] {
        precondition(leaf < size, "a path to a leaf that is not there")
        var path: [Range<UInt64>] = []
        var node = 0..<size
        while node.upperBound - node.lowerBound > 1 {
            let middle = split(node)
            let (left, right) = (node.lowerBound..<middle, middle..<node.upperBound)
            path.append(leaf < middle ? right : left)
            node = leaf < middle ? left : right
        }
        return path.reversed()
    }

    /// PROOF(m, D[0:size]), the lowest node first (RFC 9162, section 2.1.4.1).
    static func consistency(from old: UInt64, to size: UInt64) -> [Range<UInt64>] {
        precondition(old <= size, "a tree that grows from a larger one")
        guard old > 0, old < size else { return [] }
        var nodes: [Range<UInt64>] = []
        var node = 0..<size
        while node.upperBound != old {
            let middle = split(node)
            let (left, right) = (node.lowerBound..<middle, middle..<node.upperBound)
            nodes.append(old <= middle ? right : left)
            node = old <= middle ? left : right
        }
        // The old tree itself is known to whoever asks.
        if node.lowerBound > 0 { nodes.append(node) }
        return nodes.reversed()
    }

    /// The fewest nodes that, with these leaves, give the root: those that hold none of them and are as large as can
    /// be, from left to right.
    ///
    /// - Parameter leaves: ascending, each once, at least one, all below the size.
    static func complement(of leaves: ArraySlice<UInt64>, in node: Range<UInt64>) -> [Range<UInt64>] {
        if leaves.isEmpty { return [node] }
        if node.upperBound - node.lowerBound == 1 { return [] }
        let middle = split(node)
        let cut = leaves.firstIndex { $0 >= middle } ?? leaves.endIndex
        return complement(of: leaves[..<cut], in: node.lowerBound..<middle)
            + complement(of: leaves[cut...], in: middle..<node.upperBound)
    }
}

extension Merkle {
    /// The hash of a node.
    ///
    /// - Parameter subtree: the root of the complete subtree of 2^height leaves at an index among its like.
    static func hash<Failure: Error>(
        of node: Range<UInt64>, subtree: (_ height: Int, _ index: UInt64) throws(Failure) -> Wire.Digest
    ) throws(Failure) -> Wire.Digest {
        // A node is complete subtrees side by side, one for each bit of its length, the largest first.
        var subtrees: [Wire.Digest] = []
        var start = node.lowerBound
        while start < node.upperBound {
            let height = 63 - (node.upperBound - start).leadingZeroBitCount
            subtrees.append(try subtree(height, start >> UInt64(height)))
            start += 1 << UInt64(height)
        }
        return MerkleFrontier(size: node.upperBound - node.lowerBound, subtrees: subtrees).root
    }
}
