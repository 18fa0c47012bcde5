import Retrieval

/// L1: the best documents by words, among real ones. What all participants search lies in the shared folder, as the
/// terms that we make of the texts: `documents.terms` and `queries.terms`, a line each.
final class Lexicon {
    /// Terms of a query: at least and at most.
    private static let queryTerms = 2...6
    private static let hits = 10

    private let folder: SharedFolder
    private var corpus = Corpus()
    private var scope = Corpus().scope(.everything)
    private var queries: [[String]] = []

    init(_ folder: SharedFolder) { self.folder = folder }

    /// Indexes the texts, and writes their terms and those of the queries for the others.
    func documents(_ request: Request) throws -> Answer {
        var answer = Answer()
        let texts = try folder.documents(request)
        let terms = texts.map { IndexTerms.terms(of: $0).joined(separator: " ") }
        try folder.write(terms, "documents.terms")
        queries = try folder.queries(request).map { Self.query($0) }.filter { Self.queryTerms ~= $0.count }
        try folder.write(queries.map { $0.joined(separator: " ") }, "queries.terms")
        let begin = now()
        // A document is one chunk here: the others know no chunks.
        var builder = SegmentBuilder(chunker: Chunker(tokensMax: 1_000))
        for (number, text) in texts.enumerated() {
            builder.add(
                .text(
                    KnowledgeText(
                        entry: Self.name(number), version: 1, collection: "debian", title: "", text: text,
                        position: UInt64(number + 1))))
        }
        let segment = builder.build().image.segment()
        answer.seconds = Double(now() - begin) / 1e9
        corpus = Corpus([segment])
        scope = corpus.scope(.everything)
        answer.events = segment.documents
        answer.extra.append(("bytes", "\(segment.byteCount)"))
        try writeTops()
        return answer
    }

    /// Different words of a query, without those that are too many.
    private static func query(_ text: String) -> [String] {
        var seen: Set<String> = []
        return Array(IndexTerms.terms(of: text).filter { seen.insert($0).inserted }.prefix(queryTerms.upperBound))
    }

    private static func name(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    private func search(_ query: [String]) -> [LexicalIndex.Hit] {
        LexicalIndex(corpus).search(
            LexicalQuery(terms: query, in: corpus, scope), k: Self.hits, in: scope)
    }

    /// Searches for query after query, as long as it takes for all of them.
    func search(_ request: Request) -> Answer {
        var answer = Answer()
        let begin = now()
        for query in queries.prefix(request.int("count", queries.count)) {
            let start = now()
            let found = search(query)
            answer.latencies.append(now() - start)
            answer.events += found.isEmpty ? 0 : 1
        }
        answer.seconds = Double(now() - begin) / 1e9
        return answer
    }

    /// What we find, for the reference to compare: a line a query, `document:score` each.
    private func writeTops() throws {
        try folder.write(
            queries.map { query in
                search(query).map { hit in
                    "\(Int(corpus.passage(hit.document).entry) ?? -1):\(hit.scoreMillionths)"
                }.joined(separator: " ")
            }, "tops.txt")
    }
}
