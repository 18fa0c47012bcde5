import EventSourcing
import Events
import Wire

extension JobRow {
    init(_ event: JobQueued, _ record: RecordedEvent) {
        self.init(
            job: record.id, flow: Views.flow(ofJob: record.id), state: .queued, paused: false, rules: event.rules,
            manifest: event.manifest, inputs: event.inputs, trigger: event.trigger, origin: event.origin,
            limits: event.limits, steps: [], approvals: [], costMicrodollars: 0, version: record.version,
            firstPosition: record.position, lastPosition: record.position, queuedUs: record.time, endedUs: 0,
            parkedUntilUs: 0, actor: record.actor)
    }

    /// Takes in what came from outside.
    ///
    /// - Parameter named: gives the place of an earlier event by its version.
    mutating func fold(
        _ event: JobObservation, _ place: PlaceRow?, _ record: RecordedEvent, named: (UInt32) throws -> PlaceRow?
    ) throws {
        switch event {
        case .jobQueued, .timerFired, .inputReverted, .jobSteered, .cancelAsked, .outcomeRecorded: break
        case .jobAdmitted: state = .running
        case .contextAssembled: withStep(place, record) { $0.context = record.version }
        case .callEnded(let event): ended(event, place, record)
        case .lateResult(let event):
            costMicrodollars += event.costMicrodollars
            withStep(place, record) { $0.costMicrodollars += event.costMicrodollars }
        case .stepAdopted(let event):
            withStep(place, record) { step in
                step.status = .adopted
                step.completed = record.version
                step.output = event.output
                step.endedUs = record.time
            }
        case .approvalDecided(let event):
            let approval = approvals.first { $0.approval == event.approval }
            approvals.removeAll { $0.approval == event.approval }
            withStep(place, record) { $0.status = approval?.kind == .review ? .idle : .running }
            if approval?.kind == .unknown, let about = try named(place?.about ?? 0), about.effect > 0 {
                withDeliveries(about) { $0.settle(happened: event.verdict == .approve) }
            }
        case .effectLeased: withStep(place, record) { $0.status = .running }
        case .effectEnded(let event):
            withStep(place, record) { $0.status = .running }
            if let place { withDeliveries(place) { $0.count(event.outcome) } }
        case .jobPaused: paused = true
        case .jobResumed: paused = false
        case .retryAsked:
            // What failed is open once more.
            guard state == .failed else { break }
            state = .running
            endedUs = 0
            for index in steps.indices where steps[index].step == failure?.step { steps[index].status = .idle }
            failure = nil
        case .jobRepinned(let event):
            manifest = event.manifest
            rules = event.rules
        }
    }

    private mutating func ended(_ event: CallEnded, _ place: PlaceRow?, _ record: RecordedEvent) {
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
        costMicrodollars += cost
    }
}

// MARK: - Decisions
extension JobRow {
    mutating func fold(_ event: JobDecision, _ place: PlaceRow?, _ record: RecordedEvent) {
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
            approvals.append(
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
            output = event.output
        case .jobFailed(let event):
            end(.failed, record)
            failure = JobFailure(reason: event.reason, step: event.step, detail: event.detail)
        case .jobCancelled: end(.cancelled, record)
        }
    }

    private mutating func requested(_ event: TaskRequested, _ place: PlaceRow?, _ record: RecordedEvent) {
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
        _ approval: UInt32, _ status: StepRowStatus, _ place: PlaceRow?, _ record: RecordedEvent
    ) {
        approvals.removeAll { $0.approval == approval }
        withStep(place, record) { $0.status = status }
    }

    private mutating func end(_ state: JobRowState, _ record: RecordedEvent) {
        self.state = state
        endedUs = record.time
        approvals = []
    }
}

// MARK: - Steps
extension JobRow {
    /// Changes the step of an event; one that is met for the first time comes last.
    private mutating func withStep(_ place: PlaceRow?, _ record: RecordedEvent, _ change: (inout StepRow) -> Void) {
        guard let place, !place.step.isEmpty else { return }
        var index = steps.count
        if let found = steps.firstIndex(where: { $0.step == place.step && $0.item == place.item }) {
            index = found
        } else {
            steps.append(StepRow(step: place.step, item: place.item, record))
        }
        change(&steps[index])
        steps[index].lastPosition = record.position
    }

    /// Only for the newest effect of the step: an older one is void.
    private mutating func withDeliveries(_ place: PlaceRow, _ change: (inout DeliveryCounts) -> Void) {
        for index in steps.indices where steps[index].step == place.step && steps[index].item == place.item {
            guard var deliveries = steps[index].deliveries, deliveries.effect == place.effect else { continue }
            change(&deliveries)
            steps[index].deliveries = deliveries
        }
    }

    /// What no event says: whether the job runs, waits for a person, or is parked.
    mutating func derive(at time: Timestamp) {
        parkedUntilUs = 0
        switch state {
        case .queued, .failed, .completed, .cancelled: return
        case .running, .awaitingHuman, .parked: break
        }
        let begun = steps.filter { $0.status == .running || $0.status == .requested && $0.notBeforeUs <= time }
        let later = steps.filter { $0.status == .requested && $0.notBeforeUs > time }
        if !begun.isEmpty {
            state = .running
        } else if !approvals.isEmpty {
            state = .awaitingHuman
        } else if !later.isEmpty {
            state = .parked
            parkedUntilUs = later.map(\.notBeforeUs).min() ?? 0
        } else {
            state = steps.contains { $0.status == .expired } ? .parked : .running
        }
    }
}

extension StepRow {
    init(step: String, item: String, _ record: RecordedEvent) {
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
