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
            With --json: one object a version with the fields of `knowledge show --json` up to `merged`, and
            `reason` and `evidence`.
            """)

    @OptionGroup var target: EntryArgument
    @OptionGroup var moment: AtOption
    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let book = KnowledgeBook(workplace: workplace)
        let versions = try book.requireVersions(of: target.entry, at: moment.position(in: workplace))
        for row in versions.reversed() {
            let reason = book.note(row.reason)
            let evidence = row.evidence.map { $0.words(in: book) }
            if options.json {
                let more = [
                    JSON.Field("reason", reason.map { .string($0) } ?? .null),
                    JSON.Field("evidence", .array(evidence.map { .string($0) })),
                ]
                Terminal.line(JSON.object(row.fields + more).description)
            } else {
                Terminal.line(
                    "  \("@\(row.version)".column(5)) \(row.happened.column(9)) \(row.origin.printable.column(36)) "
                        + "\(Format.moment(row.timeUs).column(17)) @\(row.position)")
                if let reason { Terminal.line("        because \(reason.printable)") }
                for source in evidence { Terminal.line("        evidence: \(source.printable)") }
            }
        }
        guard !options.json, let last = versions.last, versions.count > 1 else { return }
        Terminal.line("Next: daybook knowledge diff \(target.entry) \(last.version - 1) \(last.version)")
    }
}
