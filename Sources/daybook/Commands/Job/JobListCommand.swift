import ArgumentParser
import EventSourcing
import Views
import Wire

struct JobListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "All jobs, the newest last.",
        discussion: "With --json: one object a job with `id`, `state`, `flow`, `cost_microdollars`, `queued`, `ended`.")

    @Option(help: "Only jobs in this state, such as awaiting_human.")
    var state: String?

    @Option(help: "Only jobs of this flow.")
    var flow: String?

    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let rows = try JobBoard.rows(in: workplace.view(JobBoard()))
            .filter { (state ?? $0.stateName) == $0.stateName && (flow ?? $0.flow) == $0.flow }
            .sorted { $0.firstPosition < $1.firstPosition }
        for row in rows {
            if options.json {
                Terminal.line(
                    JSON.fields(
                        ("id", .string(row.job)), ("state", .string(row.stateName)), ("flow", .string(row.flow)),
                        ("cost_microdollars", .number(row.costMicrodollars)),
                        ("queued", .string(Format.iso(row.queuedUs))),
                        ("ended", row.endedUs > 0 ? .string(Format.iso(row.endedUs)) : .null)
                    ).description)
            } else {
                let step = row.steps.last { $0.status != .done && $0.status != .adopted }
                Terminal.line(
                    "\(row.job.column(20)) \(row.stateName.column(15)) \(Format.money(row.costMicrodollars).column(9)) "
                        + "\(Format.moment(row.queuedUs))   \(step.map { "at \($0.step)" } ?? "")")
            }
        }
        if rows.isEmpty, !options.json { Terminal.line("No jobs. Next: daybook run") }
    }
}
