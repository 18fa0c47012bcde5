import EventSourcing
import Events
import Wire

/// Which step an event of a job belongs to. Most name an earlier event by its version; each view of jobs remembers
/// those that can be named, under `place/<job>/<version / 64>`.
///
/// Kept as a memo of the job's stream: the rows hold everything that counts.
final class JobPlaces {
    let job: String
    private let stem: String
    /// The row that was used last.
    private var recent: (number: UInt32, cell: RowCell<Places>)?

    init(_ stream: StreamName) {
        job = String(stream.id)
        stem = RowKey.join("place", RowKey.part(stream.id), "")
    }

    /// The remembered event; nil if it was not one that others name.
    func place(_ version: StreamVersion, in rows: inout Rows) throws(WireError) -> PlaceRow? {
        guard version > 0 else { return nil }
        return try cell(holding: version, in: &rows).value?[version]
    }

    private func remember(_ place: PlaceRow, _ header: EventHeader, in rows: inout Rows) throws(WireError) -> PlaceRow {
        var place = place
        place.version = header.version
        place.position = header.position
        place.timeUs = header.time
        try change(header.version, in: &rows) { $0.set(place) }
        return place
    }

    private func change(
        _ version: StreamVersion, in rows: inout Rows, _ body: (inout Places) -> Void
    ) throws(WireError) {
        rows.change(try cell(holding: version, in: &rows), or: Places(), body)
    }

    private func cell(holding version: StreamVersion, in rows: inout Rows) throws(WireError) -> RowCell<Places> {
        try cell(version / Places.versionsPerRow, in: &rows)
    }

    private func cell(_ number: UInt32, in rows: inout Rows) throws(WireError) -> RowCell<Places> {
        if let recent, recent.number == number { return recent.cell }
        let cell: RowCell<Places> = try rows.cell(stem + RowKey.version(number))
        recent = (number, cell)
        return cell
    }
}

// MARK: - Following a job
extension JobPlaces {
    func follow(_ event: JobEvent, _ header: EventHeader, in rows: inout Rows) throws(WireError) -> PlaceRow? {
        switch event {
        case .observed(let event): try follow(event, header, in: &rows)
        case .decided(let event): try follow(event, header, in: &rows)
        }
    }

    /// Where the event belongs. Remembers it if later events can name it.
    func follow(_ event: JobObservation, _ header: EventHeader, in rows: inout Rows) throws(WireError) -> PlaceRow? {
        switch event {
        case .contextAssembled(let event): return try place(event.task, in: &rows)
        case .callEnded(let event): return try place(event.call, in: &rows)
        case .lateResult(let event): return try place(event.call, in: &rows)
        case .stepAdopted(let event):
            var place = PlaceRow(step: event.step, output: event.output)
            place.maker = .adopted
            return try remember(place, header, in: &rows)
        case .approvalDecided(let event): return try place(event.approval, in: &rows)
        case .effectLeased(let event): return try place(event.effect, in: &rows)
        case .effectEnded(let event): return try place(event.started, in: &rows)
        case .timerFired(let event): return try place(event.timer, in: &rows)
        case .retryAsked(let event): return event.step.isEmpty ? nil : PlaceRow(step: event.step)
        case .outcomeRecorded(let event): return PlaceRow(step: event.step)
        case .jobQueued, .jobAdmitted, .inputReverted, .jobPaused, .jobResumed, .jobSteered, .cancelAsked,
            .jobRepinned:
            return nil
        }
    }

    func follow(_ event: JobDecision, _ header: EventHeader, in rows: inout Rows) throws(WireError) -> PlaceRow? {
        switch event {
        case .taskRequested(let event): return try requested(LeanTask(event), header, in: &rows)
        case .callRequested(let event): return try called(LeanCall(event), header, in: &rows)
        case .taskCompleted(let event): return try completed(LeanCompletion(event), header, in: &rows)
        case .taskFailed(let event): return try place(event.task, in: &rows) ?? PlaceRow(step: event.step)
        case .approvalRequested(let event):
            let place = PlaceRow(step: event.step, about: event.about, asked: event.kind)
            return try remember(place, header, in: &rows)
        case .approvalReminded(let event): return try place(event.approval, in: &rows)
        case .approvalExpired(let event): return try place(event.approval, in: &rows)
        case .approvalWithdrawn(let event): return try place(event.approval, in: &rows)
        case .effectPrepared(let event):
            var place = try place(event.task, in: &rows) ?? PlaceRow(step: event.step)
            place.effect = header.version
            place.output = event.draft
            return try remember(place, header, in: &rows)
        case .effectStarted(let event):
            guard let place = try place(event.effect, in: &rows) else { return nil }
            return try remember(place, header, in: &rows)
        case .timerSet(let event):
            guard let place = try place(event.about, in: &rows) else { return nil }
            return try remember(place, header, in: &rows)
        case .jobFailed(let event): return event.step.isEmpty ? nil : PlaceRow(step: event.step)
        case .jobCompleted, .jobCancelled: return nil
        }
    }
}

// MARK: - The events that most places come from
extension JobPlaces {
    @discardableResult
    func requested(_ event: LeanTask, _ header: EventHeader, in rows: inout Rows) throws(WireError) -> PlaceRow {
        let place = PlaceRow(
            step: event.step, item: event.item, task: header.version, executor: event.executor, why: event.why)
        return try remember(place, header, in: &rows)
    }

    func called(_ event: LeanCall, _ header: EventHeader, in rows: inout Rows) throws(WireError) -> PlaceRow? {
        guard var place = try place(event.task, in: &rows) else { return nil }
        place.model = event.model
        try change(event.task, in: &rows) { $0.setModel(event.model, of: event.task) }
        return try remember(place, header, in: &rows)
    }

    @discardableResult
    func completed(_ event: LeanCompletion, _ header: EventHeader, in rows: inout Rows) throws(WireError) -> PlaceRow {
        let task = try place(event.task, in: &rows)
        var place = task ?? PlaceRow(step: event.step)
        place.output = event.output
        if task != nil { place.maker = .executor }
        return try remember(place, header, in: &rows)
    }
}

extension Rows {
    /// The places of a job, for views that remember nothing else of it.
    mutating func places(of event: borrowing EventView) throws -> JobPlaces {
        if let places = memo(of: event.header.stream, as: JobPlaces.self) { return places }
        let places = JobPlaces(try event.stream())
        keep(places, of: event.header.stream)
        return places
    }
}

extension PlaceRow {
    init(
        step: String, item: String = "", task: UInt32 = 0, executor: String = "", about: UInt32 = 0,
        why: TaskReason? = nil, output: Digest? = nil, asked: ApprovalKind? = nil
    ) {
        self.init(
            step: step, item: item, task: task, effect: 0, about: about, executor: executor, model: "", position: 0,
            timeUs: 0, why: why, output: output, asked: asked, version: 0)
    }
}
