import ArgumentParser
import EventSourcing
import Jobs
import Ledger
import Wire

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "What an agent was asked, saw and made, what it cost, and what followed.",
        discussion: """
            daybook audit newsletter-8           every step, every attempt
            daybook audit newsletter-8.draft     one step
            daybook audit @139                   the step that this event belongs to

            `Seal complete` says that every call is in the ledger; `open` that a command made calls of its own.

            With --json: one object a page, with `kind`, `job`, `step`, and

            - call: `task` (its version), `attempt`, `attempts`, `rung`, `rungs`, `executor`, `agent`, `agent_digest`, \
            `model`, `host`, `first_position`, `last_position`, `time`, `latency_us`, `request`, `tokens`, `pieces` \
            (objects with `kind`, `label`, `digest`, `tokens`), `context` (null, or `as_of`, `method`, `embedder`, \
            `budget_tokens`, `items` and `cut`; an item has `label`, `source`, `digest`, `rank`, `score_millionths`, \
            `bm25_millionths`, `cosine_millionths`, `tokens`, `why`, `summary`), `outcome`, `output`, \
            `confidence_millionths`, `input_tokens`, `output_tokens`, `cost_microdollars`, `then` (objects with \
            `position` and `words`), `seal`
            - question: `approval`, `position`, `asked`, `subject`, `draft`, `exact`, `recipients`, `end`, `verdict`
            - effect: `position`, `connector`, `exact`, `draft`, `prepared`, `deliveries`
            - adopted: `position`, `output`, `source_job`
            """)

    @Argument(help: "A job, a step of a job, or an event of one.")
    var reference: Reference

    @Flag(help: "List what was found and left out too.")
    var cut = false

    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let workplace = try Workplace(options, readOnly: true)
        defer { workplace.close() }
        let (history, steps) = try scope(in: workplace)
        let pages = steps.flatMap { step in
            StepAudit(history: history, step: step, artifacts: workplace.artifacts, showsCut: cut).pages
        }
        if options.json {
            for page in pages { Terminal.line(page.json.description) }
            return
        }
        for (index, page) in pages.enumerated() {
            if index > 0 { Terminal.line() }
            page.show()
        }
        if pages.isEmpty { Terminal.line("\(reference.text) has not begun.") }
        showNext(history)
    }

    /// The job, and the steps that are asked about, in the order in which they began.
    private func scope(in workplace: Workplace) throws -> (JobHistory, [String]) {
        let ledger = workplace.ledger
        func history(_ stream: StreamName) throws -> JobHistory {
            if let (imported, inner) = ImportedLog.split(stream, in: ledger), inner.category == "job" {
                return try JobHistory(String(inner.id), in: imported)
            }
            guard stream.category == "job" else {
                throw Complaint(
                    "\(reference.text) belongs to no job", hint: "daybook show \(reference.text)", status: .usage)
            }
            return try JobHistory(String(stream.id), in: ledger)
        }
        func begun(_ history: JobHistory) -> [String] {
            var steps: [String] = []
            for step in history.items.compactMap(\.step) where !steps.contains(step) { steps.append(step) }
            return steps
        }
        switch try reference.target(in: ledger) {
        case .job(let job):
            let history = try JobHistory(job, in: ledger)
            return (history, begun(history))
        case .step(let job, let step): return (try JobHistory(job, in: ledger), [step])
        case .jobEvent(let job, let version):
            let history = try JobHistory(job, in: ledger)
            return (history, history.item(version)?.step.map { [$0] } ?? begun(history))
        case .event(let position):
            guard let event = try ledger.events(after: position - 1, limit: 1).first else { throw reference.missing }
            let history = try history(event.stream)
            return (history, history.item(event.version)?.step.map { [$0] } ?? begun(history))
        case .entry, .entryVersion:
            throw Complaint(
                "\(reference.text) is knowledge, and no step",
                hint: "daybook exposure \(reference.text)    who was shown it",
                status: .usage)
        case .artifact, .digits:
            throw Complaint("\(reference.text) is a hash", hint: "daybook show \(reference.text)", status: .usage)
        }
    }

    private func showNext(_ history: JobHistory) {
        let last = history.items.last { $0.delivered != nil } ?? history.items.last { $0.completed != nil }
        if let last { Terminal.line("Next: daybook why @\(last.position)    the chain from this back to your goal") }
    }
}
