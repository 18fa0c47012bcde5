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
            Just what agents are given: --as shows what one of them would find, --at what was found at some moment.
            Without a model (tools/setup-embedder fetches it) words alone count. Where daybook.yaml names a server
            that makes vectors, what you look for is sent there only with --ask, and recorded with what it cost; it is
            not sent again.
            `-` reads what to look for from standard input, a query a line, and answers each with one line of JSON, as \
            things are known then: `query`, `hits`, `by_words` (null, or why meaning did not count) and `microseconds` \
            (an object: `update` of the index, `scope`, `vector` of the query, `search`).
            With --json: one object a hit, in rank order, with `entry`, `version`, `chunk` (counted from 1), `chunks`,
            `score`, `collection`, `kind`, `tags`, `customer`, `title`, `tokens`, `text`, `why` (words, meaning,
            words_and_meaning, neighbour), `words` and `meaning`: rank and score of each, or null. With --explain also
            `terms` of each hit, and at the end one object `explain` about the search.
            """)

    /// Lines of a hit that are shown to a person.
    private static let linesMax = 3

    @Argument(help: "What to look for, in words; `-`: what standard input says.")
    var query: [String]

    @Option(name: .customShort("k"), help: ArgumentHelp("At most so many hits.", valueName: "n"))
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
        guard 1...LexicalIndex.hitsMax ~= limit else {
            throw ValidationError("-k takes 1 to \(LexicalIndex.hitsMax)")
        }
    }

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        if query == ["-"] { return try await answerAll(in: workplace) }
        let reading = try workplace.finder.reading()
        var request = SearchRequest(
            query.joined(separator: " "), visibility: try scope.visibility(in: workplace, reading), k: limit,
            tokensMax: tokens ?? .max, mode: mode == .batch ? .batch : .live)
        if reading.meaning != nil {
            request.vector = try await workplace.vector(ofQuery: request.text, asks: ask, actor: "owner")
        }
        let found = reading.search(request)
        let explanation = explain ? SearchExplanation(request, reading, found) : nil
        for (rank, hit) in found.hits.enumerated() {
            options.json
                ? Terminal.line(JSON.object(hit.fields + (explanation?.fields(of: hit) ?? [])).description)
                : show(hit, rank: rank + 1, explanation)
        }
        if let reason = reading.byWords { Terminal.note("Found by words alone: \(reason)") }
        if case .server(let recorded) = reading.meaning?.embedder, request.vector == nil {
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
            var request = SearchRequest(
                text, visibility: try scope.visibility(in: workplace, reading), k: limit, tokensMax: tokens ?? .max,
                mode: mode == .batch ? .batch : .live)
            lap("scope")
            if reading.meaning != nil {
                let asked = try await workplace.vector(ofQuery: text, asks: ask, actor: "owner")
                request.vector = asked ?? reading.vector(of: text)
            }
            lap("vector")
            let found = reading.search(request)
            lap("search")
            Terminal.line(
                JSON.fields(
                    ("query", .string(text)), ("hits", .array(found.hits.map { .object($0.fields) })),
                    ("by_words", reading.byWords.map { .string($0) } ?? .null), ("microseconds", .object(times))
                ).description)
        }
    }

    private func show(_ hit: FoundChunk, rank: Int, _ explanation: SearchExplanation?) {
        let passage = hit.passage
        let name = "\(passage.entry)@\(passage.version)".column(24)
        Terminal.line(
            "\("\(rank)".column(3)) \(Format.hundredths(hit.scoreMillionths).column(6)) \(name) "
                + "\("\(passage.chunk)/\(passage.chunks)".column(6)) \(passage.title.printable.cut(40))")
        for line in explanation?.lines(of: hit) ?? [] { Terminal.line("    " + line.printable) }
        for line in hit.text.split(separator: "\n").prefix(Self.linesMax) {
            Terminal.line("    | " + String(line).printable.cut(100))
        }
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
            JSON.Field("title", .string(passage.title)), JSON.Field("tokens", .number(tokens)),
            JSON.Field("why", .string(why)), JSON.Field("words", lexical?.json ?? .null),
            JSON.Field("meaning", dense?.json ?? .null), JSON.Field("text", .string(text)),
        ]
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
