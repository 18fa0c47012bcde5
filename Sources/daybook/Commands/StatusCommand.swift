import ArgumentParser
import EventSourcing
import Jobs
import Ledger
import Views
import Wire

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "What waits, what runs, and where files and ledger differ.",
        discussion: """
            With --json: one object with `events`, `jobs` (a count by state), `waiting` (approval ids), `backup` (null,
            or `position`, `time`, `age_seconds`, `events`, `bytes`, `form`) and `drift` (objects with `kind`, `name`,
            `path`, `folder`, `side`, `what`). Of knowledge, `side` is file (the file is newer, or was never imported),
            ledger (the entry is newer), both, missing (the file is gone) or retired (it is not imported again).
            """)

    /// Lines that are shown of each folder, and commands of the last lines.
    static let linesMax = 20
    static let commandsMax = 4

    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let jobs = try JobBoard.rows(in: workplace.view(JobBoard()))
        let waiting = try Inbox.rows(in: workplace.view(Inbox()))
        let files = try workplace.files()
        let drifts = try await Drift.find(files, in: workplace) + KnowledgeDrift(files, in: workplace).others()
        let states = Dictionary(grouping: jobs, by: \.stateName).mapValues(\.count).sorted { $0.key < $1.key }
        let head = try workplace.ledger.head()
        let now = workplace.world.now()
        let backup = try LastBackup(in: workplace.ledger.events(of: StreamName("ledger"), after: 0))
        if options.json {
            Terminal.line(
                JSON.fields(
                    ("events", .number(head)), ("jobs", .object(states.map { .init($0.key, .number($0.value)) })),
                    ("waiting", .array(waiting.map { .string("\($0.job)@\($0.approval)") })),
                    ("backup", backup?.json(now: now) ?? .null),
                    (
                        "drift",
                        .array(
                            drifts.map {
                                .fields(
                                    ("kind", .string($0.kind.rawValue)), ("name", .string($0.name)),
                                    ("path", .string($0.path)), ("folder", .string($0.folder)),
                                    ("side", .string($0.side.rawValue)), ("what", .string($0.words)))
                            })
                    )
                ).description)
            return
        }
        if let reason = workplace.ledger.readOnlyReason { Terminal.note("Read-only: \(reason)") }
        Terminal.line("Ledger   \(Format.plural(head, "event")), the last @\(head)")
        let counts = states.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        Terminal.line("Jobs     \(counts.isEmpty ? "none yet" : counts)")
        Terminal.line(
            "Inbox    \(waiting.isEmpty ? "nothing waits for you" : Format.plural(waiting.count, "question"))")
        Terminal.line("Backup   \(backup?.words(now: now) ?? "none was taken yet")")
        show(drifts)
        let next = waiting.isEmpty ? "daybook run" : "daybook inbox"
        Terminal.line("Next: \(next)")
        for command in Self.commands(drifts) { Terminal.line("      \(command)") }
    }

    /// By folder, the first lines of each.
    private func show(_ drifts: [Drift]) {
        for (folder, group) in Dictionary(grouping: drifts, by: \.folder).sorted(by: { $0.key < $1.key }) {
            for drift in group.prefix(Self.linesMax) {
                Terminal.line("  !  \(drift.path.printable.column(28)) \(drift.words.printable)")
            }
            guard group.count > Self.linesMax else { continue }
            Terminal.line(
                "     and \(group.count - Self.linesMax) more in \(folder.isEmpty ? "here" : folder.printable)")
        }
    }

    /// What brings files and ledger together again.
    private static func commands(_ drifts: [Drift]) -> [String] {
        let knowledge = drifts.filter { $0.kind == .knowledge }
        var commands: [String] = []
        let imported = knowledge.filter { $0.side == .file || $0.side == .both || $0.side == .missing }
        for folder in Set(imported.map(\.folder)).sorted() {
            commands.append("daybook knowledge import" + (folder == "knowledge" ? "" : " \(folder.printable)"))
        }
        if let newer = knowledge.first(where: { $0.side == .ledger }) {
            commands.append("daybook knowledge history \(newer.name)")
        }
        return Array(commands.prefix(commandsMax))
    }
}

extension JobRow {
    /// `awaiting_human`; `paused` on top of any open state.
    var stateName: String {
        if paused, ![.failed, .completed, .cancelled].contains(state) { return "paused" }
        return switch state {
        case .queued: "queued"
        case .running: "running"
        case .awaitingHuman: "awaiting_human"
        case .parked: "parked"
        case .failed: "failed"
        case .completed: "completed"
        case .cancelled: "cancelled"
        }
    }
}
