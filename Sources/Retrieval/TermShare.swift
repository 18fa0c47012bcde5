/// What one word of a query adds to the score of a document.
public struct TermShare: Sendable, Hashable {
    /// As it stands in the index: folded, and without its ending.
    public let term: String
    /// In how many documents that may be seen it occurs.
    public let documents: Int
    /// How often the document has it.
    public let count: Int
    public let scoreMillionths: Int64
}

extension LexicalIndex {
    /// The words of a query that a document has, and what each adds to its score; none if it may not be seen.
    public func shares(
        of query: LexicalQuery, in document: Corpus.Document, _ scope: Corpus.Scope
    ) -> [TermShare] {
        guard corpus.segments.indices.contains(document.segment) else { return [] }
        let segment = corpus.segments[document.segment]
        guard document.number < segment.documents, scope.segments[document.segment].contains(document.number) else {
            return []
        }
        let norms = BM25.norms(lengthMax: segment.lengthMax, mean: scope.meanLength)
        let norm = norms[min(Int(segment.documentLength[document.number]), segment.lengthMax)]
        return withUnsafeTemporaryAllocation(byteCount: PostingsCursor.roomBytes, alignment: 8) { room in
            query.terms.compactMap { term in
                guard let base = room.baseAddress, term.documents > 0, let number = term.numbers[document.segment]
                else { return nil }
                var cursor = PostingsCursor(number, in: segment, room: base)
                let count = cursor.count(in: document.number)
                guard count > 0 else { return nil }
                let units = BM25.units(weight: term.weight, count: count, norm: norm)
                return TermShare(
                    term: term.text, documents: term.documents, count: Int(count),
                    scoreMillionths: BM25.millionths(units))
            }
        }
    }
}
