/// How much words and meaning count for the rank of a document.
///
/// The score is the weighted sum of two numbers between 0 and 1 that do not depend on what else was found: the cosine
/// (0 if it is negative), and the share of the query's words that the document has, weighted by how rare they are (its
/// BM25 score divided by the greatest that any document could have). A paraphrase shares few rare words with what it
/// asks for, so its rank is that of the cosine; a name, a code or an amount is most of what the query weighs.
public struct Fusion: Sendable, Hashable {
    public let denseWeight: Double
    public let lexicalWeight: Double

    public init(denseWeight: Double = 1, lexicalWeight: Double = 0.6) {
        self.denseWeight = denseWeight
        self.lexicalWeight = lexicalWeight
    }

    /// In millionths of a point.
    ///
    /// - Parameters:
    ///   - lexicalMillionths: a BM25 score.
    ///   - bound: the greatest that the query allows.
    ///   - cosine: nil if there is no vector.
    public func scoreMillionths(lexicalMillionths: Int64, bound: Double, cosine: Float?) -> Int64 {
        let share = bound > 0 ? min(1, Double(lexicalMillionths) / 1_000_000 / bound) : 0
        let dense = cosine.map { max(0, min(1, Double($0))) } ?? 0
        return Int64(((denseWeight * dense + lexicalWeight * share) * 1_000_000).rounded())
    }
}
