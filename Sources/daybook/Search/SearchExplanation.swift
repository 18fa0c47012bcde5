import Embedding
import EventSourcing
import Retrieval
import Wire

/// How a search came to what it found.
struct SearchExplanation {
    private let request: SearchRequest
    private let reading: KnowledgeReading
    private let found: FoundKnowledge

    init(_ request: SearchRequest, _ reading: KnowledgeReading, _ found: FoundKnowledge) {
        self.request = request
        self.reading = reading
        self.found = found
    }

    // MARK: - For people

    /// `words 0.31, rank 2: pric 3.10, pro 1.12`
    func lines(of hit: FoundChunk) -> [String] {
        var lines: [String] = []
        let shares = reading.shares(of: hit, request)
        if let lexical = hit.lexical {
            let terms = shares.map { "\($0.term) \(Format.hundredths($0.scoreMillionths))" }
            lines.append(
                "words    BM25 \(Format.hundredths(lexical.scoreMillionths)), rank \(lexical.rank): "
                    + terms.joined(separator: ", "))
        } else if hit.reason != .neighbour {
            lines.append("words    " + (shares.isEmpty ? "none of the query's" : "not among the best by words"))
        }
        if let dense = hit.dense {
            lines.append("meaning  cosine \(Format.hundredths(dense.scoreMillionths)), rank \(dense.rank)")
        } else if found.isByMeaning, hit.reason != .neighbour {
            lines.append("meaning  not among the best by meaning")
        }
        if hit.reason == .neighbour { lines.append("stands beside a hit") }
        return lines
    }

    func show() {
        Terminal.line("")
        Terminal.line("Read at   @\(asOf), \(Format.plural(found.visible, "chunk")) of \(scope)")
        Terminal.line("Ranked by \(ranking)")
        for cut in found.cut {
            let passage = cut.hit.passage
            Terminal.line(
                "Left out  \("\(passage.entry)@\(passage.version)".column(24)) "
                    + "\("\(passage.chunk)/\(passage.chunks)".column(6)) "
                    + "\(Format.hundredths(cut.hit.scoreMillionths).column(6)) "
                    + cut.reason.words(k: request.k))
        }
        if found.cutTotal > found.cut.count {
            Terminal.line("          and \(Format.plural(found.cutTotal - found.cut.count, "other"))")
        }
    }

    private var asOf: Position { request.visibility.asOf ?? reading.position }

    private var scope: String {
        let visibility = request.visibility
        var words: [String] = []
        if let collections = visibility.collections { words.append(collections.sorted().joined(separator: ", ")) }
        if let within = visibility.within { words.append("in " + within.sorted().joined(separator: ", ")) }
        if let kinds = visibility.kinds { words.append("kind " + kinds.sorted().joined(separator: ", ")) }
        if !visibility.tags.isEmpty { words.append("tagged " + visibility.tags.sorted().joined(separator: ", ")) }
        switch visibility.customer {
        case .any: break
        case .none: words.append("about no client")
        case .one(let name): words.append("about \(name) or no client")
        }
        if let time = visibility.validAt { words.append("that holds at \(Format.iso(time))") }
        return words.isEmpty ? "everything" : words.joined(separator: ", ")
    }

    private var ranking: String {
        guard found.isByMeaning, let meaning = reading.meaning else { return "BM25 of the words alone" }
        let fusion = KnowledgeReading.fusion
        return "\(fusion.denseWeight) × cosine (\(meaning.embedder.identity)) + \(fusion.lexicalWeight) × share of the "
            + "query's BM25 + \(fusion.coverageWeight) × the cube of which of its words are there, weighted by "
            + "how rare they are"
    }

    // MARK: - For machines

    func fields(of hit: FoundChunk) -> [JSON.Field] {
        let terms = reading.shares(of: hit, request).map { share in
            JSON.fields(
                ("term", .string(share.term)), ("count", .number(share.count)),
                ("documents", .number(share.documents)),
                ("score", .number(WorkspaceContext.decimal(share.scoreMillionths))))
        }
        return [JSON.Field("terms", .array(terms))]
    }

    var json: JSON {
        let fusion = KnowledgeReading.fusion
        let cut = found.cut.map { cut in
            JSON.object(
                cut.hit.fields.filter { ["entry", "version", "chunk", "score", "tokens"].contains($0.name) }
                    + [JSON.Field("reason", .string(cut.reason.name))])
        }
        return .fields(
            ("position", .number(asOf)), ("visible", .number(found.visible)), ("scope", .string(scope)),
            ("embedder", reading.meaning.map { .string("\($0.embedder.identity)") } ?? .null),
            ("by_words", reading.byWords.map { .string($0) } ?? .null),
            (
                "weights",
                found.isByMeaning
                    ? .fields(
                        ("meaning", .number("\(fusion.denseWeight)")), ("words", .number("\(fusion.lexicalWeight)")),
                        ("coverage", .number("\(fusion.coverageWeight)")))
                    : .null
            ),
            ("cut", .array(cut)), ("cut_total", .number(found.cutTotal)))
    }
}

extension CutReason {
    /// In words for people.
    fileprivate func words(k: Int) -> String {
        switch self {
        case .budget: "over the tokens"
        case .count: "more than -k \(k)"
        case .unlike: "too unlike what was asked"
        }
    }

    /// As `--json` prints it.
    fileprivate var name: String {
        switch self {
        case .budget: "tokens"
        case .count: "k"
        case .unlike: "unlike"
        }
    }
}
