import ArgumentParser
import Coordinator
import EventSourcing
import Events
import Retrieval
import Wire
import Workspace

struct KnowledgeSearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Find what the business knows by words and by meaning, the best first.",
        discussion: """
            Just what agents are given: --as shows what one of them would find, --at what was found at some moment. What
            is too unlike the question is left out for agents, so with --as too; without it the nearest are found,
            however far they are.
            Without a model (tools/setup-embedder fetches it) words alone count. Where daybook.yaml names a server
            that makes vectors, what you look for is sent there only with --ask, and recorded with what it cost; it is
            not sent again.
            `-` reads what to look for from standard input, a query a line, and answers each with one line of JSON, as \
            things are known then: `query`, `hits`, `by_words` (null, or why meaning did not count) and `microseconds` \
            (an object: `update` of the index, `scope`, `vector` of the query, `search`).
            With --json: one object a hit, in rank order, with `entry`, `version`, `chunk` (counted from 1), `chunks`,
            `score`, `collection`, `kind`, `tags`, `customer`, `title`, `valid_from` and `valid_to` (null: always),
            `tokens`, `text`, `why` (words, meaning,
            words_and_meaning, neighbour), `words` and `meaning`: rank and score of each, or null. With --explain also
            `terms` of each hit, and at the end one object `explain` about the search.
            """)

    /// Lines of a hit that are shown to a person.
    private static let linesMax = 3
    /// Characters of such a line.
    private static let widthMax = 100

    @Argument(help: "What to look for, in words; `-`: what standard input says.")
    var query: [String]

    @Option(
        name: .customShort("k"),
        help: ArgumentHelp("At most so many hits, chunks beside them not counted.", valueName: "n"))
    var limit = 5

    @Option(help: ArgumentHelp("At most so many tokens in all.", valueName: "n"))
    var tokens: UInt32?

    @Option(help: "Fewer candidates and only hits (live), or more, and the chunks beside them (batch).")
    var mode = SearchMode.live

    @Flag(help: "Say how each score came about, what was left out, and where it was looked.")
    var explain = false

    @Flag(help: "Send the query to the server that daybook.yaml names, if it has no vector yet.")
    var ask = false

    @OptionGroup var scope: SearchScope
    @OptionGroup var options: WorkspaceOptions

    func validate() throws {
        guard limit >= 1 else { throw ValidationError("-k takes 1 or more") }
    }

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        if query == ["-"] { return try await answerAll(in: workplace) }
        let reading = try workplace.finder.reading()
        var request = try request(query.joined(separator: " "), in: workplace, reading)
        var refusal: String?
        if reading.meaning != nil {
            (request.vector, refusal) = await workplace.vectorOrReason(ofQuery: request.text, asks: ask)
        }
        let found = reading.search(request)
        let explanation = explain ? SearchExplanation(request, reading, found) : nil
        let words = reading.words(of: request)
        var rank = 0
        for hit in found.hits {
            rank += hit.reason == .neighbour ? 0 : 1
            options.json
                ? Terminal.line(JSON.object(hit.fields + (explanation?.fields(of: hit) ?? [])).description)
                : show(hit, rank: rank, words, explanation, at: request.visibility.validAt ?? workplace.world.now())
        }
        if rank < limit, rank == LexicalIndex.hitsMax {
            Terminal.note("The best \(Format.count(rank)): a search finds no more at once")
        }
        if let reason = reading.byWords ?? refusal { Terminal.note("Found by words alone: \(reason)") }
        if refusal == nil, case .server(let recorded) = reading.meaning?.embedder, request.vector == nil {
            Terminal.note("Found by words alone: --ask    sends the query to \(recorded.settings.url)")
        }
        guard !options.json else {
            if let explanation { Terminal.line(JSON.fields(("explain", explanation.json)).description) }
            return
        }
        explanation?.show()
        if let first = found.hits.first {
            Terminal.line("Next: daybook knowledge show \(first.passage.entry)@\(first.passage.version)")
        } else {
            Terminal.line("Nothing found. Other words may help: daybook knowledge list")
        }
    }

    private func request(
        _ text: String, in workplace: Workplace, _ reading: KnowledgeReading
    ) throws -> SearchRequest {
        SearchRequest(
            text, visibility: try scope.visibility(in: workplace, reading), k: limit, tokensMax: tokens ?? .max,
            mode: mode == .batch ? .batch : .live, floor: scope.agent == nil ? nil : Floor())
    }

    /// Answers one query after the other, each by what is known when it comes.
    private func answerAll(in workplace: Workplace) async throws {
        while let text = readLine() {
            var times: [JSON.Field] = []
            var last = workplace.world.ticks()
            func lap(_ name: String) {
                let now = workplace.world.ticks()
                times.append(JSON.Field(name, .number((now - last) / 1_000)))
                last = now
            }
            let reading = try workplace.finder.reading()
            lap("update")
            var request = try request(text, in: workplace, reading)
            lap("scope")
            var refusal: String?
            if reading.meaning != nil {
                (request.vector, refusal) = await workplace.vectorOrReason(ofQuery: text, asks: ask)
                if request.vector == nil { request.vector = reading.vector(of: text) }
            }
            lap("vector")
            let found = reading.search(request)
            lap("search")
            Terminal.line(
                JSON.fields(
                    ("query", .string(text)), ("hits", .array(found.hits.map { .object($0.fields) })),
                    ("by_words", (reading.byWords ?? refusal).map { .string($0) } ?? .null),
                    ("microseconds", .object(times))
                ).description)
        }
    }

    /// - Parameter moment: what does not hold then is marked.
    private func show(
        _ hit: FoundChunk, rank: Int, _ words: LexicalQuery, _ explanation: SearchExplanation?, at moment: Timestamp
    ) {
        let passage = hit.passage
        let isBeside = hit.reason == .neighbour
        let name = "\(passage.entry)@\(passage.version)".column(24)
        Terminal.line(
            "\((isBeside ? "+" : "\(rank)").column(3)) "
                + "\((isBeside ? "beside" : Format.hundredths(hit.scoreMillionths)).column(6)) \(name) "
                + "\("\(passage.chunk)/\(passage.chunks)".column(6)) \(passage.title.printable.cut(40))"
                + (passage.expiry(at: moment).map { "  (\($0))" } ?? ""))
        for line in explanation?.lines(of: hit) ?? [] { Terminal.line("    " + line.printable) }
        for line in words.excerpt(of: hit.text, lines: Self.linesMax, width: Self.widthMax) {
            Terminal.line("    | " + line.printable)
        }
    }
}

