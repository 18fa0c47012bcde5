import EventSourcing
import Events
import Wire

extension JobFile {
    /// Takes in what came from outside.
    ///
    /// - Parameter named: for a decision about a delivery of which nobody knew: the delivery's place.
    mutating func fold(
        _ event: JobObservation, _ place: PlaceRow?, _ record: EventHeader, named: PlaceRow?
    ) {
        switch event {
        case .jobQueued, .timerFired, .inputReverted, .jobSteered, .cancelAsked, .outcomeRecorded: break
        case .jobAdmitted: row.state = .running
        case .contextAssembled: withStep(place, record) { $0.context = record.version }
        case .callEnded(let event): ended(event, place, record)
        case .lateResult(let event):
            row.costMicrodollars += event.costMicrodollars
            withStep(place, record) { $0.costMicrodollars += event.costMicrodollars }
        case .stepAdopted(let event):
            withStep(place, record) { step in
                step.status = .adopted
                step.completed = record.version
                step.output = event.output
                step.endedUs = record.time
            }
        case .approvalDecided(let event):
            let approval = row.approvals.first { $0.approval == event.approval }
            row.approvals.removeAll { $0.approval == event.approval }
            withStep(place, record) { $0.status = approval?.kind == .review ? .idle : .running }
            if approval?.kind == .unknown, let about = named, about.effect > 0 {
                withDeliveries(about) { $0.settle(happened: event.verdict == .approve) }
            }
        case .effectLeased: withStep(place, record) { $0.status = .running }
        case .effectEnded(let event):
            withStep(place, record) { $0.status = .running }
            if let place { withDeliveries(place) { $0.count(event.outcome) } }
        case .jobPaused: row.paused = true
        case .jobResumed: row.paused = false
        case .retryAsked:
            // What failed is open once more.
            guard row.state == .failed else { break }
            row.state = .running
            row.endedUs = 0
            for index in row.steps.indices where row.steps[index].step == row.failure?.step {
                prints.open(index)
                row.steps[index].status = .idle
            }
            row.failure = nil
        case .jobRepinned(let event):
            row.manifest = event.manifest
            row.rules = event.rules
            pinned = nil
        }
    }

    private mutating func ended(_ event: CallEnded, _ place: PlaceRow?, _ record: EventHeader) {
        var cost: UInt64 = 0
        withStep(place, record) { step in
            step.latencyUs += event.latencyUs
            switch event.outcome {
            case .completed(let completed):
                cost = completed.costMicrodollars
                step.inputTokens += UInt64(completed.usage.inputTokens)
                step.outputTokens += UInt64(completed.usage.outputTokens)
                if !completed.model.isEmpty { step.model = completed.model }
            case .failed(let failed):
                cost = failed.costMicrodollars
                step.detail = failed.detail
            case .unresolved: step.detail = "the process died while the call ran"
            }
            step.costMicrodollars += cost
        }
        row.costMicrodollars += cost
    }
}

// MARK: - Decisions
extension JobFile {
    mutating func fold(_ event: JobDecision, _ place: PlaceRow?, _ record: EventHeader) {
        switch event {
        case .taskRequested(let event): requested(event, place, record)
        case .callRequested(let event):
            withStep(place, record) { step in
                step.status = .running
                step.model = event.model
                step.calls += 1
                step.request = event.request
            }
        case .taskCompleted(let event):
            withStep(place, record) { step in
                step.status = .done
                step.completed = record.version
                step.output = event.output
                step.confidenceMillionths = event.confidenceMillionths
                step.detail = ""
                step.endedUs = record.time
            }
        case .taskFailed(let event):
            withStep(place, record) { step in
                step.status = .failed
                step.detail = event.detail
                step.endedUs = record.time
            }
        case .approvalRequested(let event):
            row.approvals.append(
                OpenApproval(
                    approval: record.version, step: event.step, kind: event.kind, sinceUs: record.time,
                    expiresUs: event.expiresUs))
            withStep(place, record) { $0.status = .waiting }
        case .approvalReminded, .timerSet: break
        case .approvalExpired(let event): close(event.approval, .expired, place, record)
        case .approvalWithdrawn(let event): close(event.approval, .idle, place, record)
        case .effectPrepared(let event):
            withStep(place, record) { step in
                // Its turn comes when the person has said yes.
                step.status = .idle
                step.deliveries = DeliveryCounts(
                    effect: record.version, connector: event.connector, prepared: event.deliveries, succeeded: 0,
                    failed: 0, unknown: 0)
            }
        case .effectStarted: withStep(place, record) { $0.status = .running }
        case .jobCompleted(let event):
            end(.completed, record)
            row.output = event.output
        case .jobFailed(let event):
            end(.failed, record)
            row.failure = JobFailure(reason: event.reason, step: event.step, detail: event.detail)
        case .jobCancelled: end(.cancelled, record)
        }
    }

