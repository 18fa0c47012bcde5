import EventSourcing
public import Events
import Wire

// MARK: - Asking a person
extension JobDecider {
    func ask(
        _ step: String, kind: ApprovalKind, about: StreamVersion, subject: ApprovalSubject,
        allowed: [AllowedDecision], consequences: Consequences, expires policy: ExpiryPolicy? = nil,
        in turn: inout Turn<Self>
    ) {
        let expires = policy.map { Self.moment($0.afterMs, after: turn.time) } ?? 0
        let approval = turn.emit(
            .approvalRequested(
                ApprovalRequested(
                    step: step, kind: kind, subject: turn.attach(subject.wireBytes), allowed: allowed,
                    consequences: consequences, expiresUs: expires, about: about)))
        guard let policy else { return }
        if policy.remindMs > 0, policy.remindMs < policy.afterMs {
            let remind = expires - Self.moment(policy.remindMs, after: 0)
            turn.emit(.timerSet(TimerSet(purpose: .reminder, about: approval, untilUs: remind)))
        }
        turn.emit(.timerSet(TimerSet(purpose: .expiry, about: approval, untilUs: expires)))
    }

    /// So many milliseconds after a time; the end of all time at the latest.
    private static func moment(_ milliseconds: UInt64, after time: Timestamp) -> Timestamp {
        let (span, isTooLong) = Timestamp(clamping: milliseconds).multipliedReportingOverflow(by: 1_000)
        let (moment, isTooLate) = time.addingReportingOverflow(span)
        return isTooLong || isTooLate ? .max : moment
    }

    /// A review that shows no effect: the draft alone.
    func askForReview(_ step: StepDefinition, _ review: ReviewWork, in turn: inout Turn<Self>) {
        guard let draft = turn.state.step(review.of)?.output else { return }
        ask(
            step.id, kind: .review, about: draft.version, subject: ApprovalSubject(draft: draft.digest),
            allowed: Self.allowed(for: review), consequences: .nobody, expires: review.expires, in: &turn)
    }

    /// The last rung: a person makes the output.
    func askForHandover(_ step: StepDefinition, task: StreamVersion, in turn: inout Turn<Self>) {
        guard let with = turn.state.step(step.id)?.task?.with else { return }
        ask(
            step.id, kind: .handover, about: task, subject: ApprovalSubject(draft: with),
            allowed: [.takeOver, .reject], consequences: .nobody, in: &turn)
    }

    static func allowed(for review: ReviewWork) -> [AllowedDecision] {
        review.onRespond == nil ? [.approve, .edit, .reject] : [.approve, .edit, .reject, .respond]
    }
}

// MARK: - What the person decided
extension JobDecider {
    func conclude(_ event: ApprovalDecided, in turn: inout Turn<Self>) throws(JobRejection) {
        let definitions = try requireDefinitions(turn.state)
        guard event.approval > 0, event.approval <= turn.version else { throw .noSuchApproval(event.approval) }
        guard turn.state.phase == .running, let approval = turn.state.approval(event.approval) else {
            throw .approvalClosed(event.approval)
        }
        guard event.seen == approval.subject else {
            throw .sawOtherBytes(seen: event.seen, now: approval.subject)
        }
        guard approval.expires == 0 || turn.time < approval.expires else {
            throw .approvalExpired(event.approval)
        }
        guard approval.allowed.contains(event.verdict.decision) else {
            throw .notAllowed(event.verdict.name)
        }
        guard let step = definitions.step(approval.step) else { throw .noSuchStep(approval.step) }
        if let comment = event.comment, artifacts.bytes(comment) == nil { throw .missingArtifact(comment) }
        switch approval.kind {
        case .review, .effect: try concludeReview(event, approval, step, definitions, in: &turn)
        case .handover: try concludeHandover(event, step, definitions, in: &turn)
        case .unknown: try concludeUnknown(event, approval, step, definitions, in: &turn)
        }
    }

