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
            `path`, `what`).
            """)

    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let jobs = try JobBoard.rows(in: workplace.view(JobBoard()))
        let waiting = try Inbox.rows(in: workplace.view(Inbox()))
        let files = try workplace.files()
        let drifts = try Drift.find(files, in: workplace)
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
                                    ("path", .string($0.path)), ("what", .string($0.words)))
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
        for drift in drifts {
            Terminal.line("  !  \(drift.path.column(28)) \(drift.words)")
        }
        let next = waiting.isEmpty ? "daybook run" : "daybook inbox"
        Terminal.line("Next: \(next)")
        if drifts.contains(where: { $0.kind == .knowledge }) { Terminal.line("      daybook knowledge import") }
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
