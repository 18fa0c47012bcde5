public import Wire

/// That a tree grew out of an older one: nothing of the older was changed or taken away (RFC 9162, section 2.1.4; the
/// same as in RFC 6962).
public struct ConsistencyProof: Sendable, Hashable {
    /// The leaves of the older tree.
    public let old: UInt64
    /// The leaves of the newer tree.
    public let new: UInt64
    /// The nodes that the two roots are made of. None if the sizes are the same, or if the older tree is empty.
    public let path: [Digest]

    public init(old: UInt64, new: UInt64, path: [Digest]) {
        self.old = old
        self.new = new
        self.path = path
    }

    /// Whether a tree with the newer root grew out of one with the older.
    public func connects(_ oldRoot: Digest, to newRoot: Digest) -> Bool {
        guard old <= new else { return false }
        if old == new { return path.isEmpty && oldRoot == newRoot }
        if old == 0 { return path.isEmpty && oldRoot == Merkle.emptyRoot }
        // RFC 9162, section 2.1.4.2, in its own letters.
        var path = path[...]
        if old & (old - 1) == 0 { path = [oldRoot] + path }
        guard let start = path.popFirst() else { return false }
        var (fn, sn) = (old - 1, new - 1)
        while fn & 1 == 1 { (fn, sn) = (fn >> 1, sn >> 1) }
        var (fr, sr) = (start, start)
        for c in path {
            guard sn > 0 else { return false }
            if fn & 1 == 1 || fn == sn {
                (fr, sr) = (Merkle.node(c, fr), Merkle.node(c, sr))
                while fn & 1 == 0, fn > 0 { (fn, sn) = (fn >> 1, sn >> 1) }
            } else {
                sr = Merkle.node(sr, c)
            }
            (fn, sn) = (fn >> 1, sn >> 1)
        }
        return fr == oldRoot && sr == newRoot && sn == 0
    }
}
