import ArgumentParser
import Coordinator
import EventSourcing
import Events
import Knowledge
import Views
import Wire

struct KnowledgeSummarizeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "summarize", abstract: "Make short texts of long entries, for agents that have no room for them.",
        discussion: """
            daybook knowledge summarize --longer-than 500
            daybook knowledge summarize handbook --agent writer --dry-run

            A summary holds for the very version that it was made of, and is gone when that is revised, reverted, merged
            or retired. An agent whose flow recalls an entry by name that is longer than its budget is shown the summary
            instead. Without --agent the built-in heuristic makes it, at no cost, of the entry's own sentences.
            What has one already is left as it is.
            With --json: one object an entry with `entry`, `version`, `model`, `tokens` and `cost_microdollars` (with
            --dry-run: at most).
            """)

    @Argument(help: "Entries.")
    var entries: [String] = []

    @Option(help: "Every entry of this collection.")
    var collection: String?

    @Option(help: ArgumentHelp("Every entry with more than so many tokens.", valueName: "tokens"))
    var longerThan: UInt32?

    @Option(help: "Who makes them; its own instructions are followed.")
    var agent: String?

    @Flag(name: .customLong("dry-run"), help: "Say what would be asked and what it may cost, and ask nobody.")
    var dryRun = false

    @OptionGroup var options: WorkspaceOptions

    func validate() throws {
        if entries.isEmpty, collection == nil, longerThan == nil {
            throw ValidationError("name entries, or --collection, or --longer-than")
        }
    }

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let book = SummaryBook(workplace: workplace)
        let maker = try book.maker(agent)
        var count = 0
        var total: UInt64 = 0
        for row in try chosen(in: workplace) where try book.summary(of: row.entry) == nil {
            let asked = try book.request(row, by: maker).asked
            let cost =
                dryRun ? asked.reservedMicrodollars : try await book.make(row, by: maker, actor: "owner")
            count += 1
            total += cost
            show(row, maker, asked.tokens, cost)
        }
        guard !options.json else { return }
        if count == 0 { return Terminal.line("There is nothing to summarize: what was chosen has a summary.") }
        let words = dryRun ? "would be made, at most" : "made,"
        Terminal.line("\(Format.plural(count, "summary", "summaries")) \(words) \(Format.money(total))")
        Terminal.line(dryRun ? "Next: the same without --dry-run" : "Next: daybook knowledge show ENTRY --summary")
    }

    private func chosen(in workplace: Workplace) throws -> [EntryRow] {
        let book = KnowledgeBook(workplace: workplace)
        var rows = try book.entries(in: collection)
        if !entries.isEmpty {
            let names = try Set(
                entries.map { try book.find(Reference(words: [$0]), at: nil).row.entry })
            rows = rows.filter { names.contains($0.entry) }
        }
        guard let longerThan else { return rows }
        return try rows.filter { row in
            // What is erased has no length.
            guard workplace.artifacts.bytes(row.content.body) != nil else { return false }
            return try book.text(row.content).utf8.count / 4 > Int(longerThan)
        }
    }

    private func show(_ row: EntryRow, _ maker: SummaryBook.Maker, _ tokens: UInt32, _ cost: UInt64) {
        guard !options.json else {
            return Terminal.line(
                JSON.fields(
                    ("entry", .string(row.entry)), ("version", .number(row.version)), ("model", .string(maker.alias)),
                    ("tokens", .number(tokens)), ("cost_microdollars", .number(cost))
                ).description)
        }
        Terminal.line("  \("\(row.entry)@\(row.version)".column(28)) by \(maker.alias), \(Format.count(tokens)) tokens")
    }
}
