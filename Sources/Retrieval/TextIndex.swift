public import EventSourcing

/// A chunk that was found, with its text.
public struct Hit: Measured {
    public let entry: String
    public let version: StreamVersion
    public let collection: String
    public let title: String
    /// Counted from 1.
    public let chunk: UInt32
    /// How many chunks the entry has.
    public let chunks: UInt32
    public let text: String
    /// In millionths; 0 for one that was not searched for.
    public let scoreMillionths: Int64
    /// Estimated.
    public let tokens: UInt32
}

/// Finds chunks of a few texts by their words: an index in memory that keeps the texts too. Pure and deterministic.
public struct TextIndex: Sendable {
    private let corpus: Corpus
    private let index: LexicalIndex
    private let texts: [String: KnowledgeText]

    /// Indexes these texts: one version an entry, the current one.
    public init(_ texts: [KnowledgeText], chunker: Chunker = Chunker()) {
        var builder = SegmentBuilder(chunker: chunker)
        for text in texts { builder.add(.text(text)) }
        corpus = Corpus([builder.build().image.segment()])
        index = LexicalIndex(corpus)
        self.texts = Dictionary(texts.map { ($0.entry, $0) }) { $0.position > $1.position ? $0 : $1 }
    }

    /// How many chunks it holds.
    public var count: Int { corpus.documents }

    /// The best chunks for a query, the best first; equal scores in the order of entry, then chunk.
    ///
    /// - Parameters:
    ///   - k: at most so many, and never more than `LexicalIndex.hitsMax`.
    ///   - collections: only chunks of these; nil for all.
    public func search(_ query: String, k: Int, in collections: Set<String>? = nil) -> [Hit] {
        let scope = corpus.scope(Visibility(collections: collections, customer: .any))
        return index.search(LexicalQuery(query, in: corpus, scope), k: k, in: scope).map {
            hit($0.document, score: $0.scoreMillionths)
        }
    }

    /// All chunks of the newest entries, the newest first, each entry's chunks in their order.
    ///
    /// - Parameters:
    ///   - count: at most so many entries.
    ///   - collections: only entries of these; nil for all.
    public func newest(_ count: Int, in collections: Set<String>? = nil) -> [Hit] {
        texts.values.filter { collections?.contains($0.collection) ?? true }
            .sorted { $0.position > $1.position }
            .prefix(max(0, count))
            .flatMap { chunks(of: $0.entry) }
    }

    /// All chunks of one entry; none if there is no such entry.
    public func chunks(of entry: String) -> [Hit] {
        guard let segment = corpus.segments.first, let number = segment.entry(named: entry),
            let version = segment.versions(of: number).last
        else { return [] }
        return segment.documents(of: version).map { hit(Corpus.Document(segment: 0, number: $0), score: 0) }
    }

    private func hit(_ document: Corpus.Document, score: Int64) -> Hit {
        let passage = corpus.passage(document)
        let text = texts[passage.entry]?.text.utf8.dropFirst(passage.bytes.lowerBound).prefix(passage.bytes.count)
        return Hit(
            entry: passage.entry, version: passage.version, collection: passage.collection, title: passage.title,
            chunk: passage.chunk, chunks: passage.chunks, text: text.flatMap { String($0) } ?? "",
            scoreMillionths: score, tokens: passage.tokens)
    }
}
