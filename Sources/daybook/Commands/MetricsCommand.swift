import ArgumentParser
import Server
import ViewStore
import Views
import Wire

struct MetricsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics", abstract: "Latency, cost, errors, your edits and what came of it, by flow and step.",
        discussion: """
            p50 and p95 are upper estimates, from a histogram. Overrides are drafts that you edited, rejected or sent \
            back, of all that you decided about.

            With --json: one object a line with `kind`, `flow` (not of what is derived), and

            - flow: `queued`, `completed`, `failed`, `cancelled`, `cost_microdollars`, `last_job`
            - calls: `step`, `executor`, `model`, `calls`, `ok`, `failed`, `unresolved`, `retries`, `fallbacks`, \
            `p50_us`, `p95_us`, `cost_microdollars`, `input_tokens`, `output_tokens`, `approved`, `edited`, \
            `rejected`, `responded`, `edit_distance_millionths` (the sum)
            - approvals: `step`, `asked`, `approved`, `edited`, `rejected`, `responded`, `taken_over`, `expired`, \
            `withdrawn`, `wait_us` (the sum)
            - deliveries: `step`, `connector`, `prepared`, `started`, `succeeded`, `failed`, `unknown`
            - derived: `stream`, `calls`, `ok`, `failed`, `unresolved`, `input_tokens`, `output_tokens`, \
            `cost_microdollars`: vectors and summaries that others made of the knowledge
            - outcome: `job`, `step`, `metric`, `value_millionths`, `source`, `position`

            With --prometheus: the text format 0.0.4.
            """)

    /// Outcomes that are shown of each flow, the newest first.
    static let outcomesMax = 12

    @Flag(help: "Print them as Prometheus reads them.")
    var prometheus = false

    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let figures = try Figures(in: workplace)
        if prometheus {
            let page = PrometheusText(
                calls: figures.calls, approvals: figures.approvals, effects: figures.effects,
                jobs: try JobBoard.rows(in: workplace.view(JobBoard())))
            return Terminal.bytes(Array(page.text.utf8))
        }
        if options.json { return figures.json.forEach { Terminal.line($0.description) } }
        guard !figures.flows.isEmpty || !figures.derived.isEmpty else {
            Terminal.line("Nothing has run yet.")
            return Terminal.line("Next: daybook run")
        }
        for flow in figures.flows { show(flow, figures) }
        for row in figures.derived { Terminal.line(line(row)) }
        Terminal.line("Next: daybook metrics --prometheus    for a monitor")
    }

    private func show(_ flow: FlowMetricsRow, _ figures: Figures) {
        let ends = [(flow.completed, "completed"), (flow.failed, "failed"), (flow.cancelled, "cancelled")]
            .filter { $0.0 > 0 }.map { "\(Format.count($0.0)) \($0.1)" }.joined(separator: ", ")
        Terminal.line(
            "\(Style.bold(flow.flow))   \(Format.plural(flow.queued, "job"))\(ends.isEmpty ? "" : ": \(ends)")   "
                + "\(Format.money(flow.costMicrodollars))   last \(flow.lastJob), \(Format.moment(flow.lastQueuedUs))")
        let calls = figures.calls.filter { $0.flow == flow.flow }
        if !calls.isEmpty { Terminal.line("  \(Style.dim(Self.titles))") }
        for row in calls { Terminal.line("  \(line(row))") }
        for row in figures.approvals where row.flow == flow.flow { Terminal.line("  \(line(row))") }
        for row in figures.effects where row.flow == flow.flow {
            let failures = row.failed + row.unknown > 0 ? ", \(row.failed) failed, \(row.unknown) unknown" : ""
            let made = "\(Format.count(row.succeeded)) of \(Format.plural(row.prepared, "delivery", "deliveries")) made"
            Terminal.line("  \(row.step.column(11)) \(row.connector.column(23)) \(made)\(failures)")
        }
        for row in figures.outcomes[flow.flow] ?? [] {
            let value = WorkspaceContext.decimal(row.valueMillionths)
            Terminal.line(
                "  \("\(row.job).\(row.step)".column(35)) \(row.metric.column(16)) \(value.column(10)) "
                    + "\(row.source.printable.cut(24).column(24)) @\(row.position)")
        }
    }

    private static let titles = [
        "step".column(11), "by".column(23), "calls", "ok".rightColumn(6), "failed".rightColumn(7),
        " p50".column(10), "p95".column(9), "cost".column(10), "tokens in/out".column(16), "edits".column(10),
        "overrides",
    ].joined(separator: " ")

    private func line(_ row: CallMetricsRow) -> String {
        let who = row.model.isEmpty || row.model == row.executor ? row.executor : "\(row.executor) \(row.model)"
        func time(_ percent: UInt64) -> String {
            row.latency.quantile(percent: percent).map { Format.duration($0) } ?? "-"
        }
        let decided = row.approved + row.edited + row.rejected + row.responded
        let overrides = row.edited + row.rejected + row.responded
        let edits =
            row.edited == 0
            ? "-" : "\(row.edited) (\(Format.hundredths(row.editDistanceMillionths / row.edited)))"
        return [
            row.step.column(11), who.cut(23).column(23), Format.count(row.requested).rightColumn(5),
            Format.count(row.completed).rightColumn(6), Format.count(row.failed + row.unresolved).rightColumn(7),
            " " + time(50).column(9), time(95).column(9), Format.money(row.costMicrodollars).column(10),
            "\(Format.count(row.inputTokens)) / \(Format.count(row.outputTokens))".column(16), edits.column(10),
            decided == 0 ? "-" : "\(overrides * 100 / decided) % of \(decided)",
        ].joined(separator: " ")
    }

    private func line(_ row: DerivedMetricsRow) -> String {
        let ends = [(row.failed, "failed"), (row.unresolved, "of unknown end")].filter { $0.0 > 0 }
            .map { ", \(Format.count($0.0)) \($0.1)" }.joined()
        return "\(Style.bold(row.stream))   \(Format.plural(row.requested, "call")): \(Format.count(row.completed)) ok"
            + "\(ends)   \(Format.money(row.costMicrodollars))   \(Format.count(row.inputTokens)) tokens"
    }

    private func line(_ row: ApprovalMetricsRow) -> String {
        let ends = [
            (row.approved, "approved"), (row.edited, "edited"), (row.rejected, "rejected"),
            (row.responded, "sent back"), (row.takenOver, "made by you"), (row.expired, "expired"),
            (row.withdrawn, "withdrawn"),
        ].filter { $0.0 > 0 }.map { "\(Format.count($0.0)) \($0.1)" }.joined(separator: ", ")
        let answered = row.approved + row.edited + row.rejected + row.responded + row.takenOver
        let wait = answered > 0 ? ", \(Format.duration(row.waitSumUs / answered)) on average" : ""
        let asked = "\(Format.count(row.requested)) asked: \(ends.isEmpty ? "open" : ends)\(wait)"
        return "\(row.step.column(11)) \("you".column(23)) \(asked)"
    }
}
