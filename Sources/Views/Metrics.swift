public import EventSourcing
import Events
import Wire

/// The view `metrics`: calls, approvals, deliveries and jobs, summed by flow and step, and outcomes.
///
/// Keys: `calls/<flow>/<step>/<executor>/<model>`, `approvals/<flow>/<step>`, `effects/<flow>/<step>/<connector>`,
/// `flow/<flow>`, `outcome/<job>/<step>/<metric>`, and each outcome again under `recent/<flow>/…`, the newest first.
public struct Metrics: Projection {
    public static let name = "metrics"
    public static let revision: UInt32 = 2

    /// What says nothing that is counted, nor is named by what does.
    private static let silent: Set<String> = [
        "JobAdmitted", "ContextAssembled", "EffectLeased", "TimerFired", "InputReverted", "JobPaused", "JobResumed",
        "JobSteered", "RetryAsked", "CancelAsked", "JobRepinned", "TaskFailed", "TimerSet",
    ]

    public init() {}

    public func reads(_ kind: EventShape) -> Bool {
        guard kind.isOf(.job) else { return false }
        do throws(UnknownEvent) {
            return try kind.list() != .job || !Self.silent.contains(kind.name)
        } catch {
            return true
        }
    }

    public func apply(_ event: borrowing EventView, to rows: inout Rows) throws {
        let header = event.header
        guard try header.shape.list() == .job else { return }
        let memo = try MetricsMemo.of(event, in: &rows)
        guard memo.isShown else { return }
        try event.newest { event in try fold(event, memo, &rows) }
    }

    private func fold(_ event: borrowing EventView, _ memo: MetricsMemo, _ rows: inout Rows) throws {
        let (header, places) = (event.header, memo.places)
        switch header.jobEventType {
        case .taskRequested:
            try places.requested(event.read { r throws(WireError) in try LeanTask(from: &r) }, header, in: &rows)
        case .callRequested:
            let call = try event.read { r throws(WireError) in try LeanCall(from: &r) }
            guard let place = try places.called(call, header, in: &rows) else { break }
            try memo.flow.update(calls: place, &rows) { $0.count(place.why) }
        case .taskCompleted:
            try places.completed(event.read { r throws(WireError) in try LeanCompletion(from: &r) }, header, in: &rows)
        default:
            switch header.kind {
            case .observation:
                let observed: JobObservation = try event.read()
                let place = try places.follow(observed, header, in: &rows)
                try fold(observed, header, place, memo, &rows)
            case .decision:
                let decided: JobDecision = try event.read()
                let place = try places.follow(decided, header, in: &rows)
                try fold(decided, place, memo.flow, &rows)
            }
        }
    }

    private func fold(
        _ observed: JobObservation, _ header: EventHeader, _ place: PlaceRow?, _ memo: MetricsMemo,
        _ rows: inout Rows
    ) throws {
        let flow = memo.flow
        switch observed {
        case .jobQueued:
            try flow.update(&rows) { row in
                row.queued += 1
                row.lastJob = memo.places.job
                row.lastQueuedUs = header.time
            }
        case .callEnded(let event):
            try flow.update(&rows) { $0.costMicrodollars += event.costMicrodollars }
            try rows.spend(event.costMicrodollars, at: header.time)
            try flow.update(calls: place, &rows) { $0.count(event) }
        case .lateResult(let event):
            try flow.update(&rows) { $0.costMicrodollars += event.costMicrodollars }
            try rows.spend(event.costMicrodollars, at: header.time)
            try flow.update(calls: place, &rows) { row in
                row.late += 1
                row.costMicrodollars += event.costMicrodollars
            }
        case .approvalDecided(let event):
            guard let place else { break }
            try flow.update(approvals: place.step, &rows) { row in
                row.count(event.verdict, after: header.time - place.timeUs)
            }
            guard let author = try author(of: place, header, memo.places, &rows) else { break }
            try flow.update(calls: author, &rows) { $0.count(event.verdict) }
        case .effectEnded(let event):
            guard let place else { break }
            try flow.update(effects: place.step, place.executor, &rows) { $0.count(event.outcome) }
        case .outcomeRecorded(let event): try rows.outcome(event, header, of: memo.places.job, flow.name)
        case .stepAdopted, .jobAdmitted, .contextAssembled, .effectLeased, .timerFired, .inputReverted, .jobPaused,
            .jobResumed, .jobSteered, .retryAsked, .cancelAsked, .jobRepinned:
            break
        }
    }