extension Passage {
    /// Why it does not hold at a moment; nil if it does.
    fileprivate func expiry(at moment: Timestamp) -> String? {
        if moment < validity.lowerBound { return "holds from \(Format.instant(validity.lowerBound)) on" }
        return moment >= validity.upperBound ? "held until \(Format.instant(validity.upperBound))" : nil
    }
}

/// How thoroughly it is looked.
enum SearchMode: String, ExpressibleByArgument, CaseIterable {
    case live
    case batch
}

extension FoundChunk {
    /// What every hit says with `--json`.
    var fields: [JSON.Field] {
        [
            JSON.Field("entry", .string(passage.entry)), JSON.Field("version", .number(passage.version)),
            JSON.Field("chunk", .number(passage.chunk)), JSON.Field("chunks", .number(passage.chunks)),
            JSON.Field("score", .number(WorkspaceContext.decimal(scoreMillionths))),
            JSON.Field("collection", .string(passage.collection)), JSON.Field("kind", .string(passage.kind)),
            JSON.Field("tags", .array(passage.tags.map { .string($0) })),
            JSON.Field("customer", passage.customer.map { .string($0) } ?? .null),
            JSON.Field("title", .string(passage.title)),
            JSON.Field("valid_from", moment(passage.validity.lowerBound)),
            JSON.Field("valid_to", moment(passage.validity.upperBound)), JSON.Field("tokens", .number(tokens)),
            JSON.Field("why", .string(why)), JSON.Field("words", lexical?.json ?? .null),
            JSON.Field("meaning", dense?.json ?? .null), JSON.Field("text", .string(text)),
        ]
    }

    /// Null at the end of all time, and at its beginning.
    private func moment(_ time: Timestamp) -> JSON {
        time == .min || time == .max ? .null : .string(Format.iso(time))
    }

    /// Why it was found, in one word.
    var why: String {
        switch reason {
        case .words: "words"
        case .meaning: "meaning"
        case .wordsAndMeaning: "words_and_meaning"
        case .neighbour: "neighbour"
        case nil: "named"
        }
    }
}

extension Rank {
    fileprivate var json: JSON {
        .fields(("rank", .number(rank)), ("score", .number(WorkspaceContext.decimal(scoreMillionths))))
    }
}
