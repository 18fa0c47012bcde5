import Views
import Wire

/// Everything that the view `metrics` holds for people.
struct Figures {
    let flows: [FlowMetricsRow]
    let calls: [CallMetricsRow]
    let approvals: [ApprovalMetricsRow]
    let effects: [EffectMetricsRow]
    /// What others made of the knowledge: vectors, summaries.
    let derived: [DerivedMetricsRow]
    /// The newest of each flow, the newest first.
    let outcomes: [String: [OutcomeRow]]

    init(in workplace: Workplace) throws {
        let view = try workplace.view(Metrics())
        flows = try Metrics.flows(in: view)
        calls = try Metrics.calls(in: view)
        approvals = try Metrics.approvals(in: view)
        effects = try Metrics.effects(in: view)
        derived = try Metrics.derived(in: view)
        var outcomes: [String: [OutcomeRow]] = [:]
        for flow in flows {
            outcomes[flow.flow] = try Metrics.outcomes(ofFlow: flow.flow, last: MetricsCommand.outcomesMax, in: view)
        }
        self.outcomes = outcomes
    }

    /// One object a row, as `daybook metrics --json` documents them.
    var json: [JSON] {
        flows.map(Self.json) + calls.map(Self.json) + approvals.map(Self.json) + effects.map(Self.json)
            + derived.map(Self.json) + flows.flatMap { outcomes[$0.flow] ?? [] }.map(Self.json)
    }

    private static func json(_ row: FlowMetricsRow) -> JSON {
        .fields(
            ("kind", "flow"), ("flow", .string(row.flow)), ("queued", .number(row.queued)),
            ("completed", .number(row.completed)), ("failed", .number(row.failed)),
            ("cancelled", .number(row.cancelled)),
            ("cost_microdollars", .number(row.costMicrodollars)), ("last_job", .string(row.lastJob)))
    }

    private static func json(_ row: CallMetricsRow) -> JSON {
        func time(_ percent: UInt64) -> JSON { row.latency.quantile(percent: percent).map { .number($0) } ?? .null }
        return .fields(
            ("kind", "calls"), ("flow", .string(row.flow)), ("step", .string(row.step)),
            ("executor", .string(row.executor)), ("model", .string(row.model)), ("calls", .number(row.requested)),
            ("ok", .number(row.completed)), ("failed", .number(row.failed)), ("unresolved", .number(row.unresolved)),
            ("retries", .number(row.retries)), ("fallbacks", .number(row.fallbacks)), ("p50_us", time(50)),
            ("p95_us", time(95)), ("cost_microdollars", .number(row.costMicrodollars)),
            ("input_tokens", .number(row.inputTokens)), ("output_tokens", .number(row.outputTokens)),
            ("approved", .number(row.approved)), ("edited", .number(row.edited)), ("rejected", .number(row.rejected)),
            ("responded", .number(row.responded)), ("edit_distance_millionths", .number(row.editDistanceMillionths)))
    }

    private static func json(_ row: ApprovalMetricsRow) -> JSON {
        .fields(
            ("kind", "approvals"), ("flow", .string(row.flow)), ("step", .string(row.step)),
            ("asked", .number(row.requested)), ("approved", .number(row.approved)), ("edited", .number(row.edited)),
            ("rejected", .number(row.rejected)), ("responded", .number(row.responded)),
            ("taken_over", .number(row.takenOver)), ("expired", .number(row.expired)),
            ("withdrawn", .number(row.withdrawn)), ("wait_us", .number(row.waitSumUs)))
    }

    private static func json(_ row: EffectMetricsRow) -> JSON {
        .fields(
            ("kind", "deliveries"), ("flow", .string(row.flow)), ("step", .string(row.step)),
            ("connector", .string(row.connector)), ("prepared", .number(row.prepared)),
            ("started", .number(row.started)),
            ("succeeded", .number(row.succeeded)), ("failed", .number(row.failed)), ("unknown", .number(row.unknown)))
    }

    private static func json(_ row: DerivedMetricsRow) -> JSON {
        .fields(
            ("kind", "derived"), ("stream", .string(row.stream)), ("calls", .number(row.requested)),
            ("ok", .number(row.completed)), ("failed", .number(row.failed)), ("unresolved", .number(row.unresolved)),
            ("input_tokens", .number(row.inputTokens)), ("output_tokens", .number(row.outputTokens)),
            ("cost_microdollars", .number(row.costMicrodollars)))
    }

    private static func json(_ row: OutcomeRow) -> JSON {
        .fields(
            ("kind", "outcome"), ("flow", .string(row.flow)), ("job", .string(row.job)), ("step", .string(row.step)),
            ("metric", .string(row.metric)), ("value_millionths", .number(row.valueMillionths)),
            ("source", .string(row.source)), ("position", .number(row.position)))
    }
}