    private func fold(_ decided: JobDecision, _ place: PlaceRow?, _ flow: FlowMetrics, _ rows: inout Rows) throws {
        switch decided {
        case .approvalRequested(let event): try flow.update(approvals: event.step, &rows) { $0.requested += 1 }
        case .approvalReminded: if let place { try flow.update(approvals: place.step, &rows) { $0.reminded += 1 } }
        case .approvalExpired: if let place { try flow.update(approvals: place.step, &rows) { $0.expired += 1 } }
        case .approvalWithdrawn: if let place { try flow.update(approvals: place.step, &rows) { $0.withdrawn += 1 } }
        case .effectPrepared(let event):
            guard let place else { break }
            try flow.update(effects: place.step, event.connector, &rows) { $0.prepared += UInt64(event.deliveries) }
        case .effectStarted:
            guard let place else { break }
            try flow.update(effects: place.step, place.executor, &rows) { $0.started += 1 }
        case .jobCompleted: try flow.update(&rows) { $0.completed += 1 }
        case .jobFailed: try flow.update(&rows) { $0.failed += 1 }
        case .jobCancelled: try flow.update(&rows) { $0.cancelled += 1 }
        case .taskRequested, .callRequested, .taskCompleted, .taskFailed, .timerSet: break
        }
    }

    /// Who made what the person decided about: the step and the executor of the draft.
    private func author(
        of approval: PlaceRow, _ header: EventHeader, _ places: JobPlaces, _ rows: inout Rows
    ) throws -> PlaceRow? {
        guard approval.asked == .review || approval.asked == .effect,
            let about = try places.place(approval.about, in: &rows), let draft = about.output
        else { return nil }
        return try places.author(of: draft, before: header.version, in: &rows)
    }
}

/// What the metrics work out once for a job's stream.
private final class MetricsMemo {
    let isShown: Bool
    let places: JobPlaces
    let flow: FlowMetrics

    private init(_ stream: StreamName, in rows: inout Rows) {
        isShown = stream.isShown
        places = JobPlaces(stream)
        flow = FlowMetrics.of(Views.flow(ofJob: places.job), in: &rows)
    }

    static func of(_ event: borrowing EventView, in rows: inout Rows) throws -> MetricsMemo {
        let number = event.header.stream
        if let memo = rows.memo(of: number, as: MetricsMemo.self) { return memo }
        let memo = MetricsMemo(try event.jobStream(), in: &rows)
        rows.keep(memo, of: number)
        return memo
    }
}

// MARK: - Reading
extension Metrics {
    /// Calls by flow, step, executor and model.
    public static func calls(in rows: some RowSource) throws -> [CallMetricsRow] {
        try rows.rows(startingWith: "calls/", as: CallMetricsRow.self)
    }

    /// What people decided, by flow and step.
    public static func approvals(in rows: some RowSource) throws -> [ApprovalMetricsRow] {
        try rows.rows(startingWith: "approvals/", as: ApprovalMetricsRow.self)
    }

    /// Deliveries by flow, step and connector.
    public static func effects(in rows: some RowSource) throws -> [EffectMetricsRow] {
        try rows.rows(startingWith: "effects/", as: EffectMetricsRow.self)
    }

    /// Jobs by flow.
    public static func flows(in rows: some RowSource) throws -> [FlowMetricsRow] {
        try rows.rows(startingWith: "flow/", as: FlowMetricsRow.self)
    }

    /// What calls cost from this day on (UTC, counted from 1970-01-01), in micro-dollars.
    public static func spent(since day: UInt32, in rows: some RowSource) throws -> UInt64 {
        try rows.rows(startingWith: "spend/", as: SpendRow.self).filter { $0.day >= day }
            .reduce(0) { $0 + $1.costMicrodollars }
    }

    /// All outcomes of a job.
    public static func outcomes(ofJob job: String, in rows: some RowSource) throws -> [OutcomeRow] {
        try rows.rows(startingWith: RowKey.join("outcome", RowKey.part(job), ""), as: OutcomeRow.self)
    }

    /// The newest outcomes of a flow, the newest first.
    public static func outcomes(ofFlow flow: String, last limit: Int, in rows: some RowSource) throws -> [OutcomeRow] {
        try rows.rows(startingWith: RowKey.join("recent", RowKey.part(flow), ""), as: OutcomeRow.self, limit: limit)
    }
}

extension OutcomeRow {
    /// The key of this row in the view `metrics`: what `ContextAssembled` names when it shows the outcome.
    public var key: String {
        RowKey.join("outcome", RowKey.part(job), RowKey.part(step), RowKey.part(metric))
    }
}
