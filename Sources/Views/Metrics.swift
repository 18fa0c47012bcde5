public import EventSourcing
import Events
import Wire

/// The view `metrics`: calls, approvals, deliveries and jobs, summed by flow and step, and outcomes.
///
/// Keys: `calls/<flow>/<step>/<executor>/<model>`, `approvals/<flow>/<step>`, `effects/<flow>/<step>/<connector>`,
/// `flow/<flow>`, `outcome/<job>/<step>/<metric>`, and each outcome again under `recent/<flow>/…`, the newest first.
public struct Metrics: Projection {
    public static let name = "metrics"
    public static let revision: UInt32 = 1

    public init() {}

    public func apply(_ record: RecordedEvent, to rows: inout some Rows) throws {
        guard let event = try record.jobEvent() else { return }
        let places = JobPlaces(job: record.id)
        let place = try places.follow(event, record, in: &rows)
        let flow = flow(ofJob: record.id)
        switch event {
        case .observed(let event): try observed(event, record, flow, place, places, &rows)
        case .decided(let event): try decided(event, record, flow, place, &rows)
        }
    }

    private func observed(
        _ event: JobObservation, _ record: RecordedEvent, _ flow: String, _ place: PlaceRow?, _ places: JobPlaces,
        _ rows: inout some Rows
    ) throws {
        switch event {
        case .jobQueued:
            try rows.update(flow: flow) { row in
                row.queued += 1
                row.lastJob = record.id
                row.lastQueuedUs = record.time
            }
        case .callEnded(let event):
            try rows.update(flow: flow) { $0.costMicrodollars += event.costMicrodollars }
            try rows.spend(event.costMicrodollars, at: record.time)
            try rows.update(calls: place, flow: flow) { $0.count(event) }
        case .lateResult(let event):
            try rows.update(flow: flow) { $0.costMicrodollars += event.costMicrodollars }
            try rows.spend(event.costMicrodollars, at: record.time)
            try rows.update(calls: place, flow: flow) { row in
                row.late += 1
                row.costMicrodollars += event.costMicrodollars
            }
        case .stepAdopted(let event):
            // What a person changes in it counts for nobody: the author was another job's.
            rows[Self.authorKey(record.id, event.output)] = nil
        case .approvalDecided(let event):
            guard let place else { break }
            try rows.update(approvals: flow, place.step) { row in
                row.count(event.verdict, after: record.time - place.timeUs)
            }
            guard let author = try author(of: place, places, in: rows) else { break }
            try rows.update(calls: author, flow: flow) { $0.count(event.verdict) }
        case .effectEnded(let event):
            guard let place else { break }
            try rows.update(effects: flow, place) { $0.count(event.outcome) }
        case .outcomeRecorded(let event): try record.outcome(event, flow, into: &rows)
        case .jobAdmitted, .contextAssembled, .effectLeased, .timerFired, .inputReverted, .jobPaused, .jobResumed,
            .jobSteered, .retryAsked, .cancelAsked, .jobRepinned:
            break
        }
    }

    private func decided(
        _ event: JobDecision, _ record: RecordedEvent, _ flow: String, _ place: PlaceRow?, _ rows: inout some Rows
    ) throws {
        switch event {
        case .callRequested: try rows.update(calls: place, flow: flow) { $0.count(place?.why) }
        case .taskCompleted(let event):
            if event.task > 0, let place { rows.set(Self.authorKey(record.id, event.output), to: place) }
        case .approvalRequested(let event): try rows.update(approvals: flow, event.step) { $0.requested += 1 }
        case .approvalReminded: try closed(place, flow, &rows) { $0.reminded += 1 }
        case .approvalExpired: try closed(place, flow, &rows) { $0.expired += 1 }
        case .approvalWithdrawn: try closed(place, flow, &rows) { $0.withdrawn += 1 }
        case .effectPrepared(let event):
            guard var place else { break }
            place.executor = event.connector
            try rows.update(effects: flow, place) { $0.prepared += UInt64(event.deliveries) }
        case .effectStarted:
            guard let place else { break }
            try rows.update(effects: flow, place) { $0.started += 1 }
        case .jobCompleted: try rows.update(flow: flow) { $0.completed += 1 }
        case .jobFailed: try rows.update(flow: flow) { $0.failed += 1 }
        case .jobCancelled: try rows.update(flow: flow) { $0.cancelled += 1 }
        case .taskRequested, .taskFailed, .timerSet: break
        }
    }

    private func closed(
        _ place: PlaceRow?, _ flow: String, _ rows: inout some Rows, _ change: (inout ApprovalMetricsRow) -> Void
    ) throws {
        guard let place else { return }
        try rows.update(approvals: flow, place.step, change)
    }

    /// Who made what the person decided about: the step and the executor of the draft.
    private func author(
        of approval: PlaceRow, _ places: JobPlaces, in rows: some Rows
    ) throws -> PlaceRow? {
        guard approval.asked == .review || approval.asked == .effect,
            let about = try places.place(approval.about, in: rows), let draft = about.output
        else { return nil }
        return try rows.row(Self.authorKey(places.job, draft))
    }

    private static func authorKey(_ job: String, _ output: Digest) -> String {
        RowKey.join("author", RowKey.part(job), output.description)
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
