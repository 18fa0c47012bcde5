import ArgumentParser
import EventSourcing
import Events
import Wire
import Workspace

struct OutcomeSetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Record one figure of a job; the next jobs learn from it.",
        discussion: """
            daybook outcome set newsletter-8 open_rate 46%
            daybook outcome set newsletter-8.publish unsubscribes 2 --source buttondown

            A percentage is its rate: 46% is 0.46.
            With --json: one object with `job`, `step`, `metric`, `value`, `source`, `result` (recorded or unchanged),
            `position`.
            """)

    @Argument(help: "A job, or a step of it; without a step, the one that its flow's `outcomes` name.")
    var target: String

    @Argument(help: "What was counted, such as open_rate.")
    var metric: String

    @Argument(help: "A number such as 169, 0.46 or 46%.")
    var value: String

    @Option(help: "Where the figure comes from.")
    var source = "owner"

    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        guard let millionths = OutcomeValue.millionths(value) else {
            throw Complaint("\"\(value)\" is no figure", hint: OutcomeValue.rule, status: .usage)
        }
        guard OutcomeFile.isName(metric) else {
            throw Complaint("\"\(metric)\" is no name for a metric", hint: OutcomeFile.nameRule, status: .usage)
        }
        guard source.count <= OutcomeFile.sourceMax, !source.contains(where: \.isNewline) else {
            throw Complaint("--source is one line of at most \(OutcomeFile.sourceMax) characters", status: .usage)
        }
        let reference = try Reference(target)
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let (job, step) = try find(reference, in: workplace)
        let figure = OutcomeBook.Figure(
            job: job, step: step, metric: metric, valueMillionths: millionths, source: source)
        let report = try await OutcomeBook(workplace: workplace, actor: "owner").record([figure])
        for outcome in report.recorded + report.unchanged { show(outcome, at: report.position) }
    }

    private func find(_ reference: Reference, in workplace: Workplace) throws -> (job: String, step: String?) {
        do {
            switch try reference.target(in: workplace.ledger) {
            case .job(let job): return (job, nil)
            case .step(let job, let step): return (job, step)
            default:
                throw Complaint(
                    "\(target) is no job and no step", hint: "such as newsletter-8, or newsletter-8.publish",
                    status: .usage)
            }
        } catch {
            throw Complaint(error)
        }
    }

    private func show(_ outcome: OutcomeBook.Outcome, at position: Position?) {
        let value = WorkspaceContext.decimal(outcome.event.valueMillionths)
        if options.json {
            return Terminal.line(
                JSON.fields(
                    ("job", .string(outcome.job)), ("step", .string(outcome.event.step)),
                    ("metric", .string(outcome.event.metric)), ("value", .number(value)),
                    ("source", .string(outcome.event.source)),
                    ("result", position == nil ? "unchanged" : "recorded"),
                    ("position", position.map { .number($0) } ?? .null)
                ).description)
        }
        let name = "\(outcome.job).\(outcome.event.step)"
        guard let position else {
            return Terminal.line("\(name)   \(metric) \(value) is known already; nothing was written.")
        }
        Terminal.line("\(name)   \(metric) \(value)   @\(position)")
    }
}
