import ArgumentParser
import EventSourcing
import Events
import Views
import Wire

struct KnowledgeDiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "What changed between two versions of an entry, line by line.",
        discussion: """
            Without versions: the newest and the one before it. With one: that one and the newest. With --at: what
            changed since that moment.
            With --json: one object a changed line with `change` (added or removed) and `text`.
            """)

    @OptionGroup var target: EntryArgument

    @Argument(help: "The older version.")
    var old: VersionArgument?

    @Argument(help: "The newer version.")
    var new: VersionArgument?

    @OptionGroup var moment: AtOption
    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let book = KnowledgeBook(workplace: workplace)
        let versions = try target.versions(in: book)
        let last = versions.last?.version ?? 0
        let new = try versions.require(new?.version ?? last)
        let then = try moment.position(in: workplace)
        let old =
            try self.old.map { try versions.require($0.version) }
            ?? then.map { try book.requireVersions(of: target.entry, at: $0).last }
            ?? versions.last { $0.version < new.version }
        guard let old else {
            throw Complaint(
                "\(target.entry) has one version only", hint: "daybook knowledge show \(target.entry)", status: .usage)
        }
        let diff = LineDiff(try book.lines(old), try book.lines(new))
        options.json ? json(diff) : show(diff, old, new)
    }

    private func show(_ diff: LineDiff, _ old: EntryVersionRow, _ new: EntryVersionRow) {
        for row in [old, new] {
            Terminal.line("\(row.name)   \(row.origin.printable)   \(Format.moment(row.timeUs))   @\(row.position)")
        }
        if diff.isEmpty { return Terminal.line("They say the same.") }
        for line in diff.text() { Terminal.line(line) }
        Terminal.line("\(Format.plural(diff.removed, "line")) removed, \(diff.added) added")
    }

    private func json(_ diff: LineDiff) {
        func show(_ change: JSON, _ text: String) {
            Terminal.line(JSON.fields(("change", change), ("text", .string(text))).description)
        }
        for line in diff.lines {
            switch line {
            case .same: break
            case .removed(let text): show("removed", text)
            case .added(let text): show("added", text)
            }
        }
    }
}