    private func concludeReview(
        _ event: ApprovalDecided, _ approval: ApprovalState, _ step: StepDefinition,
        _ definitions: PinnedDefinitions, in turn: inout Turn<Self>
    ) throws(JobRejection) {
        let effect = turn.state.effect(approval.about)
        switch event.verdict {
        case .approve:
            guard let draft = effect?.draft ?? draft(of: step, in: turn.state) else { throw .noSuchStep(step.id) }
            turn.accept(.approvalDecided(event))
            settle(step, draft: draft, effect: effect?.version, in: &turn)
        case .edit(let edit):
            try concludeEdit(event, edit, approval, step, definitions, in: &turn)
        case .reject:
            turn.accept(.approvalDecided(event))
            fail(step.id, task: 0, reason: .rejected, detail: "a person said no", in: &turn)
        case .respond:
            try concludeResponse(event, step, definitions, in: &turn)
        case .takeOver: throw .notAllowed(event.verdict.name)
        }
    }

    private func draft(of step: StepDefinition, in state: JobState) -> Digest? {
        step.reviewWork.flatMap { state.step($0.of)?.output?.digest }
    }

    /// The person said yes to this draft, and to the effect if one was shown.
    private func settle(
        _ step: StepDefinition, draft: Digest, effect: StreamVersion?, in turn: inout Turn<Self>
    ) {
        guard let review = step.reviewWork else {
            // An effect's own gate: the step is the effect's.
            if let effect { finishDelivering(effect, in: &turn) }
            return
        }
        let made = turn.state.step(review.of)?.output.map {
            InputRef(stream: "", version: $0.version, digest: $0.digest)
        }
        turn.emit(
            .taskCompleted(
                TaskCompleted(
                    task: 0, step: step.id, output: draft, inputs: made.map { [$0] } ?? [], context: 0)))
        if let effect { finishDelivering(effect, in: &turn) }
        advance(in: &turn)
    }

    private func concludeEdit(
        _ event: ApprovalDecided, _ edit: ApprovalEdit, _ approval: ApprovalState, _ step: StepDefinition,
        _ definitions: PinnedDefinitions, in turn: inout Turn<Self>
    ) throws(JobRejection) {
        guard let bytes = artifacts.bytes(edit.draft) else { throw .missingArtifact(edit.draft) }
        guard edit.distanceMillionths <= 1_000_000 else { throw .tooMany("an edit distance is at most 1,000,000") }
        let canonical: [UInt8]
        do throws(ShapeError) {
            canonical = try Self.edited(bytes, in: step, definitions)
        } catch {
            throw .badOutput(error.description)
        }
        guard canonical == bytes else { throw .badOutput("the edited draft is not in canonical form") }
        guard let old = turn.state.effect(approval.about) else {
            turn.accept(.approvalDecided(event))
            settle(step, draft: edit.draft, effect: nil, in: &turn)
            return
        }
        let batch = try rebatch(old, draft: edit.draft, definitions, in: turn)
        let exact = Digest.of(batch.wireBytes)
        guard let seen = edit.exact, seen == exact else {
            throw .sawOtherBytes(seen: edit.exact ?? old.exact, now: exact)
        }
        turn.accept(.approvalDecided(event))
        _ = turn.attach(batch.wireBytes)
        let effect = turn.emit(
            .effectPrepared(
                EffectPrepared(
                    step: old.step, task: old.task, connector: old.connector, exact: exact, draft: edit.draft,
                    deliveries: UInt32(batch.deliveries.count))))
        settle(step, draft: edit.draft, effect: effect, in: &turn)
    }

    /// The edited draft in canonical form, checked against the shape of the agent that made it.
    public static func edited(
        _ bytes: [UInt8], in step: StepDefinition, _ definitions: PinnedDefinitions
    ) throws(ShapeError) -> [UInt8] {
        guard let review = step.reviewWork, let work = definitions.step(review.of)?.agentWork,
            let agent = definitions.agent(work.agent)
        else {
            do throws(JSONError) { return try JSON(parsing: bytes).bytes } catch {
                throw ShapeError("not JSON: \(error)")
            }
        }
        return try agent.output.canonical(JSON(answer: bytes)).bytes
    }

