/// What takes tokens of a context.
public protocol Measured: Sendable, Hashable {
    /// Estimated.
    var tokens: UInt32 { get }
}

/// Why a chunk that was found is left out.
public enum CutReason: Sendable, Hashable {
    /// It would go over the tokens that may be spent.
    case budget
    /// There are as many chunks already as were asked for.
    case count
    /// It has no word of the query, and means hardly anything like it: see `Floor`.
    case unlike
}

/// What of the chunks found goes into a context, and what does not fit.
public struct Selection<Found: Measured>: Sendable, Hashable {
    /// The most cut chunks that are reported, the best first.
    public static var cutMax: Int { 16 }

    /// A chunk that was found and left out.
    public struct Cut: Sendable, Hashable {
        public let hit: Found
        public let reason: CutReason

        public init(hit: Found, reason: CutReason) {
            self.hit = hit
            self.reason = reason
        }
    }

    /// In rank order.
    public let kept: [Found]
    /// The best of what is left out.
    public let cut: [Cut]
    /// How many are left out in all.
    public let cutTotal: Int

    /// Takes the best that fit. One that is too large is left out, and a smaller one behind it may still fit.
    ///
    /// - Parameters:
    ///   - hits: the best first.
    ///   - k: at most so many.
    ///   - tokensMax: of all that is kept.
    public init(of hits: [Found], k: Int, tokensMax: UInt32) {
        var kept: [Found] = []
        var cut: [Cut] = []
        var tokens: UInt64 = 0
        for hit in hits {
            if kept.count >= k {
                cut.append(Cut(hit: hit, reason: .count))
            } else if tokens + UInt64(hit.tokens) > UInt64(tokensMax) {
                cut.append(Cut(hit: hit, reason: .budget))
            } else {
                tokens += UInt64(hit.tokens)
                kept.append(hit)
            }
        }
        self.kept = kept
        self.cut = Array(cut.prefix(Self.cutMax))
        cutTotal = cut.count
    }
}
