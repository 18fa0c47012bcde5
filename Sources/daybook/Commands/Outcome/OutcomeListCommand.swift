import ArgumentParser
import EventSourcing
import Views
import Wire

struct OutcomeListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "All figures, in the order in which they came.",
        discussion: """
            With --json: one object a figure with `job`, `step`, `metric`, `value`, `value_millionths`, `source`,
            `position`, `time`.
            """)

    @Argument(help: "Only of this job.")
    var job: String?

    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let rows: [OutcomeRow]
        do {
            let metrics = try workplace.view(Metrics())
            if let job, try JobBoard.row(of: job, in: workplace.view(JobBoard())) == nil {
                throw Complaint("there is no job \(job)", hint: "daybook job list", status: .notFound)
            }
            if let job {
                rows = try Metrics.outcomes(ofJob: job, in: metrics)
            } else {
                rows = try metrics.rows(startingWith: "outcome/", as: OutcomeRow.self)
            }
        } catch {
            throw Complaint(error)
        }
        for row in rows.sorted(by: { $0.position < $1.position }) {
            options.json ? Terminal.line(json(row).description) : show(row)
        }
        if rows.isEmpty, !options.json {
            Terminal.line("No figures yet. Next: daybook outcome set JOB METRIC VALUE")
        }
    }

    private func show(_ row: OutcomeRow) {
        let value = WorkspaceContext.decimal(row.valueMillionths)
        Terminal.line(
            "  \("\(row.job).\(row.step)".column(28)) \(row.metric.column(18)) \(value.column(10)) "
                + "\(row.source.printable.cut(20).column(20)) \(Format.moment(row.timeUs).column(17)) @\(row.position)")
    }

    private func json(_ row: OutcomeRow) -> JSON {
        .fields(
            ("job", .string(row.job)), ("step", .string(row.step)), ("metric", .string(row.metric)),
            ("value", .number(WorkspaceContext.decimal(row.valueMillionths))),
            ("value_millionths", .number(row.valueMillionths)), ("source", .string(row.source)),
            ("position", .number(row.position)), ("time", .string(Format.iso(row.timeUs))))
    }
}
