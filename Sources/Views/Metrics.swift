public import EventSourcing
import Events
import Wire

/// The view `metrics`: calls, approvals, deliveries and jobs, summed by flow and step, and outcomes.
///
/// Keys: `calls/<flow>/<step>/<executor>/<model>`, `approvals/<flow>/<step>`, `effects/<flow>/<step>/<connector>`,
/// `flow/<flow>`, `outcome/<job>/<step>/<metric>`; where the newest of those stand: `recent/<flow>/…`;
/// `made/<stream>` of what was derived; and what later events are understood by: `belongs/<job>/…`, `names/<flow>`.
public struct Metrics: Projection {
    public static let name = "metrics"
    public static let revision: UInt32 = 6

    /// What says nothing that is counted, nor is named by what does.
    private static let silent: Set<String> = [
        "JobAdmitted", "ContextAssembled", "EffectLeased", "TimerFired", "InputReverted", "JobPaused", "JobResumed",
        "JobSteered", "RetryAsked", "CancelAsked", "JobRepinned", "TaskFailed", "TimerSet",
    ]

    public init() {}

    public func reads(_ kind: EventShape) -> Bool {
        guard kind.isOf(.job, .derived) else { return false }
        do throws(UnknownEvent) {
            return try kind.list() != .job || !Self.silent.contains(kind.name)
        } catch {
            return true
        }
    }

    public func apply(_ event: borrowing EventView, to rows: inout Rows) throws {
        let header = event.header
        if try header.shape.list() == .derived { return try fold(derived: event.copied(), &rows) }
        guard try header.shape.list() == .job else { return }
        let memo = try MetricsMemo.of(event, in: &rows)
        guard memo.isShown else { return }
        try event.newest { event in try fold(event, memo, &rows) }
    }

    private func fold(_ event: borrowing EventView, _ memo: MetricsMemo, _ rows: inout Rows) throws {
        let (header, places, flow) = (event.header, memo.places, memo.flow)
        guard let type = header.jobEventType else { throw UnknownEvent.type(header.type) }
        switch type {
        case .taskRequested:
            let task = try event.read { r throws(WireError) in try NumberedTask(from: &r, flow.names, &rows) }
            let place = CallPlace(step: task.step, executor: task.executor, why: task.why)
            try places.remember(place, header, in: &rows)
        case .callRequested:
            let call = try event.read { r throws(WireError) in try NumberedCall(from: &r, flow.names, &rows) }
            guard var place = try places.place(call.task, in: &rows) else { break }
            place.model = call.model
            try places.setModel(call.model, of: call.task, in: &rows)
            try places.remember(place, header, in: &rows)
            try flow.update(calls: place, &rows) { $0.count(place.why) }
        case .taskCompleted:
            let done = try event.read { r throws(WireError) in try NumberedCompletion(from: &r, flow.names, &rows) }
            let task = try places.place(done.task, in: &rows)
            var place = task ?? CallPlace(step: done.step)
            place.output = done.output?.word
            if task != nil { place.maker = .executor }
            try places.remember(place, header, in: &rows)
        case .stepAdopted:
            let adopted: StepAdopted = try event.message()
            let step = try flow.names.number(of: adopted.step.utf8.span.bytes, in: &rows)
            let place = CallPlace(step: step, output: adopted.output.word, maker: .adopted)
            try places.remember(place, header, in: &rows)
        case .callEnded:
            let ended: CallEnded = try event.message()
            try pay(ended.costMicrodollars, flow, header, &rows)
            try flow.update(calls: places.place(ended.call, in: &rows), &rows) { $0.count(ended) }
        case .lateResult:
            let late: LateResult = try event.message()
            try pay(late.costMicrodollars, flow, header, &rows)
            try flow.update(calls: places.place(late.call, in: &rows), &rows) { row in
                row.late += 1
                row.costMicrodollars += late.costMicrodollars
            }
        case .approvalRequested, .approvalReminded, .approvalExpired, .approvalWithdrawn, .approvalDecided:
            try fold(approval: event, type, memo, &rows)
        case .effectPrepared, .effectStarted, .effectEnded: try fold(effect: event, type, memo, &rows)
        case .outcomeRecorded: try rows.outcome(event.message(), header, of: places.job, flow)
        case .jobQueued:
            try flow.update(&rows) { row in
                row.queued += 1
                row.lastJob = places.job
                row.lastQueuedUs = header.time
            }
        case .jobCompleted: try flow.update(&rows) { $0.completed += 1 }
        case .jobFailed: try flow.update(&rows) { $0.failed += 1 }
        case .jobCancelled: try flow.update(&rows) { $0.cancelled += 1 }
        case .jobAdmitted, .contextAssembled, .effectLeased, .timerFired, .inputReverted, .jobPaused, .jobResumed,
            .jobSteered, .retryAsked, .cancelAsked, .jobRepinned, .taskFailed, .timerSet:
            break
        }
    }

    private func pay(
        _ microdollars: UInt64, _ flow: FlowMetrics, _ header: EventHeader, _ rows: inout Rows
    ) throws(WireError) {
        try flow.update(&rows) { $0.costMicrodollars += microdollars }
        try rows.spend(microdollars, at: header.time)
    }
}

