/// What is left out though there is room for it: it has no word of the query, and means hardly anything like it.
///
/// Whatever has a word of the query stays, for a code or a name may be all that matters, and so does what clearly means
/// something like it. Of the rest goes what is far from the query, and what is far behind the best: where one text has
/// all that was asked for, others that only sound alike say nothing to it.
public struct Floor: Sendable, Hashable {
    /// Less than this cosine says nothing.
    public let cosineMin: Double
    /// The least share of the best's score, of what has a cosine below `cosineEnough`.
    public let shareMin: Double
    /// As much as this stays, whatever the best is.
    public let cosineEnough: Double

    /// Chosen with 234 questions in six sets, so that no right answer among the first five is left out: see *Search* in
    /// the catalog of `daybook`.
    public init(cosineMin: Double = 0.1, shareMin: Double = 0.4, cosineEnough: Double = 0.3) {
        self.cosineMin = cosineMin
        self.shareMin = shareMin
        self.cosineEnough = cosineEnough
    }

    /// Whether something is too unlike the query.
    ///
    /// - Parameters:
    ///   - scoreMillionths: before age counts: what is old is no less like.
    ///   - best: the greatest score of all that was found.
    func leavesOut(hasWords: Bool, cosine: Float?, scoreMillionths: Int64, best: Int64) -> Bool {
        guard !hasWords, let cosine = cosine.map(Double.init), cosine < cosineEnough else { return false }
        return cosine < cosineMin || Double(scoreMillionths) < shareMin * Double(best)
    }
}
