import EventSourcing
import Events
import Jobs
import Wire

/// The job decider with one fault planted in it: what a careless change could do.
struct FaultyDecider: Decider {
    typealias Observation = JobObservation
    typealias Decision = JobDecision
    typealias State = JobState
    typealias Rejection = JobRejection

    enum Fault: String, CaseIterable {
        case waitsHalfAsLong
        case ignoresTheServersRetryAfter
        case skipsTheApproval
        case losesARung
        case triesOnceTooOften
        case acceptsAStaleDigest
        case acceptsAnExpiredApproval
        case letsASecondDecisionIn
        case deliversWithoutApproval
        case sendsAnUnknownDeliveryAgain
        case repeatsAnUnsafeCall
        case ignoresTheBudget
        case changesThePrompt
        case changesTheIdempotencyKey
        case losesProvenance
        case forgetsTheReminder
        case ignoresARevert
        case mailsTheLineageTwice
    }

    let base: JobDecider
    let fault: Fault

    var initialState: JobState { base.initialState }

    func evolve(_ state: inout JobState, observed: JobObservation, at place: Place) {
        base.evolve(&state, observed: observed, at: place)
    }

    func evolve(_ state: inout JobState, decided: JobDecision, at place: Place) {
        base.evolve(&state, decided: decided, at: place)
    }

    func decide(_ observation: JobObservation, in turn: inout Turn<Self>) throws(JobRejection) {
        var inner = Turn(base, state: turn.state, version: turn.version)
        do throws(JobRejection) {
            guard try inner.take(twisted(observation, turn.state), at: twisted(turn.time, observation)) else { return }
        } catch {
            guard lets(in: error) else { throw error }
            turn.accept(observation)
            return
        }
        let decisions = inner.decisions
        let artifacts = inner.artifacts
        turn.accept(observation)
        for artifact in artifacts { _ = turn.attach(artifact.bytes) }
        for decision in decisions { if let twisted = twisted(decision, turn.time) { turn.emit(twisted) } }
    }

    /// What the faulty decider takes an observation for.
    private func twisted(_ observation: JobObservation, _ state: JobState) -> JobObservation {
        switch (fault, observation) {
        case (.acceptsAStaleDigest, .approvalDecided(let event)):
            guard let approval = state.approval(event.approval) else { return observation }
            return .approvalDecided(
                ApprovalDecided(
                    approval: event.approval, seen: approval.subject, verdict: event.verdict, comment: event.comment))
        case (.mailsTheLineageTwice, .contextAssembled(let event)):
            return .contextAssembled(
                ContextAssembled(
                    task: event.task, asOf: event.asOf, method: event.method, queries: event.queries,
                    items: event.items.filter { $0.source != .delivered }, cut: event.cut,
                    budgetTokens: event.budgetTokens))
        case (.ignoresTheServersRetryAfter, .callEnded(let event)):
            guard case .failed(let failed) = event.outcome else { return observation }
            return .callEnded(
                CallEnded(
                    call: event.call,
                    outcome: .failed(
                        CallFailed(
                            error: failed.error, status: failed.status, retryAfterMs: nil, detail: failed.detail,
                            evidence: failed.evidence, costMicrodollars: failed.costMicrodollars)),
                    latencyUs: event.latencyUs))
        default: return observation
        }
    }

    private func twisted(_ time: Timestamp, _ observation: JobObservation) -> Timestamp {
        guard fault == .acceptsAnExpiredApproval, case .approvalDecided = observation else { return time }
        return 0
    }

    private func lets(in rejection: JobRejection) -> Bool {
        switch (fault, rejection) {
        case (.letsASecondDecisionIn, .approvalClosed), (.deliversWithoutApproval, .notApproved): true
        default: false
        }
    }

    /// What the faulty decider concludes; nil for nothing.
    private func twisted(_ decision: JobDecision, _ time: Timestamp) -> JobDecision? {
        switch (fault, decision) {
        case (.waitsHalfAsLong, .taskRequested(let event)) where event.notBeforeUs > 0:
            .taskRequested(event.with(notBefore: time + (event.notBeforeUs - time) / 2))
        case (.losesARung, .taskRequested(let event)) where event.why == .fallback:
            .taskRequested(event.with(rung: event.rung + 1))
        case (.triesOnceTooOften, .taskRequested(let event)) where event.why == .fallback:
            .taskRequested(event.with(rung: event.rung - 1))
        case (.ignoresTheBudget, .taskRequested(let event)) where event.why == .fallback: nil
        case (.skipsTheApproval, .approvalRequested(let event)) where event.kind == .review: nil
        // Only a call can be taken over by a person; a delivery cannot.
        case (.sendsAnUnknownDeliveryAgain, .approvalRequested(let event))
        where event.kind == .unknown && !event.allowed.contains(.takeOver): nil
        case (.repeatsAnUnsafeCall, .approvalRequested(let event))
        where event.kind == .unknown && event.allowed.contains(.takeOver): nil
        case (.changesThePrompt, .callRequested(let event)): .callRequested(event.with(pieces: event.pieces.reversed()))
        case (.changesTheIdempotencyKey, .effectStarted(let event)): .effectStarted(event.with(key: event.message))
        case (.losesProvenance, .taskCompleted(let event)): .taskCompleted(event.withoutInputs)
        case (.forgetsTheReminder, .timerSet(let event)) where event.purpose == .reminder: nil
        case (.ignoresARevert, .approvalWithdrawn(let event)) where event.reason == .inputReverted: nil
        default: decision
        }
    }
}

extension TaskRequested {
    func with(notBefore: Int64? = nil, rung: UInt32? = nil) -> TaskRequested {
        TaskRequested(
            step: step, item: item, attempt: attempt, rung: rung ?? self.rung, why: why, executor: executor,
            inputs: inputs, with: with, notBeforeUs: notBefore ?? notBeforeUs)
    }
}

extension CallRequested {
    func with(pieces: [Piece]) -> CallRequested {
        CallRequested(
            task: task, request: request, pieces: pieces, provider: provider, model: model,
            maxOutputTokens: maxOutputTokens, timeoutMs: timeoutMs, reservedMicrodollars: reservedMicrodollars,
            reconcile: reconcile, tokens: tokens)
    }
}

extension EffectStarted {
    func with(key: Digest) -> EffectStarted {
        EffectStarted(
            effect: effect, delivery: delivery, idempotencyKey: key, message: message, attempt: attempt,
            reconcile: reconcile)
    }
}

extension TaskCompleted {
    var withoutInputs: TaskCompleted {
        TaskCompleted(
            task: task, step: step, output: output, confidenceMillionths: confidenceMillionths, inputs: [],
            context: context)
    }
}
