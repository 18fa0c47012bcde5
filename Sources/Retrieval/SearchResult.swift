/// A place in a ranking.
public struct Rank: Sendable, Hashable {
    /// Counted from 1.
    public let rank: UInt32
    public let scoreMillionths: Int64
}

/// A chunk that was found, where, and why.
public struct RankedHit: Measured {
    /// Why it was found.
    public enum Reason: Sendable, Hashable {
        /// It has words of the query.
        case words
        /// It means something like it.
        case meaning
        case wordsAndMeaning
        /// It stands beside one that was found.
        case neighbour
    }

    public let document: Corpus.Document
    public let passage: Passage
    /// Among the candidates by words; nil if it has none of the query's, or is none of the best by them.
    public let lexical: Rank?
    /// Among the candidates by meaning; the score is the cosine.
    public let dense: Rank?
    /// What it is ranked by.
    public let scoreMillionths: Int64
    public let reason: Reason

    /// Estimated.
    public var tokens: UInt32 { passage.tokens }
}

/// What was found, and what was left out.
public struct SearchResult: Sendable, Hashable {
    /// Why one side was not looked at.
    public enum Omission: Sendable, Hashable {
        /// The query has no vector, or the documents have none.
        case noVectors
        /// The time was up after the words.
        case time
    }

    /// The best first.
    public let hits: [RankedHit]
    /// The best of what was left out.
    public let cut: [Selection<RankedHit>.Cut]
    /// How many were found and left out in all.
    public let cutTotal: Int
    /// Why meaning did not count; nil if it did.
    public let omission: Omission?
    /// How many chunks could be seen at all.
    public let visible: Int
}