    private mutating func requested(_ event: TaskRequested, _ place: PlaceRow?, _ record: EventHeader) {
        withStep(place, record) { step in
            step.status = .requested
            step.task = record.version
            step.attempt = event.attempt
            step.rung = event.rung
            step.executor = event.executor
            step.model = ""
            step.tasks += 1
            step.completed = 0
            step.output = nil
            step.confidenceMillionths = nil
            step.context = 0
            step.request = nil
            step.requestedUs = record.time
            step.endedUs = 0
            step.notBeforeUs = event.notBeforeUs
        }
    }

    private mutating func close(
        _ approval: UInt32, _ status: StepRowStatus, _ place: PlaceRow?, _ record: EventHeader
    ) {
        row.approvals.removeAll { $0.approval == approval }
        withStep(place, record) { $0.status = status }
    }

    private mutating func end(_ state: JobRowState, _ record: EventHeader) {
        row.state = state
        row.endedUs = record.time
        row.approvals = []
    }
}

// MARK: - Steps
extension JobFile {
    /// Changes the step of an event; one that is met for the first time comes last.
    private mutating func withStep(_ place: PlaceRow?, _ record: EventHeader, _ change: (inout StepRow) -> Void) {
        guard let place, !place.step.isEmpty else { return }
        var index = row.steps.count
        if let found = row.steps.firstIndex(where: { $0.step == place.step && $0.item == place.item }) {
            index = found
            prints.open(index)
        } else {
            row.steps.append(StepRow(step: place.step, item: place.item, record))
            prints.append()
        }
        change(&row.steps[index])
        row.steps[index].lastPosition = record.position
    }

    /// Only for the newest effect of the step: an older one is void.
    private mutating func withDeliveries(_ place: PlaceRow, _ change: (inout DeliveryCounts) -> Void) {
        for index in row.steps.indices {
            guard row.steps[index].step == place.step, row.steps[index].item == place.item else { continue }
            guard var deliveries = row.steps[index].deliveries, deliveries.effect == place.effect else { continue }
            change(&deliveries)
            prints.open(index)
            row.steps[index].deliveries = deliveries
        }
    }

    /// What no event says: whether the job runs, waits for a person, or is parked.
    mutating func derive(at time: Timestamp) {
        row.parkedUntilUs = 0
        switch row.state {
        case .queued, .failed, .completed, .cancelled: return
        case .running, .awaitingHuman, .parked: break
        }
        var isUnderWay = false
        var isExpired = false
        var next = Timestamp.max
        for step in row.steps {
            switch step.status {
            case .running: isUnderWay = true
            case .requested where step.notBeforeUs <= time: isUnderWay = true
            case .requested: next = min(next, step.notBeforeUs)
            case .expired: isExpired = true
            case .idle, .waiting, .done, .adopted, .failed: break
            }
        }
        if isUnderWay {
            row.state = .running
        } else if !row.approvals.isEmpty {
            row.state = .awaitingHuman
        } else if next < .max {
            row.state = .parked
            row.parkedUntilUs = next
        } else {
            row.state = isExpired ? .parked : .running
        }
    }
}

extension StepRow {
    init(step: String, item: String, _ record: EventHeader) {
        self.init(
            step: step, item: item, status: .idle, task: 0, attempt: 0, rung: 0, executor: "", model: "", tasks: 0,
            calls: 0, costMicrodollars: 0, latencyUs: 0, inputTokens: 0, outputTokens: 0, completed: 0, context: 0,
            firstPosition: record.position, lastPosition: record.position, requestedUs: record.time, endedUs: 0,
            notBeforeUs: 0, detail: "")
    }
}

extension DeliveryCounts {
    mutating func count(_ outcome: EffectEnded.Outcome) {
        switch outcome {
        case .succeeded: succeeded += 1
        case .failed: failed += 1
        case .unknown: unknown += 1
        }
    }

    /// A person said what became of a delivery of which nobody knew.
    mutating func settle(happened: Bool) {
        unknown -= min(unknown, 1)
        if happened { succeeded += 1 } else { failed += 1 }
    }
}
