import Glibc

/// Finds chunks by their words: Okapi BM25 over an index in memory. Pure and deterministic.
///
/// A chunk's score is the sum, over the query's different terms, of
/// `idf · tf · (k1 + 1) / (tf + k1 · (1 − b + b · length / mean length))` with
/// `idf = ln(1 + (N − n + 0.5) / (n + 0.5))`, where `tf` counts the term in the chunk, `n` the chunks with the term,
/// and `N` all chunks (Robertson and Zaragoza 2009; the idf that is never negative, as in Lucene). N, n and the mean
/// length are those of the collections searched: what a role may not see does not change its scores either.
public struct LexicalIndex: Sendable {
    /// How soon a repeated term stops counting.
    public static let k1 = 1.2
    /// How much a long chunk counts less.
    public static let b = 0.75
    /// The most hits of one search.
    public static let hitsMax = 1_000
    /// The most different terms of a query that count; the first ones.
    public static let queryTermsMax = 64

    private struct Document: Sendable {
        let source: Int
        let chunk: Chunk
        /// In terms.
        let length: Int
    }

    private struct Posting: Sendable {
        let document: Int
        let count: Int
    }

    private let sources: [KnowledgeText]
    /// In the order of entry, then chunk.
    private let documents: [Document]
    private let postings: [String: [Posting]]

    /// Indexes these texts: one version an entry, the current one.
    public init(_ texts: [KnowledgeText], chunker: Chunker = Chunker()) {
        let sources = texts.sorted { $0.entry.utf8.lexicographicallyPrecedes($1.entry.utf8) }
        var documents: [Document] = []
        var postings: [String: [Posting]] = [:]
        for (index, source) in sources.enumerated() {
            let title = EnglishTerms.terms(of: source.title)
            for chunk in chunker.chunks(of: source.text) {
                let terms = title + EnglishTerms.terms(of: chunk.text)
                var counts: [String: Int] = [:]
                for term in terms { counts[term, default: 0] += 1 }
                for (term, count) in counts {
                    postings[term, default: []].append(Posting(document: documents.count, count: count))
                }
                documents.append(Document(source: index, chunk: chunk, length: terms.count))
            }
        }
        self.sources = sources
        self.documents = documents
        self.postings = postings
    }

    /// How many chunks it holds.
    public var count: Int { documents.count }

    /// The best chunks for a query, the best first; equal scores in the order of entry, then chunk.
    ///
    /// - Parameters:
    ///   - k: at most so many, and never more than `hitsMax`.
    ///   - collections: only chunks of these; nil for all.
    public func search(_ query: String, k: Int, in collections: Set<String>? = nil) -> [Hit] {
        let isSearched = documents.map { isIn(collections, $0) }
        let searched = documents.indices.filter { isSearched[$0] }
        guard !searched.isEmpty, k > 0 else { return [] }
        let meanLength = Double(searched.reduce(0) { $0 + documents[$1].length }) / Double(searched.count)
        var scores: [Int: Double] = [:]
        for term in Self.queryTerms(query) {
            let found = (postings[term] ?? []).filter { isSearched[$0.document] }
            let n = Double(found.count)
            let idf = log(1 + (Double(searched.count) - n + 0.5) / (n + 0.5))
            for posting in found {
                let length = Double(documents[posting.document].length)
                let tf = Double(posting.count)
                let weight = tf + Self.k1 * (1 - Self.b + Self.b * length / meanLength)
                scores[posting.document, default: 0] += idf * tf * (Self.k1 + 1) / weight
            }
        }
        // Rounded before they are compared: the last bits of a logarithm are not the same everywhere.
        let ranked = scores.map { (document: $0.key, score: Int64(($0.value * 1_000_000).rounded())) }
            .sorted { ($1.score, $0.document) < ($0.score, $1.document) }
        return ranked.prefix(min(k, Self.hitsMax)).map { hit(documents[$0.document], score: $0.score) }
    }

    /// All chunks of the entries that changed last, the newest entry first.
    ///
    /// - Parameter count: how many entries.
    public func newest(_ count: Int, in collections: Set<String>? = nil) -> [Hit] {
        let newest = sources.indices.filter { collections?.contains(sources[$0].collection) ?? true }
            .sorted { sources[$0].position > sources[$1].position }
            .prefix(max(0, count))
        return newest.flatMap { source in documents.filter { $0.source == source }.map { hit($0, score: 0) } }
    }

    /// All chunks of one entry; none if there is no such entry.
    public func chunks(of entry: String) -> [Hit] {
        documents.filter { sources[$0.source].entry == entry }.map { hit($0, score: 0) }
    }

    /// The different terms, in the order of the query, so that sums are made in one order.
    private static func queryTerms(_ query: String) -> ArraySlice<String> {
        var seen: Set<String> = []
        return EnglishTerms.terms(of: query).filter { seen.insert($0).inserted }.prefix(queryTermsMax)
    }

    private func isIn(_ collections: Set<String>?, _ document: Document) -> Bool {
        collections?.contains(sources[document.source].collection) ?? true
    }

    private func hit(_ document: Document, score: Int64) -> Hit {
        let source = sources[document.source]
        return Hit(
            entry: source.entry, version: source.version, collection: source.collection, title: source.title,
            chunk: document.chunk.index, chunks: document.chunk.count, text: document.chunk.text,
            scoreMillionths: score, tokens: document.chunk.tokens)
    }
}
