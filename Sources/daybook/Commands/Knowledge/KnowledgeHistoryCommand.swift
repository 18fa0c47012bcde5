import ArgumentParser
import Coordinator
import EventSourcing
import Events
import Views
import Wire

struct KnowledgeHistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Every version of an entry, the newest first: who said so, when and why.",
        discussion: """
            With --json: one object a version with the fields of `knowledge show --json` but `text`, and `reason`.
            """)

    @OptionGroup var target: EntryArgument
    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let book = KnowledgeBook(workplace: workplace)
        let versions = try target.versions(in: book)
        for row in versions.reversed() {
            let reason = row.reason.flatMap { workplace.artifacts.bytes($0) }
                .map { String(decoding: $0, as: UTF8.self) }
            if options.json {
                let field = JSON.Field("reason", reason.map { .string($0) } ?? .null)
                Terminal.line(JSON.object(row.fields + [field]).description)
            } else {
                Terminal.line(
                    "  \("@\(row.version)".column(5)) \(row.happened.column(9)) \(row.origin.printable.column(36)) "
                        + "\(Format.moment(row.timeUs).column(17)) @\(row.position)")
                if let reason { Terminal.line("        because \(reason.printable)") }
            }
        }
        guard !options.json, let last = versions.last, versions.count > 1 else { return }
        Terminal.line("Next: daybook knowledge diff \(target.entry) \(last.version - 1) \(last.version)")
    }
}
