/// Finds documents by their words, exactly: the same as if every document were scored by `BM25`. Pure.
///
/// Documents are gone through in windows. What a term can add in a window is bounded by its blocks there, so most
/// windows, blocks and documents that cannot be among the best are never looked at (MaxScore over block maxima: Turtle
/// and Flood 1995, Ding and Suel 2011).
public struct LexicalIndex: Sendable {
    /// The most hits of one search.
    public static let hitsMax = 1_000
    /// Documents of a window: their sums fit into the processor's nearest cache.
    static let window = 2_048

    /// A document with its score, in millionths.
    public struct Hit: Sendable, Hashable {
        public let document: Corpus.Document
        public let scoreMillionths: Int64
    }

    let corpus: Corpus

    public init(_ corpus: Corpus) { self.corpus = corpus }

    /// The best documents for a query, the best first; equal scores in the order of entry, version, chunk.
    ///
    /// - Parameters:
    ///   - k: at most so many, and never more than `hitsMax`.
    ///   - scope: only these are found, and only these are counted. Of the same corpus.
    public func search(_ query: LexicalQuery, k: Int, in scope: Corpus.Scope) -> [Hit] {
        guard k > 0, scope.count > 0 else { return [] }
        var top = TopDocuments(min(k, Self.hitsMax), of: corpus)
        for (index, segment) in corpus.segments.enumerated() where scope.segments[index].count > 0 {
            let terms = query.terms.compactMap { term in
                term.documents > 0 ? term.numbers[index].map { ($0, term.weight) } : nil
            }
            guard !terms.isEmpty else { continue }
            withUnsafeTemporaryAllocation(
                byteCount: PostingsCursor.roomBytes * terms.count + MemoryLayout<Int64>.stride * Self.window,
                alignment: 64
            ) { room in
                guard let base = room.baseAddress else { return }
                var search = SegmentSearch(
                    index, segment, scope.segments[index], terms, meanLength: scope.meanLength, room: base)
                search.run(&top)
            }
        }
        return top.sorted().map { Hit(document: $0.document, scoreMillionths: $0.millionths) }
    }

    /// What single documents have of the query's words; nothing if they are out of scope.
    public func matches(
        _ query: LexicalQuery, of documents: [Corpus.Document], in scope: Corpus.Scope
    ) -> [WordMatch] {
        var scores = [Int64](repeating: 0, count: documents.count)
        var covered = [UInt64](repeating: 0, count: documents.count)
        let order = documents.indices.sorted {
            (documents[$0].segment, documents[$0].number) < (documents[$1].segment, documents[$1].number)
        }
        withUnsafeTemporaryAllocation(byteCount: PostingsCursor.roomBytes, alignment: 8) { room in
            guard let base = room.baseAddress else { return }
            for (index, segment) in corpus.segments.enumerated() {
                let asked = order.filter { documents[$0].segment == index }
                guard !asked.isEmpty else { continue }
                let norms = BM25.norms(lengthMax: segment.lengthMax, mean: scope.meanLength)
                for term in query.terms where term.documents > 0 {
                    guard let number = term.numbers[index] else { continue }
                    var cursor = PostingsCursor(number, in: segment, room: base)
                    for place in asked where scope.segments[index].contains(documents[place].number) {
                        let count = cursor.count(in: documents[place].number)
                        guard count > 0 else { continue }
                        let length = min(Int(segment.documentLength[documents[place].number]), segment.lengthMax)
                        scores[place] += BM25.units(weight: term.weight, count: count, norm: norms[length])
                        covered[place] |= term.covers
                    }
                }
            }
        }
        return zip(scores, covered).map { units, covered in
            WordMatch(scoreMillionths: BM25.millionths(units), coverage: query.coverage(covered))
        }
    }
}