// MARK: - Approvals and effects
extension Metrics {
    private func fold(
        approval event: borrowing EventView, _ type: JobEventType, _ memo: MetricsMemo, _ rows: inout Rows
    ) throws {
        let (header, places, flow) = (event.header, memo.places, memo.flow)
        switch type {
        case .approvalRequested:
            let asked = try event.read { r throws(WireError) in try NumberedApproval(from: &r, flow.names, &rows) }
            let place = CallPlace(step: asked.step, about: asked.about, timeUs: header.time, asked: asked.kind)
            try places.remember(place, header, in: &rows)
            try flow.update(approvals: asked.step, &rows) { $0.requested += 1 }
        case .approvalDecided:
            let decided: ApprovalDecided = try event.message()
            guard let place = try places.place(decided.approval, in: &rows) else { break }
            try flow.update(approvals: place.step, &rows) { row in
                row.count(decided.verdict, after: header.time - place.timeUs)
            }
            guard let author = try author(of: place, header, places, &rows) else { break }
            try flow.update(calls: author, &rows) { $0.count(decided.verdict) }
        default:
            let version = try event.read { r throws(WireError) in try LeanAnswer(from: &r) }.version
            guard let place = try places.place(version, in: &rows) else { break }
            try flow.update(approvals: place.step, &rows) { row in
                switch type {
                case .approvalReminded: row.reminded += 1
                case .approvalExpired: row.expired += 1
                default: row.withdrawn += 1
                }
            }
        }
    }

    private func fold(
        effect event: borrowing EventView, _ type: JobEventType, _ memo: MetricsMemo, _ rows: inout Rows
    ) throws {
        let (header, places, flow) = (event.header, memo.places, memo.flow)
        switch type {
        case .effectPrepared:
            let prepared = try event.read { r throws(WireError) in try NumberedEffect(from: &r, flow.names, &rows) }
            var place = try places.place(prepared.task, in: &rows) ?? CallPlace(step: prepared.step)
            place.output = prepared.draft?.word
            try places.remember(place, header, in: &rows)
            try flow.update(effects: place.step, prepared.connector, &rows) { row in
                row.prepared += UInt64(prepared.deliveries)
            }
        case .effectStarted:
            let version = try event.read { r throws(WireError) in try LeanAnswer(from: &r) }.version
            guard let place = try places.place(version, in: &rows) else { break }
            try places.remember(place, header, in: &rows)
            try flow.update(effects: place.step, place.executor, &rows) { $0.started += 1 }
        default:
            let ended: EffectEnded = try event.message()
            guard let place = try places.place(ended.started, in: &rows) else { break }
            try flow.update(effects: place.step, place.executor, &rows) { $0.count(ended.outcome) }
        }
    }

    /// Who made what the person decided about: the step and the executor of the draft.
    private func author(
        of approval: CallPlace, _ header: EventHeader, _ places: CallPlaces, _ rows: inout Rows
    ) throws -> CallPlace? {
        guard approval.asked == .review || approval.asked == .effect,
            let about = try places.place(approval.about, in: &rows), let draft = about.output
        else { return nil }
        return try places.author(of: draft, before: header.version, in: &rows)
    }
}

// MARK: - What was derived
extension Metrics {
    private func fold(derived record: RecordedEvent, _ rows: inout Rows) throws {
        guard let event = try record.derivedEvent() else { return }
        let key = RowKey.join("made", RowKey.part(record.id))
        var row = try rows.row(key) ?? DerivedMetricsRow(record.stream)
        switch event {
        case .observed(.derivationAsked): return
        case .decided(.derivationRequested): row.requested += 1
        case .observed(.derivationEnded(let event)):
            row.count(event.end)
            try rows.spend(event.end.costMicrodollars, at: record.time)
        }
        try rows.set(key, to: row)
    }
}

/// What the metrics work out once for a job's stream.
private final class MetricsMemo {
    let isShown: Bool
    let places: CallPlaces
    let flow: FlowMetrics

    private init(_ stream: StreamName, in rows: inout Rows) throws(WireError) {
        isShown = stream.isShown
        places = CallPlaces(job: String(stream.id))
        flow = try FlowMetrics.of(Views.flow(ofJob: places.job), in: &rows)
    }

    static func of(_ event: borrowing EventView, in rows: inout Rows) throws -> MetricsMemo {
        let number = event.header.stream
        if let memo = rows.memo(of: number, as: MetricsMemo.self) { return memo }
        let memo = try MetricsMemo(try event.jobStream(), in: &rows)
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

    /// What was made by others of the knowledge, by stream.
    public static func derived(in rows: some RowSource) throws -> [DerivedMetricsRow] {
        try rows.rows(startingWith: "made/", as: DerivedMetricsRow.self)
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
        let prefix = RowKey.join("recent", RowKey.part(flow), "")
        var found: [OutcomeRow] = []
        var stretch: Row?
        while found.count < limit {
            stretch = try rows.rows(startingWith: prefix, after: stretch?.key, limit: 1).first
            guard let stretch else { break }
            for recent in try RecentOutcomesRow(wireBytes: stretch.bytes).outcomes.reversed() {
                // Otherwise a later figure took its place, and was met before.
                guard let row = try rows.row(recent.key, as: OutcomeRow.self), row.position == recent.position
                else { continue }
                found.append(row)
                if found.count == limit { break }
            }
        }
        return found
    }
}

extension OutcomeRow {
    /// The key of this row in the view `metrics`: what `ContextAssembled` names when it shows the outcome.
    public var key: String {
        RowKey.join("outcome", RowKey.part(job), RowKey.part(step), RowKey.part(metric))
    }
}
