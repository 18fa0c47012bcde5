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
