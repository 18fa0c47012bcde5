public import EventSourcing
public import Events

// MARK: - Folding observations
extension JobDecider {
    public func evolve(_ state: inout JobState, observed: JobObservation, at place: Place) {
        switch observed {
        case .jobQueued(let event): queued(&state, event)
        case .jobAdmitted: state.phase = .running
        case .stepAdopted(let event):
            state.withStep(event.step) { step in
                step.status = .done
                step.output = StepState.Output(version: place.version, digest: event.output, isAdopted: true)
            }
        case .contextAssembled(let event):
            state.withTask(event.task) { task in
                task.context = place.version
                task.shown = event.items.flatMap(\.knowledge)
            }
        case .callEnded(let event): ended(&state, event)
        case .lateResult(let event): state.spentMicrodollars += event.costMicrodollars
        case .approvalDecided(let event): decided(&state, event, at: place)
        case .effectLeased, .outcomeRecorded: break
        case .effectEnded(let event): ended(&state, event, at: place)
        case .timerFired(let event): state.timers.removeAll { $0.version == event.timer }
        case .inputReverted: break
        case .jobPaused: state.isPaused = true
        case .jobResumed: state.isPaused = false
        case .jobSteered(let event): state.notes.append(event.note)
        case .retryAsked: revived(&state)
        case .cancelAsked: break
        case .jobRepinned(let event):
            state.manifest = event.manifest
            state.rules = event.rules
            pin(&state)
        }
    }

    private func queued(_ state: inout JobState, _ event: JobQueued) {
        state.phase = .queued
        state.job = event.job
        state.root =
            switch event.origin {
            case .fresh: event.job
            case .rerun(let rerun): rerun.root
            }
        state.manifest = event.manifest
        state.inputs = event.inputs
        state.trigger = event.trigger
        state.customer = event.customer
        state.seed = event.seed
        state.rules = event.rules
        state.limits = event.limits
        pin(&state)
    }

    /// Resolves the manifest; steps that both flows have keep their state.
    private func pin(_ state: inout JobState) {
        state.definitions = state.manifest.flatMap { PinnedDefinitions(manifest: $0, from: artifacts) }
        guard let definitions = state.definitions else { return }
        state.steps = definitions.flow.steps.map { step in state.step(step.id) ?? StepState(id: step.id) }
    }

    private func ended(_ state: inout JobState, _ event: CallEnded) {
        guard let index = state.stepIndex(ofCall: event.call) else { return }
        switch event.outcome {
        case .completed(let completed): state.spentMicrodollars += completed.costMicrodollars
        case .failed(let failed): state.spentMicrodollars += failed.costMicrodollars
        case .unresolved: state.steps[index].task?.crashes += 1
        }
        state.steps[index].task?.progress = .over
    }

    private func decided(_ state: inout JobState, _ event: ApprovalDecided, at place: Place) {
        guard let approval = state.approval(event.approval) else { return }
        close(&state, approval.version)
        state.approvedExact = nil
        switch (approval.kind, event.verdict) {
        case (.review, .approve), (.effect, .approve):
            state.withEffect(approval.about) { $0.isApproved = true }
            if approval.kind == .effect { state.withStep(approval.step) { $0.status = .delivering } }
        case (.review, .edit(let edit)):
            state.approvedExact = edit.exact
            state.withEffect(approval.about) { $0.isVoid = true }
        case (.review, .respond):
            let redo = state.definitions?.step(approval.step)?.reviewWork?.onRespond?.redo ?? ""
            state.withStep(redo) { step in
                step.redos += 1
                if let comment = event.comment { step.notes.append(comment) }
            }
        case (.unknown, let verdict):
            guard let found = state.delivery(started: approval.about) else { break }
            // A person looked: it arrived, or it did not and is sent again under the same key.
            state.effects[found.effect].deliveries[found.delivery].status = verdict == .approve ? .succeeded : .idle
        default: break
        }
    }

    private func ended(_ state: inout JobState, _ event: EffectEnded, at place: Place) {
        guard let found = state.delivery(started: event.started) else { return }
        let effect = state.effects[found.effect]
        var delivery = effect.deliveries[found.delivery]
        switch event.outcome {
        case .succeeded: delivery.status = .succeeded
        case .unknown: delivery.status = .unknown(started: event.started)
        case .failed where event.settledBy == .asking:
            // It never left: the process died before. The same attempt is made again.
            delivery.status = .idle
        case .failed(let failed):
            delivery.attempts += 1
            let policy = state.definitions?.step(effect.step)?.retry ?? RetryPolicy(attempts: 1, backoffMs: 0)
            if failed.retryable, delivery.attempts < max(1, policy.attempts) {
                delivery.status = .idle
                delivery.notBefore =
                    place.time + backoff(policy, after: delivery.attempts, retryAfterMs: nil, in: state)
                state.draws += 1
            } else {
                delivery.status = .failed
            }
        }
        state.effects[found.effect].deliveries[found.delivery] = delivery
    }

    /// A person wants it tried again: what failed is open once more.
    private func revived(_ state: inout JobState) {
        guard case .failed(let id) = state.phase else { return }
        state.phase = .running
        state.failure = nil
        guard let effect = state.effect(ofStep: id), effect.isApproved else {
            return state.withStep(id) { $0.status = .idle }
        }
        state.withStep(id) { $0.status = .delivering }
        state.withEffect(effect.version) { effect in
            for index in effect.deliveries.indices where effect.deliveries[index].status == .failed {
                effect.deliveries[index] = EffectState.DeliveryState()
            }
        }
    }

