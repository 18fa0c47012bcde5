import ArgumentParser
import EventSourcing
import Events
import Views
import Wire

struct KnowledgeShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "One entry as it is now, or as it was: pricing, pricing@1.",
        discussion: """
            With --json: one object with `entry`, `version`, `happened`, `title`, `collection`, `form`, `body` (a hash),
            `content_of` (the version whose content this is), `retired`, `source`, `actor`, `position`, `time`, `text`.
            """)

    @Argument(help: "An entry, or a version of it, such as pricing@2.")
    var entry: [String]

    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let reference = try Reference(words: entry)
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let book = KnowledgeBook(workplace: workplace)
        let (versions, row) = try book.find(reference)
        let text = try book.text(row.content)
        if options.json {
            return Terminal.line(JSON.object(row.fields + [JSON.Field("text", .string(text))]).description)
        }
        let last = versions.last?.version ?? row.version
        let current = last == row.version ? "" : "   (now @\(last))"
        let words = [
            row.name, row.content.collection, row.origin.printable, Format.moment(row.timeUs), "@\(row.position)",
        ]
        Terminal.line(Style.bold(book.title(row.content).printable))
        Terminal.line(words.joined(separator: "   ") + current)
        Terminal.line()
        Terminal.line(text.printable)
    }
}
