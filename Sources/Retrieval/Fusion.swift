/// How much words and meaning count for the rank of a document.
///
/// The score is the weighted sum of three numbers between 0 and 1 that do not depend on what else was found:
///
/// - the cosine (0 if it is negative);
/// - the share of the greatest BM25 score that the query allows;
/// - the cube of the coverage: which of the query's words the document has, weighted by how rare they are, however
///   often and in however long a text.
///
/// A paraphrase shares few rare words with what it asks for, so its rank is that of the cosine. To an embedder 59 euro
/// are as good as 30, and a long text has a small BM25 score beside rows of a table; but who has every word of a query,
/// its numbers and codes too, comes first. The cube makes nothing of a few words that many have.
public struct Fusion: Sendable, Hashable {
    public let denseWeight: Double
    public let lexicalWeight: Double
    public let coverageWeight: Double

    public init(denseWeight: Double = 1, lexicalWeight: Double = 0.2, coverageWeight: Double = 0.6) {
        self.denseWeight = denseWeight
        self.lexicalWeight = lexicalWeight
        self.coverageWeight = coverageWeight
    }

    /// In millionths of a point.
    ///
    /// - Parameters:
    ///   - words: what the document has of the query's words.
    ///   - bound: the greatest BM25 score that the query allows.
    ///   - cosine: nil if there is no vector.
    public func scoreMillionths(words: WordMatch, bound: Double, cosine: Float?) -> Int64 {
        let share = bound > 0 ? min(1, Double(words.scoreMillionths) / 1_000_000 / bound) : 0
        let dense = cosine.map { max(0, min(1, Double($0))) } ?? 0
        let coverage = words.coverage * words.coverage * words.coverage
        let score = denseWeight * dense + lexicalWeight * share + coverageWeight * coverage
        return Int64((score * 1_000_000).rounded())
    }
}