    private func close(_ state: inout JobState, _ approval: UInt32) {
        state.approvals.removeAll { $0.version == approval }
        state.timers.removeAll { $0.about == approval }
    }
}

// MARK: - Folding decisions
extension JobDecider {
    public func evolve(_ state: inout JobState, decided: JobDecision, at place: Place) {
        switch decided {
        case .taskRequested(let event): requested(&state, event, at: place)
        case .callRequested(let event):
            state.withTask(event.task) { task in
                task.progress = .calling(version: place.version)
                task.reconcile = event.reconcile
            }
        case .taskCompleted(let event): completed(&state, event, at: place)
        case .taskFailed(let event):
            state.withStep(event.step) { step in
                step.status = .failed
                step.task?.progress = .over
            }
        case .approvalRequested(let event):
            state.approvals.append(
                ApprovalState(
                    version: place.version, step: event.step, kind: event.kind, subject: event.subject,
                    allowed: event.allowed, expires: event.expiresUs, about: event.about))
            if event.kind != .unknown || state.step(event.step)?.status == .working {
                state.withStep(event.step) { $0.status = .waiting }
            }
        case .approvalReminded: break
        case .approvalExpired(let event):
            if let approval = state.approval(event.approval) {
                state.withStep(approval.step) { $0.status = .expired }
                state.withEffect(approval.about) { $0.isVoid = true }
            }
            close(&state, event.approval)
        case .approvalWithdrawn(let event):
            if let approval = state.approval(event.approval) {
                state.withStep(approval.step) { $0.status = .idle }
                state.withEffect(approval.about) { $0.isVoid = true }
            }
            close(&state, event.approval)
        case .effectPrepared(let event): prepared(&state, event, at: place)
        case .effectStarted(let event):
            state.withEffect(event.effect) { effect in
                guard effect.deliveries.indices.contains(Int(event.delivery)) else { return }
                effect.deliveries[Int(event.delivery)].status = .started(version: place.version)
            }
        case .timerSet(let event):
            state.timers.append(
                TimerState(version: place.version, purpose: event.purpose, about: event.about, until: event.untilUs))
        case .jobCompleted: state.phase = .completed
        case .jobFailed(let event):
            state.phase = .failed(step: event.step)
            state.failure = event.reason
            state.withStep(event.step) { $0.status = .failed }
        case .jobCancelled: state.phase = .cancelled
        }
    }

    private func requested(_ state: inout JobState, _ event: TaskRequested, at place: Place) {
        let crashes = state.step(event.step)?.task.map {
            event.why == .retry && $0.rung == event.rung && $0.attempt == event.attempt ? $0.crashes : 0
        }
        var task = TaskState(
            version: place.version, attempt: event.attempt, rung: event.rung, executor: event.executor,
            with: event.with, inputs: event.inputs, notBefore: event.notBeforeUs, why: event.why)
        task.crashes = crashes ?? 0
        state.withStep(event.step) { step in
            step.task = task
            if event.why != .prepare {
                step.status = .working
                step.output = nil
            }
        }
        // One number is drawn for each retry that waits.
        if event.notBeforeUs > 0 { state.draws += 1 }
        guard let definitions = state.definitions else { return }
        if event.why == .prepare,
            let review = definitions.flow.steps.first(where: { $0.reviewWork?.shows == event.step })
        {
            state.withStep(review.id) { $0.status = .working }
        }
        if event.why == .redo { reset(&state, definitions.dependents(of: event.step)) }
    }

    /// What was made of an output that is made anew is not true any more.
    private func reset(_ state: inout JobState, _ ids: Set<String>) {
        for index in state.steps.indices where ids.contains(state.steps[index].id) {
            state.steps[index].status = .idle
            state.steps[index].output = nil
            state.steps[index].task?.progress = .over
        }
        for index in state.effects.indices where ids.contains(state.effects[index].step) {
            state.effects[index].isVoid = true
        }
    }

    private func completed(_ state: inout JobState, _ event: TaskCompleted, at place: Place) {
        state.withStep(event.step) { step in
            step.status = .done
            step.task?.progress = .over
            step.output = StepState.Output(version: place.version, digest: event.output, isAdopted: false)
        }
        guard let shown = state.definitions?.step(event.step)?.reviewWork?.shows,
            let effect = state.effect(ofStep: shown)
        else { return }
        // An edit prepares the effect anew before the review is done; an approval approved it already.
        if effect.isApproved { state.withStep(shown) { $0.status = .delivering } }
    }

    private func prepared(_ state: inout JobState, _ event: EffectPrepared, at place: Place) {
        let date = state.effects.last { $0.step == event.step && $0.task == event.task }?.date ?? place.time
        for index in state.effects.indices where state.effects[index].step == event.step {
            state.effects[index].isVoid = true
        }
        var effect = EffectState(
            version: place.version, step: event.step, task: event.task, connector: event.connector,
            exact: event.exact, draft: event.draft, date: date,
            deliveries: Array(repeating: EffectState.DeliveryState(), count: Int(event.deliveries)))
        effect.isApproved = state.approvedExact == event.exact
        state.effects.append(effect)
        state.approvedExact = nil
        state.withTask(event.task) { $0.progress = .over }
    }
}
