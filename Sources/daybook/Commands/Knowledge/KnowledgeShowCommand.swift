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

            An entry that was merged into another is read there.
            With --json: one object with `entry`, `version`, `happened`, `title`, `collection`, `form`, `body` (a hash),
            `content_of` (the version whose content this is), `retired`, `source`, `actor`, `position`, `time`, `tags`,
            `customer`, `valid_from`, `valid_to`, `confidence`, `proposal`, `into`, `merged`, `text`, `fields` (by name:
            `type`, `value`), `reason`, `evidence`, `asked`.
            """)

    @Argument(help: "An entry, or a version of it, such as pricing@2.")
    var entry: [String]

    @OptionGroup var moment: AtOption
    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let reference = try Reference(words: entry)
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let book = KnowledgeBook(workplace: workplace)
        let position = try moment.position(in: workplace)
        let found = try book.find(reference, at: position)
        let row = found.row
        let text = try book.text(row.content)
        guard !options.json else { return Terminal.line(try json(found, text, book).description) }
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

    private func json(_ found: FoundEntry, _ text: String, _ book: KnowledgeBook) throws -> JSON {
        let row = found.row
        let fields = try book.statement(row.content).fact?.fields.map { field in
            JSON.Field(
                field.name,
                .fields(("type", .string(field.value.typeName)), ("value", .string(field.value.text))))
        }
        let more = JSON.fields(
            ("text", .string(text)), ("fields", fields.map { .object($0) } ?? .null),
            ("reason", book.note(row.reason).map { .string($0) } ?? .null),
            ("evidence", .array(row.evidence.map { .string($0.words(in: book)) })), ("asked", .string(found.asked)))
        return .object(row.fields + (more.members ?? []))
    }
}
