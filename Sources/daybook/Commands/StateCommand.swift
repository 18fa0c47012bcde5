import ArgumentParser
import EventSourcing
import Events
import Ledger
import Views
import Wire

struct StateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "state", abstract: "How things stood: jobs, questions and knowledge, now or at a moment.",
        discussion: """
            daybook state --at 2026-11-01     everything, at the end of that day
            daybook state newsletter-8 --at @140
            daybook state pricing --at "2 weeks ago"

            It is folded from the ledger up to that moment, so it takes as long as the ledger is.
            With --json: one object with `as_of`, `time`, `jobs` (a count by state), `waiting` (approval ids),
            `entries`, `proposals`, `contradictions` (open ones); of a job `job`, `state`, `cost_microdollars` and
            `steps`; of an entry the fields of `knowledge history --json`.
            """)

    @Argument(help: "A job, or an entry.")
    var name: String?

    @OptionGroup var moment: AtOption
    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let workplace = try Workplace(options, readOnly: true)
        defer { workplace.close() }
        do {
            let head = try moment.position(in: workplace) ?? workplace.ledger.head()
            if let name { return try showOne(name, head, in: workplace) }
            try showAll(head, in: workplace)
        } catch {
            throw Complaint(error)
        }
    }

    /// A view as it was.
    private func rows(_ projection: some Projection, _ head: Position, in workplace: Workplace) throws -> MemoryRows {
        var rows = MemoryRows()
        try rows.fold(projection, from: workplace.ledger, after: 0, upTo: head)
        return rows
    }

    private func showAll(_ head: Position, in workplace: Workplace) throws {
        let jobs = try JobBoard.rows(in: rows(JobBoard(), head, in: workplace))
        let waiting = try Inbox.rows(in: rows(Inbox(), head, in: workplace))
        let knowledge = try rows(KnowledgeIndex(), head, in: workplace)
        let entries = try KnowledgeIndex.rows(in: knowledge).count
        let proposals = try KnowledgeIndex.proposals(in: knowledge).count
        let contradictions = try KnowledgeIndex.contradictions(in: knowledge).count
        let states = Dictionary(grouping: jobs, by: \.stateName).mapValues(\.count).sorted { $0.key < $1.key }
        let time = try workplace.ledger.events(after: max(head, 1) - 1, limit: 1).first?.time ?? 0
        guard !options.json else {
            return Terminal.line(
                JSON.fields(
                    ("as_of", .number(head)), ("time", .string(Format.iso(time))),
                    ("jobs", .object(states.map { JSON.Field($0.key, .number($0.value)) })),
                    ("waiting", .array(waiting.map { .string("\($0.job)@\($0.approval)") })),
                    ("entries", .number(entries)), ("proposals", .number(proposals)),
                    ("contradictions", .number(contradictions))
                ).description)
        }
        let counts = states.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        Terminal.line("As of    @\(head), \(Format.moment(time))")
        Terminal.line("Jobs     \(counts.isEmpty ? "none yet" : counts)")
        Terminal.line("Inbox    \(waiting.isEmpty ? "nothing" : Format.plural(waiting.count, "question"))")
        let words = [
            Format.plural(entries, "entry", "entries"), Format.plural(proposals, "proposal"),
            Format.plural(contradictions, "contradiction"),
        ]
        Terminal.line("Knows    \(words.joined(separator: ", "))")
        Terminal.line("Next: daybook knowledge list --at @\(head)")
    }

    private func showOne(_ name: String, _ head: Position, in workplace: Workplace) throws {
        switch try Reference(name).target(in: workplace.ledger) {
        case .entry(let entry):
            let row = try KnowledgeBook(workplace: workplace).find(Reference(entry), at: head).row
            if options.json { return Terminal.line(JSON.object(row.fields).description) }
            Terminal.line("\(row.name)   \(row.origin.printable)   \(Format.moment(row.timeUs))   @\(row.position)")
            Terminal.line("Next: daybook knowledge show \(row.name)")
        case .job(let job):
            let row = try JobBoard.rows(in: rows(JobBoard(), head, in: workplace)).first { $0.job == job }
            guard let row else {
                throw Complaint("there was no job \(job) yet at @\(head)", hint: "daybook job list", status: .notFound)
            }
            show(row, head)
        default: throw Complaint("\(name) is no job and no entry", hint: "daybook state", status: .usage)
        }
    }

    private func show(_ row: JobRow, _ head: Position) {
        guard !options.json else {
            let steps = row.steps.map { step -> JSON in
                .fields(
                    ("step", .string(step.step)), ("status", .string(step.status.word)),
                    ("cost_microdollars", .number(step.costMicrodollars)))
            }
            return Terminal.line(
                JSON.fields(
                    ("as_of", .number(head)), ("job", .string(row.job)), ("state", .string(row.stateName)),
                    ("cost_microdollars", .number(row.costMicrodollars)), ("steps", .array(steps))
                ).description)
        }
        Terminal.line("\(row.job)   \(row.stateName)   \(Format.money(row.costMicrodollars))   as of @\(head)")
        for step in row.steps { Terminal.line("  \(step.step.column(12)) \(step.status.word)") }
        Terminal.line("Next: daybook job show \(row.job)")
    }
}

extension StepRowStatus {
    fileprivate var word: String {
        switch self {
        case .idle: "idle"
        case .requested: "requested"
        case .running: "running"
        case .waiting: "waiting"
        case .expired: "expired"
        case .done: "done"
        case .adopted: "adopted"
        case .failed: "failed"
        }
    }
}