    private func concludeResponse(
        _ event: ApprovalDecided, _ step: StepDefinition, _ definitions: PinnedDefinitions,
        in turn: inout Turn<Self>
    ) throws(JobRejection) {
        guard let policy = step.reviewWork?.onRespond, let redo = definitions.step(policy.redo) else {
            throw .notAllowed("respond")
        }
        guard event.comment != nil else { throw .noComment }
        let redos = turn.state.step(redo.id)?.redos ?? 0
        guard redos < policy.atMost else { throw .tooManyResponses(Int(policy.atMost)) }
        turn.accept(.approvalDecided(event))
        begin(redo, why: .redo, in: &turn)
    }

    private func concludeHandover(
        _ event: ApprovalDecided, _ step: StepDefinition, _ definitions: PinnedDefinitions,
        in turn: inout Turn<Self>
    ) throws(JobRejection) {
        guard let task = turn.state.step(step.id)?.task else { throw .noSuchStep(step.id) }
        guard case .takeOver(let takeOver) = event.verdict else {
            turn.accept(.approvalDecided(event))
            fail(step.id, task: task.version, reason: .rejected, detail: "a person said no", in: &turn)
            return
        }
        let output = try takenOver(takeOver, step, definitions)
        turn.accept(.approvalDecided(event))
        let kept = attach(output, madeOf: [takeOver.output], in: &turn)
        complete(step, task, output: kept, confidence: nil, in: &turn)
    }

    private func takenOver(
        _ takeOver: TakeOver, _ step: StepDefinition, _ definitions: PinnedDefinitions
    ) throws(JobRejection) -> [UInt8] {
        guard let bytes = artifacts.bytes(takeOver.output) else { throw .missingArtifact(takeOver.output) }
        do throws(ShapeError) {
            return try Self.output(of: step, from: bytes, definitions).bytes
        } catch {
            throw .badOutput(error.description)
        }
    }

    /// A call or a delivery of which nobody knows whether it happened.
    private func concludeUnknown(
        _ event: ApprovalDecided, _ approval: ApprovalState, _ step: StepDefinition,
        _ definitions: PinnedDefinitions, in turn: inout Turn<Self>
    ) throws(JobRejection) {
        if let found = turn.state.delivery(started: approval.about) {
            let effect = turn.state.effects[found.effect].version
            turn.accept(.approvalDecided(event))
            finishDelivering(effect, in: &turn)
            return
        }
        guard let task = turn.state.step(step.id)?.task, task.version == approval.about else {
            throw .approvalClosed(approval.version)
        }
        switch event.verdict {
        case .approve:
            turn.accept(.approvalDecided(event))
            request(step, why: .retry, rung: task.rung, attempt: task.attempt, in: &turn)
        case .takeOver(let takeOver):
            let output = try takenOver(takeOver, step, definitions)
            turn.accept(.approvalDecided(event))
            let kept = attach(output, madeOf: [takeOver.output], in: &turn)
            complete(step, task, output: kept, confidence: nil, in: &turn)
        case .reject, .edit, .respond:
            turn.accept(.approvalDecided(event))
            fallBack(step, task, detail: "nobody knows how the call ended, and a person gave it up", in: &turn)
        }
    }
}

extension ApprovalDecided.Verdict {
    var decision: AllowedDecision {
        switch self {
        case .approve: .approve
        case .edit: .edit
        case .reject: .reject
        case .respond: .respond
        case .takeOver: .takeOver
        }
    }

    /// As people write it.
    public var name: String {
        switch self {
        case .approve: "approve"
        case .edit: "edit"
        case .reject: "reject"
        case .respond: "respond"
        case .takeOver: "take over"
        }
    }
}

extension Consequences {
    /// Reaches nobody.
    static let nobody = Consequences(recipients: 0, alreadyReached: 0, connector: "", risk: .none)
}
