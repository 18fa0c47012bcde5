import ArgumentParser
import EventSourcing
import Events
import Views
import Wire

struct InboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inbox", abstract: "What waits for you, the longest waiting first.",
        discussion: """
            With --json: one object a question with `id` (for `daybook review`), `state` (always awaiting_human), `job`,
            `step`, `kind`, `recipients`, `connector`, `since`, `expires`, `allowed`. Proposals and contradictions are
            listed by `knowledge proposals --json` and `knowledge contradictions --json`.
            """)

    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let rows = try Inbox.rows(in: workplace.view(Inbox()))
        for row in rows { options.json ? Terminal.line(json(row).description) : show(row, now: workplace.world.now()) }
        guard !options.json else { return }
        let knowledge = try workplace.view(KnowledgeIndex())
        let proposals = try KnowledgeIndex.proposals(in: knowledge)
        let contradictions = try KnowledgeIndex.contradictions(in: knowledge)
        for row in proposals {
            Terminal.line("  \(row.proposal.column(16)) \("proposal".column(10)) for \(row.entry.printable)")
        }
        for row in contradictions {
            Terminal.line("  \(row.contradiction.prefix(8))         contradiction: \(row.words)")
        }
        if let first = rows.first {
            Terminal.line("Next: daybook review \(first.job)")
        } else if let first = proposals.first {
            Terminal.line("Next: daybook knowledge accept \(first.proposal)    or reject it; `proposals` shows it")
        } else if !contradictions.isEmpty {
            Terminal.line("Next: daybook knowledge contradictions")
        } else {
            Terminal.line("Nothing waits for you.")
        }
    }

    private func json(_ row: InboxRow) -> JSON {
        .fields(
            ("id", .string("\(row.job)@\(row.approval)")), ("state", "awaiting_human"), ("job", .string(row.job)),
            ("step", .string(row.step)), ("kind", .string(row.kind.name)),
            ("recipients", .number(row.consequences.recipients)), ("connector", .string(row.consequences.connector)),
            ("since", .string(Format.iso(row.sinceUs))),
            ("expires", row.expiresUs > 0 ? .string(Format.iso(row.expiresUs)) : .null),
            ("allowed", .array(row.allowed.map { .string($0.name) })))
    }

    private func show(_ row: InboxRow, now: Timestamp) {
        let reach =
            row.consequences.recipients > 0
            ? "mail to \(Format.plural(row.consequences.recipients, "person", "people"))" : row.kind.question
        let risk = row.consequences.risk.words.column(14)
        let left = row.expiresUs > 0 ? "\(Format.duration(UInt64(max(0, row.expiresUs - now)))) left" : ""
        Terminal.line(
            "  \(row.job.column(16)) \(row.step.column(10)) \(reach.column(22)) \(risk) \(left)")
    }
}

extension ApprovalKind {
    /// As `--json` prints it.
    var name: String {
        switch self {
        case .review: "review"
        case .effect: "effect"
        case .handover: "handover"
        case .unknown: "unknown"
        }
    }
}

extension AllowedDecision {
    /// As `--json` prints it, and as the option of `daybook review` is called.
    var name: String {
        switch self {
        case .approve: "approve"
        case .edit: "edit"
        case .reject: "reject"
        case .respond: "respond"
        case .takeOver: "take-over"
        }
    }
}

extension Risk {
    var words: String {
        switch self {
        case .none: "reaches nobody"
        case .reversible: "reversible"
        case .irreversible: "irreversible"
        }
    }
}
