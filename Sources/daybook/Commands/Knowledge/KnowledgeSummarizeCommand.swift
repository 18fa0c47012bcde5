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
            daybook knowledge summarize pricing refunds --as terms
            daybook knowledge summarize --as terms                what was in it, as it is now

            A summary holds for the very version that it was made of, and is gone when that is revised, reverted, merged
            or retired. An agent whose flow recalls an entry by name that is longer than its budget is shown the summary
            instead. Without --agent the built-in heuristic makes it, at no cost, of the entry's own sentences.
            What has one already is left as it is.
            With --as, one summary is made of all of them together, and flows recall it by that name: `from: terms`,
            for agents that may read `terms` and everything it was made of. It holds while each of its sources does;
            where it does not, the recall looks through these instead. `daybook knowledge list --summaries` shows it.
            With --json: one object a summary with `entry` and `version` (with --as: `name` and `sources`), `model`,
            `tokens` and `cost_microdollars` (with --dry-run: at most).
            """)

    @Argument(help: "Entries.")
    var entries: [String] = []

    @Option(help: "Every entry of this collection.")
    var collection: String?

    @Option(help: ArgumentHelp("Every entry with more than so many tokens.", valueName: "tokens"))
    var longerThan: UInt32?

    @Option(
        name: .customLong("as"),
        help: ArgumentHelp("Make one summary of all of them, under this name.", valueName: "name"))
    var name: String?

    @Option(help: "Who makes them; its own instructions are followed.")
    var agent: String?

    @Flag(name: .customLong("dry-run"), help: "Say what would be asked and what it may cost, and ask nobody.")
    var dryRun = false

    @OptionGroup var options: WorkspaceOptions

    func validate() throws {
        if entries.isEmpty, collection == nil, longerThan == nil, name == nil {
            throw ValidationError("name entries, or --collection, or --longer-than")
        }
        if let name, !StreamName.isValid(id: name) {
            throw ValidationError("a name has lower-case letters, digits, dots and dashes")
        }
    }

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let book = SummaryBook(workplace: workplace)
        let maker = try book.maker(agent)
        var count = 0
        var total: UInt64 = 0
        for subject in try subjects(in: workplace) {
            let asked = try book.request(subject, by: maker).asked
            let cost =
                dryRun ? asked.reservedMicrodollars : try await book.make(subject, by: maker, actor: "owner")
            count += 1
            total = Cost.sum(total, cost)
            show(subject, maker, asked.tokens, cost)
        }
        guard !options.json else { return }
        if count == 0 { return Terminal.line("There is nothing to summarize: what was chosen has a summary.") }
        let words = dryRun ? "would be made, at most" : "made,"
        Terminal.line("\(Format.plural(count, "summary", "summaries")) \(words) \(Format.money(total))")
        let show = name.map { "daybook knowledge show \($0)" } ?? "daybook knowledge show ENTRY --summary"
        Terminal.line(dryRun ? "Next: the same without --dry-run" : "Next: \(show)")
    }

    /// What has no summary that holds.
    private func subjects(in workplace: Workplace) throws -> [SummaryBook.Subject] {
        let book = SummaryBook(workplace: workplace)
        guard let name else {
            return try chosen(in: workplace).filter { try book.summary(of: $0.entry) == nil }
                .map { SummaryBook.Subject($0) }
        }
        let entries = try KnowledgeIndex.rows(in: workplace.view(KnowledgeIndex()), retired: true)
        if entries.contains(where: { $0.entry == name || $0.content.collection == name }) || name == "outcomes" {
            throw Complaint(
                "\(name) is the name of something else that flows recall", hint: "choose another name", status: .usage)
        }
        let known = try book.overview(name)
        let rows = try isRemade ? again(known, in: workplace) : chosen(in: workplace)
        let isSame = known?.row.sources.map(\.entry) == rows.map { EntryRef(entry: $0.entry, version: $0.version) }
        return known?.holds == true && isSame ? [] : [try SummaryBook.Subject(rows, as: name)]
    }

    /// Whether nothing but the name of a summary is given.
    private var isRemade: Bool { entries.isEmpty && collection == nil && longerThan == nil }

    /// The entries that a summary was made of, as they are now.
    private func again(_ known: SummaryBook.Overview?, in workplace: Workplace) throws -> [EntryRow] {
        guard let known else {
            throw Complaint(
                "nothing is summed up as \(name ?? "")", hint: "name entries, or --collection", status: .notFound)
        }
        let book = KnowledgeBook(workplace: workplace)
        let names = try Set(
            known.row.sources.compactMap { source in
                let row = try book.find(Reference(words: [source.entry.entry]), at: nil).row
                return row.retired ? nil : row.entry
            })
        return try book.entries(in: nil).filter { names.contains($0.entry) }
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

    private func show(_ subject: SummaryBook.Subject, _ maker: SummaryBook.Maker, _ tokens: UInt32, _ cost: UInt64) {
        let sources = subject.rows.map { "\($0.entry)@\($0.version)" }
        guard !options.json else {
            let what: [(String, JSON)] =
                subject.name.map { [("name", .string($0)), ("sources", .array(sources.map { .string($0) }))] }
                ?? [("entry", .string(subject.label)), ("version", .number(subject.rows[0].version))]
            return Terminal.line(
                JSON.object(
                    (what + [
                        ("model", .string(maker.alias)), ("tokens", .number(tokens)),
                        ("cost_microdollars", .number(cost)),
                    ]).map { JSON.Field($0, $1) }
                ).description)
        }
        let label = subject.name.map { "\($0) of \(sources.joined(separator: ", "))" } ?? sources[0]
        Terminal.line("  \(label.column(28)) by \(maker.alias), \(Format.count(tokens)) tokens")
    }
}
