import ArgumentParser
import EventSourcing
import Events
import Knowledge
import Views
import Wire

struct KnowledgeShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "One entry as it is now, or as it was: pricing, pricing@1.",
        discussion: """
            daybook knowledge show pricing
            daybook knowledge show pricing --at 2026-11-01    as it was known at the end of that day
            daybook knowledge show pricing --at @123
            daybook knowledge show handbook --summary         what agents get who have no room for more
            daybook knowledge show overview                   a summary of several entries

            An entry that was merged into another is read there.
            With --json: one object with `entry`, `version`, `happened`, `title`, `collection`, `form`, `body` (a hash),
            `content_of` (the version whose content this is), `retired`, `source`, `actor`, `position`, `time`, `tags`,
            `customer`, `valid_from`, `valid_to`, `confidence`, `proposal`, `into`, `merged`, `text`, `fields` (by name:
            `type`, `value`), `reason`, `evidence`, `asked`, `summary` (or null).
            A summary of several entries: as knowledge list --summaries gives it.
            """)

    @Argument(help: "An entry, or a version of it, such as pricing@2.")
    var entry: [String]

    @Flag(help: "Its summary, and who made it.")
    var summary = false

    @OptionGroup var moment: AtOption
    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let reference = try Reference(words: entry)
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let book = KnowledgeBook(workplace: workplace)
        let position = try moment.position(in: workplace)
        if case .name(let name) = reference.form, try book.versions(of: name).isEmpty,
            let overview = try SummaryBook(workplace: workplace).overview(name, at: position)
        {
            return try show(overview)
        }
        let found = try book.find(reference, at: position)
        let row = found.row
        let text = try book.text(row.content)
        let summary = try SummaryBook(workplace: workplace).summary(of: row.entry, at: position)
            .flatMap { $0.row.sources.contains { $0.entry.version == row.version } ? $0 : nil }
        guard !options.json else { return Terminal.line(try json(found, text, summary, book).description) }
        if self.summary { return try show(summary, of: row) }
        let last = try book.versions(of: row.entry).last?.version ?? row.version
        let current = last == row.version ? "" : "   (now @\(last))"
        let words = [
            row.name, row.content.collection, row.origin.printable, Format.moment(row.timeUs), "@\(row.position)",
        ]
        if found.isFollowed { Terminal.line("\(found.asked) was merged into \(row.entry).") }
        Terminal.line(Style.bold(book.title(row.content).printable))
        Terminal.line(words.joined(separator: "   ") + current)
        for line in try book.statement(row.content).head.dropFirst(2) { Terminal.line(line.printable) }
        if let reason = book.note(row.reason) { Terminal.line("because \(reason.printable)") }
        for evidence in row.evidence { Terminal.line("evidence: \(evidence.words(in: book).printable)") }
        Terminal.line()
        Terminal.line(text.printable)
    }

    private func show(_ overview: SummaryBook.Overview) throws {
        guard !options.json else { return Terminal.line(overview.json.description) }
        Terminal.line(Style.bold(overview.name))
        Terminal.line(
            [
                "of \(overview.sources)", "by \(overview.maker)", Format.moment(overview.row.timeUs),
                "@\(overview.row.position)", Format.money(overview.row.costMicrodollars),
            ].joined(separator: "   "))
        Terminal.line()
        guard let text = overview.text else {
            throw Complaint("what it says is erased, or was no summary", status: .notFound)
        }
        Terminal.line(text.printable)
        guard !overview.holds, moment.at == nil else { return }
        Terminal.line()
        Terminal.line("\(Style.yellow("Stale:")) \(overview.why). It is shown to nobody.")
        Terminal.line("Next: daybook knowledge summarize --as \(overview.name)")
    }

    private func show(_ summary: SummaryBook.Summary?, of row: EntryVersionRow) throws {
        guard let summary else {
            throw Complaint(
                "there is no summary of \(row.name)", hint: "daybook knowledge summarize \(row.entry)",
                status: .notFound)
        }
        let sources = summary.row.sources.map(\.entry.name).joined(separator: ", ")
        Terminal.line(
            [
                "of \(sources)", "by \(summary.row.maker)", Format.moment(summary.row.timeUs),
                "@\(summary.row.position)",
                Format.money(summary.row.costMicrodollars),
            ].joined(separator: "   "))
        Terminal.line()
        Terminal.line(summary.text.printable)
    }

    private func json(
        _ found: FoundEntry, _ text: String, _ summary: SummaryBook.Summary?, _ book: KnowledgeBook
    ) throws -> JSON {
        let row = found.row
        let fields = try book.statement(row.content).fact?.fields.map { field in
            JSON.Field(
                field.name,
                .fields(("type", .string(field.value.typeName)), ("value", .string(field.value.text))))
        }
        let more = JSON.fields(
            ("text", .string(text)), ("fields", fields.map { .object($0) } ?? .null),
            ("reason", book.note(row.reason).map { .string($0) } ?? .null),
            ("evidence", .array(row.evidence.map { .string($0.words(in: book)) })), ("asked", .string(found.asked)),
            ("summary", summary.map { .string($0.text) } ?? .null))
        return .object(row.fields + (more.members ?? []))
    }
}
