import EventSourcing
import Events
import Wire

/// Which step an event of a job belongs to. Most name an earlier event by its version; each view of jobs remembers
/// those that can be named, under `place/<job>/<version>`.
struct JobPlaces {
    let job: String

    func key(_ version: StreamVersion) -> String { RowKey.join("place", job, RowKey.version(version)) }

    /// The remembered event; nil if it was not one that others name.
    func place(_ version: StreamVersion, in rows: some Rows) throws(WireError) -> PlaceRow? {
        try rows.row(key(version))
    }

    /// Where the event belongs. Remembers it if later events can name it.
    func follow(_ event: JobEvent, _ record: RecordedEvent, in rows: inout some Rows) throws(WireError) -> PlaceRow? {
        var place: PlaceRow?
        var isNamed = false
        switch event {
        case .observed(let event):
            place = try observed(event, in: rows)
            if case .contextAssembled = event { isNamed = true }
            if case .stepAdopted = event { isNamed = true }
        case .decided(let event):
            (place, isNamed) = try decided(event, record, in: &rows)
        }
        guard isNamed, var named = place else { return place }
        named.position = record.position
        named.timeUs = record.time
        rows.set(key(record.version), to: named)
        return named
    }

    private func observed(_ event: JobObservation, in rows: some Rows) throws(WireError) -> PlaceRow? {
        switch event {
        case .contextAssembled(let event): try place(event.task, in: rows)
        case .callEnded(let event): try place(event.call, in: rows)
        case .lateResult(let event): try place(event.call, in: rows)
        case .stepAdopted(let event): PlaceRow(step: event.step, output: event.output)
        case .approvalDecided(let event): try place(event.approval, in: rows)
        case .effectLeased(let event): try place(event.effect, in: rows)
        case .effectEnded(let event): try place(event.started, in: rows)
        case .timerFired(let event): try place(event.timer, in: rows)
        case .retryAsked(let event): event.step.isEmpty ? nil : PlaceRow(step: event.step)
        case .outcomeRecorded(let event): PlaceRow(step: event.step)
        case .jobQueued, .jobAdmitted, .inputReverted, .jobPaused, .jobResumed, .jobSteered, .cancelAsked,
            .jobRepinned:
            nil
        }
    }

    private func decided(
        _ event: JobDecision, _ record: RecordedEvent, in rows: inout some Rows
    ) throws(WireError) -> (PlaceRow?, isNamed: Bool) {
        switch event {
        case .taskRequested(let event):
            let place = PlaceRow(
                step: event.step, item: event.item, task: record.version, executor: event.executor, why: event.why)
            return (place, true)
        case .callRequested(let event):
            guard var place = try place(event.task, in: rows) else { return (nil, false) }
            place.model = event.model
            rows.set(key(event.task), to: place)
            return (place, true)
        case .taskCompleted(let event):
            var place = try place(event.task, in: rows) ?? PlaceRow(step: event.step)
            place.output = event.output
            return (place, true)
        case .taskFailed(let event): return (try place(event.task, in: rows) ?? PlaceRow(step: event.step), false)
        case .approvalRequested(let event):
            return (PlaceRow(step: event.step, about: event.about, asked: event.kind), true)
        case .approvalReminded(let event): return (try place(event.approval, in: rows), false)
        case .approvalExpired(let event): return (try place(event.approval, in: rows), false)
        case .approvalWithdrawn(let event): return (try place(event.approval, in: rows), false)
        case .effectPrepared(let event):
            var place = try place(event.task, in: rows) ?? PlaceRow(step: event.step)
            place.effect = record.version
            place.output = event.draft
            return (place, true)
        case .effectStarted(let event): return (try place(event.effect, in: rows), true)
        case .timerSet(let event): return (try place(event.about, in: rows), true)
        case .jobFailed(let event): return (event.step.isEmpty ? nil : PlaceRow(step: event.step), false)
        case .jobCompleted, .jobCancelled: return (nil, false)
        }
    }
}

extension PlaceRow {
    init(
        step: String, item: String = "", task: UInt32 = 0, executor: String = "", about: UInt32 = 0,
        why: TaskReason? = nil, output: Digest? = nil, asked: ApprovalKind? = nil
    ) {
        self.init(
            step: step, item: item, task: task, effect: 0, about: about, executor: executor, model: "", position: 0,
            timeUs: 0, why: why, output: output, asked: asked)
    }
}
