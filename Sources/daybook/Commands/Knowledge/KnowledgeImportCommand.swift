import ArgumentParser
import Wire
import Workspace

struct KnowledgeImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take in Markdown files: add what is new, revise what changed.",
        discussion: """
            daybook knowledge import                    knowledge/ of this workspace
            daybook knowledge import notes              notes/olive-oil.md becomes olive-oil
            daybook knowledge import notes/*.md

            A file that is as it was writes nothing. An entry that a person changed since is left alone: if its file
            changed too that is a conflict (exit 1), and --force lets the file win.
            With --json: one object a file with `entry`, `path`, `version` and `result` (added, revised, unchanged,
            kept or conflict).
            """)

    @Argument(help: "Folders and files; without any, the workspace's knowledge/.")
    var paths: [String] = []

    @Option(help: "Where entries belong whose files do not say.")
    var collection: String?

    @Flag(help: "Let the file win where a person changed the entry.")
    var force = false

    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        if let collection { try MarkdownNote.requireCollection(collection) }
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let sources = ImportSources(workplace: workplace, collection: collection)
        let drafts = try sources.drafts(at: paths.map(options.path))
        let report = try await KnowledgeImport.run(drafts, in: workplace, actor: "owner", force: force)
        for outcome in report.outcomes { options.json ? json(outcome) : show(outcome) }
        if !options.json { summarize(report) }
        if report.conflicts > 0 { throw Ending(.failed) }
    }

    private func show(_ outcome: KnowledgeImport.Outcome) {
        guard outcome.verdict != .unchanged else { return }
        let name = "\(outcome.entry)@\(outcome.version)".column(24)
        let words: String
        switch outcome.verdict {
        case .kept: words = "  is as it was; the entry has been changed since"
        case .conflict: words = "  and the entry were both changed"
        case .added, .revised, .unchanged: words = ""
        }
        Terminal.line("  \(outcome.verdict.rawValue.column(9)) \(name) \(outcome.path.printable)\(words)")
    }

    private func summarize(_ report: KnowledgeImport.Report) {
        var words = ["\(report.added) added", "\(report.revised) revised", "\(report.unchanged) unchanged"]
        if report.conflicts > 0 { words.append(Format.plural(report.conflicts, "conflict")) }
        Terminal.line(words.joined(separator: ", "))
        guard let conflict = report.outcomes.first(where: { $0.verdict == .conflict }) else { return }
        Terminal.line("Next: daybook knowledge history \(conflict.entry)")
        Terminal.line("      put what is right into the file, then daybook knowledge import --force \(conflict.path)")
    }

    private func json(_ outcome: KnowledgeImport.Outcome) {
        Terminal.line(
            JSON.fields(
                ("entry", .string(outcome.entry)), ("path", .string(outcome.path)),
                ("result", .string(outcome.verdict.rawValue)), ("version", .number(outcome.version))
            ).description)
    }
}
