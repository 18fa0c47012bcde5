import ArgumentParser
import EventSourcing
import Events
import Jobs
import Views
import Wire

struct JobShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "One job: its steps, what they cost, what waits.",
        discussion: """
            With --json: the row of the view `jobs` in one object, with the fields of JobRow in views.proto, `id` and
            `state`.
            """
    )

    @OptionGroup var target: JobArgument
    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        guard let row = try JobBoard.row(of: target.job, in: workplace.view(JobBoard())) else {
            throw Complaint("there is no job \(target.job)", hint: "daybook job list", status: .notFound)
        }
        if options.json {
            let fields = row.json(style: .display)
            return Terminal.line(
                fields.setting("id", to: .string(row.job)).setting("state", to: .string(row.stateName)).description)
        }
        Terminal.line("\(Style.bold(row.job))   \(row.stateName)   \(Format.money(row.costMicrodollars))")
        Terminal.line(
            "queued \(Format.time(row.queuedUs)) by \(row.actor)   @\(row.firstPosition)..@\(row.lastPosition)"
                + (row.endedUs > 0 ? "   ended \(Format.time(row.endedUs))" : ""))
        if case .rerun(let rerun) = row.origin {
            Terminal.line("continues \(rerun.job) from \(rerun.fromStep)")
        }
        for step in row.steps { show(step) }
        if let failure = row.failure { Terminal.line("failed at \(failure.step): \(failure.detail.printable)") }
        for approval in row.approvals {
            Terminal.line("waits for you: \(approval.step), since \(Format.moment(approval.sinceUs))")
            Terminal.line("Next: daybook review \(row.job)@\(approval.approval)")
        }
        if row.approvals.isEmpty { Terminal.line("Next: daybook audit \(row.job)") }
    }

    private func show(_ step: StepRow) {
        let mark =
            switch step.status {
            case .done, .adopted: Style.green("ok")
            case .failed, .expired: Style.red("!!")
            case .waiting: Style.yellow("||")
            case .idle: "--"
            case .requested, .running: ".."
            }
        let who = step.model.isEmpty ? step.executor : step.model
        var words = "\(step.step.column(12)) \(who.cut(24).column(24))"
        if step.latencyUs > 0 { words += " \(Format.duration(step.latencyUs).column(9))" }
        if step.calls > 0 { words += " \(Format.money(step.costMicrodollars).column(9))" }
        if step.tasks > 1 { words += " \(step.tasks) tries" }
        if step.status == .adopted { words += " taken over" }
        if let counts = step.deliveries { words += " \(counts.succeeded) of \(counts.prepared) delivered" }
        if let output = step.output { words += "  \(output.short)" }
        Terminal.line("  \(mark)  \(words)")
    }
}
