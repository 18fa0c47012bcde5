public import EventSourcing
import Events
import Wire

/// The view `lineage`: who was shown what, and what was made of it.
///
/// Keys: `shown/<entry>/<version>/<job>/<context>`, `read/<view>/<key>/<job>/<context>`,
/// `file/<path>/<job>/<context>`, `work/<job>/<version>`, `effect/<job>/<version>`, `approval/<job>/<version>`,
/// `adopted/<job>/<version>/<by job>/<version>`, `derived/<job>/<entry>/<version>`.
public struct Lineage: Projection {
    public static let name = "lineage"
    public static let revision: UInt32 = 3

    public init() {}

    public func reads(_ kind: EventShape) -> Bool { kind.isOf(.job, .entry) }

    public func apply(_ event: borrowing EventView, to rows: inout Rows) throws {
        let record = try event.copied()
        if let event = try record.entryEvent() { return try derived(event, record, &rows) }
        guard let known = try record.jobEvent() else { return }
        let places = try rows.places(of: event)
        let place = try places.follow(known, event.header, in: &rows)
        switch known {
        case .observed(let event): try observed(event, record, place, places, &rows)
        case .decided(let event): try decided(event, record, place, &rows)
        }
    }

    private func derived(_ event: EntryObservation, _ record: RecordedEvent, _ rows: inout Rows) throws {
        let source: EntrySource
        switch event {
        case .entryAdded(let event): source = event.source
        case .entryRevised(let event): source = event.source
        case .entryMerged(let event): source = event.source
        case .entryReverted, .entryRetired: return
        }
        guard case .job(let from) = source else { return }
        try rows.set(
            RowKey.join("derived", RowKey.part(from.job), RowKey.part(record.id), RowKey.version(record.version)),
            to: DerivedRow(
                job: from.job, jobVersion: from.version, entry: record.id, entryVersion: record.version,
                position: record.position))
    }

    private func observed(
        _ event: JobObservation, _ record: RecordedEvent, _ place: PlaceRow?, _ places: JobPlaces,
        _ rows: inout Rows
    ) throws {
        switch event {
        case .contextAssembled(let event): try record.shown(event, place, into: &rows)
        case .callEnded(let event):
            let cost = event.costMicrodollars
            try rows.change(Self.work(record.id, place), as: WorkRow.self) { $0.costMicrodollars += cost }
        case .lateResult(let event):
            let cost = event.costMicrodollars
            try rows.change(Self.work(record.id, place), as: WorkRow.self) { $0.costMicrodollars += cost }
        case .stepAdopted(let event): try record.adopted(event, into: &rows)
        case .approvalDecided(let event):
            try rows.change(Self.approval(record.id, event.approval), as: ApprovalRow.self) { $0.close(event, record) }
            // A person said what became of a delivery of which nobody knew.
            guard let place, place.asked == .unknown else { break }
            let about = try places.place(place.about, in: &rows)
            try rows.change(Self.effect(record.id, about), as: EffectRow.self) { row in
                row.settle(happened: event.verdict == .approve, record)
            }
        case .effectEnded(let event):
            try rows.change(Self.effect(record.id, place), as: EffectRow.self) { $0.count(event.outcome, record) }
        case .jobQueued, .jobAdmitted, .effectLeased, .timerFired, .inputReverted, .jobPaused, .jobResumed,
            .jobSteered, .retryAsked, .cancelAsked, .jobRepinned, .outcomeRecorded:
            break
        }
    }

    private func decided(
        _ event: JobDecision, _ record: RecordedEvent, _ place: PlaceRow?, _ rows: inout Rows
    ) throws {
        let job = record.id
        switch event {
        case .taskRequested(let event): try rows.set(Self.work(job, record.version), to: WorkRow(event, record))
        case .taskCompleted(let event):
            let version = event.task > 0 ? event.task : record.version
            var row = try rows.row(Self.work(job, version)) ?? WorkRow(event, record, place)
            row.completed = record.version
            row.completedPosition = record.position
            row.output = event.output
            try rows.set(Self.work(job, version), to: row)
        case .effectPrepared(let event): try record.prepared(event, into: &rows)
        case .effectStarted(let event):
            try rows.change(Self.effect(job, event.effect), as: EffectRow.self) { $0.started += 1 }
        case .approvalRequested(let event):
            try rows.set(Self.approval(job, record.version), to: ApprovalRow(event, record))
            guard event.kind != .unknown else { break }
            try rows.change(Self.effect(job, event.about), as: EffectRow.self) { row in
                row.risk = event.consequences.risk
                row.approval = record.version
            }
        case .approvalExpired(let event):
            try rows.change(Self.approval(job, event.approval), as: ApprovalRow.self) { $0.close(.expired, record) }
        case .approvalWithdrawn(let event):
            try rows.change(Self.approval(job, event.approval), as: ApprovalRow.self) { $0.close(.withdrawn, record) }
        case .callRequested, .taskFailed, .approvalReminded, .timerSet, .jobCompleted, .jobFailed, .jobCancelled: break
        }
    }
}

// MARK: - Keys
extension Lineage {
    static func work(_ job: String, _ version: StreamVersion) -> String { key("work", job, version) }
    static func work(_ job: String, _ place: PlaceRow?) -> String { work(job, place?.task ?? 0) }
    static func effect(_ job: String, _ version: StreamVersion) -> String { key("effect", job, version) }
    static func effect(_ job: String, _ place: PlaceRow?) -> String { effect(job, place?.effect ?? 0) }
    static func approval(_ job: String, _ version: StreamVersion) -> String { key("approval", job, version) }

    static func prefix(_ kind: String, _ job: String) -> String { RowKey.join(kind, RowKey.part(job), "") }

    private static func key(_ kind: String, _ job: String, _ version: StreamVersion) -> String {
        prefix(kind, job) + RowKey.version(version)
    }

    static func shown(_ entry: String, _ version: StreamVersion) -> String {
        RowKey.join("shown", RowKey.part(entry), RowKey.version(version), "")
    }
}

extension Rows {
    /// Changes a row that is there.
    mutating func change<Message: WireMessage>(
        _ key: String, as _: Message.Type, _ body: (inout Message) -> Void
    ) throws(WireError) {
        guard var row: Message = try row(key) else { return }
        body(&row)
        try set(key, to: row)
    }
}
