/// What a document has of a query's words.
public struct WordMatch: Sendable, Hashable {
    /// By BM25, in millionths.
    public let scoreMillionths: Int64
    /// Which of the query's words it has, by themselves or within a whole, weighted by how rare they are, from 0 to 1.
    public let coverage: Double

    public init(scoreMillionths: Int64, coverage: Double) {
        self.scoreMillionths = scoreMillionths
        self.coverage = coverage
    }
}
