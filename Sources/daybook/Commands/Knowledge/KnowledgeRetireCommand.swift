import ArgumentParser
import EventSourcing
import Events
import Views
import Wire

struct KnowledgeRetireCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retire", abstract: "Show an entry to nobody any more. Its past stays, and can come back.",
        discussion: "With --json: one object with `entry`, `version`, `result` (retired or unchanged), `position`.")

    @OptionGroup var target: EntryArgument

    @Option(help: "Why.")
    var reason: String?

    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let book = KnowledgeBook(workplace: workplace)
        let last = try target.versions(in: book).last
        let written = try await book.retire(target.entry, base: last?.version ?? 0, reason: reason, actor: "owner")
        if options.json {
            return Terminal.line(
                JSON.fields(
                    ("entry", .string(target.entry)), ("version", .number(written.versions[0])),
                    ("result", written.position == nil ? "unchanged" : "retired"),
                    ("position", written.position.map { .number($0) } ?? .null)
                ).description)
        }
        guard let position = written.position else { return Terminal.line("\(target.entry) is retired already.") }
        Terminal.line("\(target.entry)@\(written.versions[0])   retired   @\(position)")
        Terminal.line("Next: daybook knowledge revert \(target.entry) --to \(last?.version ?? 1)    brings it back")
    }
}
