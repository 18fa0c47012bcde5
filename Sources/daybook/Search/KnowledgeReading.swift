import Coordinator
import Embedding
import EventSourcing
import Events
import Jobs
import Ledger
import Retrieval
import Wire

/// Everything that is known, as it is to be searched at one position of the log. It stays as it is.
struct KnowledgeReading {
    /// The last event that it knows.
    let position: Position
    let corpus: Corpus
    let ledger: Ledger
    let shelf: ArtifactShelf
    /// Nil where words alone count; then `byWords` says why.
    let meaning: Meaning?
    /// Why meaning does not count, and what to do about it.
    let byWords: String?

    /// What finds by meaning.
    struct Meaning {
        let embedder: TextEmbedder
        let vectors: DenseVectors
    }

    static let fusion = Fusion()

    // MARK: - Searching

    /// Finds the best for a text.
    ///
    /// - Parameters:
    ///   - request: with the text's vector where it comes from a server; without it, its words alone count. The model
    ///     on this machine makes what is missing.
    ///   - isTimeUp: whether meaning has to be left out.
    func search(_ request: SearchRequest, isTimeUp: () -> Bool = { false }) -> FoundKnowledge {
        var request = request
        let scope = corpus.scope(request.visibility)
        var isLate = false
        if meaning != nil, !request.text.isEmpty, scope.count > 0 {
            isLate = isTimeUp()
            if !isLate, request.vector == nil { request.vector = vector(of: request.text) }
        }
        let search = KnowledgeSearch(corpus, dense: meaning?.vectors, fusion: Self.fusion)
        let result = search.search(request, in: scope, isTimeUp: isTimeUp)
        return FoundKnowledge(
            hits: result.hits.compactMap(found),
            cut: result.cut.compactMap { cut in
                found(cut.hit).map { Selection<FoundChunk>.Cut(hit: $0, reason: cut.reason) }
            },
            cutTotal: result.cutTotal, isByMeaning: request.vector != nil && result.omission == nil,
            omission: isLate ? .time : result.omission, visible: scope.count)
    }

    /// What the model on this machine makes of a text; nil where there is none, or where it knows no word of the text.
    func vector(of text: String) -> [Float]? {
        guard let model = meaning?.embedder.model, model.knows(text) else { return nil }
        return Array(model.vectors(of: [text])[0])
    }

    /// All chunks of the newest entries that may be seen, the newest first.
    func newest(_ count: Int, in visibility: Visibility) -> [FoundChunk] {
        corpus.newest(count, in: corpus.scope(visibility)).compactMap(found)
    }

    /// All chunks of one entry, if it may be seen.
    func chunks(of entry: String, in visibility: Visibility) -> [FoundChunk] {
        corpus.documents(of: entry, in: corpus.scope(visibility)).compactMap(found)
    }

    /// How many chunks may be seen.
    func count(in visibility: Visibility) -> Int { corpus.scope(visibility).count }

    /// How the words of a query made the score of a hit.
    func shares(of hit: FoundChunk, _ request: SearchRequest) -> [TermShare] {
        let scope = corpus.scope(request.visibility)
        return LexicalIndex(corpus).shares(of: LexicalQuery(request.text, in: corpus, scope), in: hit.document, scope)
    }

    /// The words that are looked for, with their weights in what may be seen.
    func words(of request: SearchRequest) -> LexicalQuery {
        LexicalQuery(request.text, in: corpus, corpus.scope(request.visibility))
    }

    private func found(_ hit: RankedHit) -> FoundChunk? {
        guard var chunk = found(hit.document) else { return nil }
        (chunk.lexical, chunk.dense) = (hit.lexical, hit.dense)
        (chunk.scoreMillionths, chunk.reason) = (hit.scoreMillionths, hit.reason)
        return chunk
    }

    /// Nil for what is not kept any more, or was erased a moment ago.
    private func found(_ document: Corpus.Document) -> FoundChunk? {
        let passage = corpus.passage(document)
        guard let content = passage.content, let body = shelf.bytes(content),
            body.indices.contains(passage.bytes.lowerBound) || passage.bytes.isEmpty,
            passage.bytes.upperBound <= body.count
        else { return nil }
        return FoundChunk(
            document: document, passage: passage, text: String(decoding: body[passage.bytes], as: UTF8.self))
    }

    // MARK: - Names

    /// Merges that are followed one after the other.
    private static let followMax = 16

    /// The entry that is shown to whoever asks for this one: it may have been merged into another. A name that is no
    /// entry's stays as it is.
    ///
    /// - Parameter moment: as of this position; nil for that of the reading.
    func current(_ name: String, at moment: Position? = nil) throws -> String {
        let moment = moment ?? position
        var entry = name
        for _ in 0..<Self.followMax {
            guard StreamName.isValid(id: entry) else { return entry }
            let events = try ledger.events(of: KnowledgeBook.stream(of: entry), after: 0)
            guard let last = events.last(where: { $0.position <= moment }),
                case .entryRetired(let retired) = try last.decode(EntryObservation.self), !retired.into.isEmpty
            else { return entry }
            entry = retired.into
        }
        return entry
    }
}
