import ArgumentParser
import Coordinator
import EventSourcing
import Events
import Retrieval
import Views
import Wire

struct KnowledgeSearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Find what the business knows by its words, the best first.",
        discussion: """
            Lexical search (BM25), as agents get it. With --json: one object a hit, in rank order, with `entry`,
            `version`, `chunk` (counted from 1), `chunks`, `score`, `collection`, `title`, `tokens`, `text`.
            """)

    /// Lines of a hit that are shown to a person.
    private static let linesMax = 3

    @Argument(help: "Words to look for.")
    var query: [String]

    @Option(name: .customShort("k"), help: ArgumentHelp("At most so many hits.", valueName: "n"))
    var limit = 5

    @Option(help: "Only in this collection.")
    var collection: String?

    @OptionGroup var options: WorkspaceOptions

    func validate() throws {
        guard 1...LexicalIndex.hitsMax ~= limit else {
            throw ValidationError("-k takes 1 to \(LexicalIndex.hitsMax)")
        }
    }

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let book = KnowledgeBook(workplace: workplace)
        let texts = try book.entries(in: collection).compactMap { row -> KnowledgeText? in
            // What is erased is found by nobody.
            guard let text = try? book.text(row.content) else { return nil }
            return KnowledgeText(
                entry: row.entry, version: row.version, collection: row.content.collection,
                title: book.title(row.content),
                text: text, position: row.lastPosition)
        }
        let hits = TextIndex(texts).search(query.joined(separator: " "), k: limit)
        for (rank, hit) in hits.enumerated() {
            options.json ? Terminal.line(json(hit).description) : show(hit, rank: rank + 1)
        }
        guard !options.json else { return }
        if let first = hits.first {
            Terminal.line("Next: daybook knowledge show \(first.entry)@\(first.version)")
        } else {
            Terminal.line("Nothing found. Other words may help: daybook knowledge list")
        }
    }

    private func show(_ hit: Hit, rank: Int) {
        let name = "\(hit.entry)@\(hit.version)".column(24)
        Terminal.line(
            "\("\(rank)".column(3)) \(Format.hundredths(hit.scoreMillionths).column(6)) \(name) "
                + "\("\(hit.chunk)/\(hit.chunks)".column(6)) \(hit.title.printable.cut(40))")
        for line in hit.text.split(separator: "\n").prefix(Self.linesMax) {
            Terminal.line("    | " + String(line).printable.cut(100))
        }
    }

    private func json(_ hit: Hit) -> JSON {
        .fields(
            ("entry", .string(hit.entry)), ("version", .number(hit.version)), ("chunk", .number(hit.chunk)),
            ("chunks", .number(hit.chunks)), ("score", .number(WorkspaceContext.decimal(hit.scoreMillionths))),
            ("collection", .string(hit.collection)), ("title", .string(hit.title)), ("tokens", .number(hit.tokens)),
            ("text", .string(hit.text)))
    }
}
