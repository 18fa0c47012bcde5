public import EventSourcing

/// What somebody looks for, who it is, and what it may cost.
public struct SearchRequest: Sendable {
    /// How thoroughly it is looked.
    public enum Mode: Sendable, Hashable {
        /// While somebody waits: few candidates, and no more than was asked for.
        case live
        /// While nobody waits: many candidates, and behind the hits the chunks beside them, as far as the budget goes.
        case batch

        /// How many of the best by words, and by meaning, are candidates for one that is wanted; and at least.
        var candidates: (perHit: Int, least: Int) {
            switch self {
            case .live: (4, 50)
            case .batch: (20, 400)
            }
        }
    }

    /// Newer counts more: what is one half-life older counts half.
    public struct Recency: Sendable, Hashable {
        public let now: Timestamp
        /// In the units of `now`.
        public let halfLife: Timestamp

        public init(now: Timestamp, halfLife: Timestamp) {
            precondition(halfLife > 0, "a half-life is longer than nothing")
            self.now = now
            self.halfLife = halfLife
        }
    }

    public var text: String
    /// The text's vector; nil to look at words alone.
    public var vector: [Float]?
    public var visibility: Visibility
    /// At most so many hits, and never more than `LexicalIndex.hitsMax`.
    public var k: Int
    /// Of all hits together.
    public var tokensMax: UInt32
    public var mode: Mode
    public var recency: Recency?
    /// What is too unlike the query to be worth its tokens; nil to find whatever is nearest.
    public var floor: Floor?

    public init(
        _ text: String, vector: [Float]? = nil, visibility: Visibility, k: Int, tokensMax: UInt32 = .max,
        mode: Mode = .live, recency: Recency? = nil, floor: Floor? = nil
    ) {
        self.text = text
        self.vector = vector
        self.visibility = visibility
        self.k = k
        self.tokensMax = tokensMax
        self.mode = mode
        self.recency = recency
        self.floor = floor
    }
}
