import EventSourcing
import Events
import Wire

// MARK: - Time
extension JobDecider {
    func fire(_ event: TimerFired, in turn: inout Turn<Self>) throws(JobRejection) {
        guard turn.state.phase == .running, let timer = turn.state.timers.first(where: { $0.version == event.timer })
        else { throw .noSuchTimer(event.timer) }
        guard turn.time >= timer.until else { throw .tooEarly(until: timer.until) }
        guard let approval = turn.state.approval(timer.about) else { throw .noSuchTimer(event.timer) }
        turn.accept(.timerFired(event))
        switch timer.purpose {
        case .reminder: turn.emit(.approvalReminded(ApprovalReminded(approval: approval.version)))
        case .expiry:
            turn.emit(.approvalExpired(ApprovalExpired(approval: approval.version)))
            switch turn.state.definitions?.step(approval.step)?.reviewWork?.expires?.then {
            case .fail:
                fail(approval.step, task: 0, reason: .expired, detail: "nobody decided in time", in: &turn)
            case .cancel: turn.emit(.jobCancelled(JobCancelled()))
            case .park, nil: break
            }
        }
    }
}

// MARK: - What a person can do at any time
extension JobDecider {
    func interject(_ observation: JobObservation, in turn: inout Turn<Self>) throws(JobRejection) {
        guard turn.state.phase != .missing else { throw .noSuchJob }
        guard !turn.state.phase.isEnded else { throw .notOpen }
        turn.accept(observation)
        guard case .jobResumed = observation, let definitions = turn.state.definitions else { return }
        // What ran out while nobody looked is asked again.
        for step in turn.state.steps where step.status == .expired {
            if let definition = definitions.step(step.id) { begin(definition, why: .redo, in: &turn) }
        }
        advance(in: &turn)
    }

    func retry(_ event: RetryAsked, in turn: inout Turn<Self>) throws(JobRejection) {
        let definitions = try requireDefinitions(turn.state)
        let id: String
        if !event.step.isEmpty {
            id = event.step
        } else if case .failed(let step) = turn.state.phase {
            id = step
        } else if let handover = turn.state.approvals.first(where: { $0.kind == .handover || $0.kind == .unknown }) {
            id = handover.step
        } else {
            throw .nothingToRetry
        }
        guard let step = definitions.step(id), let state = turn.state.step(id) else { throw .noSuchStep(id) }
        switch turn.state.phase {
        case .failed(id): break
        case .running where state.status == .waiting || state.task?.executor == "person": break
        case .missing: throw .noSuchJob
        default: throw .nothingToRetry
        }
        turn.accept(.retryAsked(event))
        withdrawApprovals(because: .retried, in: &turn) { $0.step == id }
        if let effect = turn.state.effect(ofStep: id), effect.isApproved, turn.state.step(id)?.status == .delivering {
            finishDelivering(effect.version, in: &turn)
        } else {
            begin(step, why: .retry, in: &turn)
        }
        advance(in: &turn)
    }

    func cancel(_ observation: JobObservation, in turn: inout Turn<Self>) throws(JobRejection) {
        guard turn.state.phase != .missing else { throw .noSuchJob }
        switch turn.state.phase {
        case .completed, .cancelled: throw .notOpen
        case .missing, .queued, .running, .failed: break
        }
        // A delivery that is under way is waited for: nobody could say what came of it.
        let isDelivering = turn.state.effects.contains { effect in
            effect.deliveries.contains { if case .started = $0.status { true } else { false } }
        }
        guard !isDelivering else { throw .busy }
        turn.accept(observation)
        withdrawApprovals(because: .cancelled, in: &turn) { _ in true }
        turn.emit(.jobCancelled(JobCancelled()))
    }

    func repin(_ event: JobRepinned, in turn: inout Turn<Self>) throws(JobRejection) {
        guard turn.state.phase != .missing else { throw .noSuchJob }
        guard Rules.oldest...Rules.latest ~= event.rules, event.rules >= turn.state.rules else {
            throw .unknownRules(event.rules)
        }
        guard PinnedDefinitions(manifest: event.manifest, from: artifacts) != nil else {
            throw .missingArtifact(event.manifest)
        }
        let isBusy = turn.state.pending.contains { work in
            switch work {
            case .call, .delivery: true
            case .admit, .assemble, .deliver, .timer, .approval: false
            }
        }
        guard !isBusy else { throw .busy }
        turn.accept(.jobRepinned(event))
    }
}

// MARK: - Knowledge that was taken back
extension JobDecider {
    func takeBack(_ event: InputReverted, in turn: inout Turn<Self>) throws(JobRejection) {
        let definitions = try requireDefinitions(turn.state)
        guard turn.state.phase == .running else { throw .notOpen }
        let shown = turn.state.steps.filter { step in
            step.task?.shown.contains { $0.entry == event.entry && $0.version == event.badVersion } ?? false
        }
        guard let first = definitions.flow.steps.first(where: { step in shown.contains { $0.id == step.id } }) else {
            throw .noSuchStep(event.entry)
        }
        let affected = definitions.dependents(of: first.id).union([first.id])
        let isIrreversible = turn.state.effects.contains { effect in
            affected.contains(effect.step) && effect.deliveries.contains { $0.status != .idle }
        }
        turn.accept(.inputReverted(event))
        guard !isIrreversible else { return }
        withdrawApprovals(because: .inputReverted, in: &turn) { affected.contains($0.step) }
        begin(first, why: .redo, in: &turn)
        advance(in: &turn)
    }
}
