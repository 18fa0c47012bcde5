import EventSourcing
import Events
import Wire

// MARK: - Context, call, output
extension JobDecider {
    func assemble(_ event: ContextAssembled, in turn: inout Turn<Self>) throws(JobRejection) {
        let definitions = try requireDefinitions(turn.state)
        guard turn.state.phase == .running else { throw .notOpen }
        guard let index = turn.state.stepIndex(ofTask: event.task), let task = turn.state.steps[index].task,
            task.progress == .requested, let step = definitions.step(turn.state.steps[index].id)
        else { throw .noSuchTask(event.task) }
        guard turn.time >= task.notBefore else { throw .tooEarly(until: task.notBefore) }
        guard event.items.count <= Self.contextItemsMax, event.cut.count <= Self.contextItemsMax else {
            throw .tooMany("context items: at most \(Self.contextItemsMax)")
        }
        if let session = event.session {
            guard session.agent == step.agentWork?.agent else { throw .notAllowed("a session of another role") }
            guard session.customer == turn.state.customer ?? "" else {
                throw .notAllowed("a session with another client")
            }
        }
        for item in event.items where artifacts.bytes(item.content) == nil { throw .missingArtifact(item.content) }
        switch step.work {
        case .agent(let work):
            let prompt = try prompt(for: step, work, task, event, definitions, in: turn)
            turn.accept(.contextAssembled(event))
            call(prompt, step, task, spendable: event.spendableMicrodollars, in: &turn)
        case .read(let work):
            let prompt = Prompt.reading(work)
            turn.accept(.contextAssembled(event))
            call(prompt, step, task, spendable: nil, in: &turn)
        case .effect(let work):
            assembleEffect(step, work, task, event, definitions, in: &turn)
        case .review: throw .noSuchTask(event.task)
        }
    }

    /// Requests the call, unless it could go beyond the budget of the job, of the day or of the month.
    private func call(
        _ prompt: Prompt, _ step: StepDefinition, _ task: TaskState, spendable: UInt64?, in turn: inout Turn<Self>
    ) {
        let limit = turn.state.limits.costMicrodollars
        let leftOfJob = limit > 0 ? limit - min(limit, turn.state.spentMicrodollars) : nil
        if let left = [leftOfJob, spendable].compactMap(\.self).min(), prompt.reservedMicrodollars > left {
            let detail = "the call may cost \(prompt.reservedMicrodollars) microdollars, and \(left) are left"
            return fallBack(step, task, because: .budget, detail: detail, in: &turn)
        }
        for piece in prompt.contents { _ = turn.attach(piece) }
        turn.emit(
            .callRequested(
                CallRequested(
                    task: task.version, request: prompt.request.digest, pieces: prompt.pieces,
                    provider: prompt.provider, model: prompt.modelName, maxOutputTokens: prompt.outputTokensMax,
                    timeoutMs: prompt.timeoutMs, reservedMicrodollars: prompt.reservedMicrodollars,
                    reconcile: prompt.reconcile, tokens: tokenEstimate(ofBytes: prompt.request.clear.count))))
    }

    func end(_ event: CallEnded, in turn: inout Turn<Self>) throws(JobRejection) {
        let definitions = try requireDefinitions(turn.state)
        guard turn.state.phase == .running, let index = turn.state.stepIndex(ofCall: event.call),
            let task = turn.state.steps[index].task, let step = definitions.step(turn.state.steps[index].id)
        else { throw .noSuchCall(event.call) }
        switch event.outcome {
        case .completed(let completed):
            guard let response = artifacts.bytes(completed.response) else {
                throw .missingArtifact(completed.response)
            }
            turn.accept(.callEnded(event))
            do throws(ShapeError) {
                let output = try Self.output(of: step, from: response, definitions)
                let kept = attach(output.bytes, madeOf: [completed.response], in: &turn)
                complete(step, task, output: kept, confidence: output.confidence, in: &turn)
            } catch {
                retryOrFallBack(step, task, after: .malformed, retryAfterMs: nil, detail: error.description, in: &turn)
            }
        case .failed(let failed):
            turn.accept(.callEnded(event))
            retryOrFallBack(
                step, task, after: failed.error, retryAfterMs: failed.retryAfterMs, detail: failed.detail, in: &turn)
        case .unresolved:
            turn.accept(.callEnded(event))
            resolve(step, task, in: &turn)
        }
    }

    /// The answer as this step's output: a JSON object of the agent's shape, in canonical form.
    static func output(
        of step: StepDefinition, from response: [UInt8], _ definitions: PinnedDefinitions
    ) throws(ShapeError) -> (bytes: [UInt8], confidence: UInt32?) {
        switch step.work {
        case .agent(let work):
            guard let agent = definitions.agent(work.agent) else { throw ShapeError("no agent \(work.agent)") }
            let value = try agent.output.canonical(JSON(answer: response))
            return (value.bytes, value["confidence"].flatMap(\.millionths))
        case .read:
            let value: JSON
            do throws(JSONError) {
                value = try JSON(parsing: response)
            } catch {
                throw ShapeError("not JSON: \(error)")
            }
            return (value.bytes, nil)
        case .review, .effect: throw ShapeError("this step makes no call")
        }
    }

    func complete(
        _ step: StepDefinition, _ task: TaskState, output: Digest, confidence: UInt32?, in turn: inout Turn<Self>
    ) {
        turn.emit(
            .taskCompleted(
                TaskCompleted(
                    task: task.version, step: step.id, output: output, confidenceMillionths: confidence,
                    inputs: task.inputs, context: task.context)))
        advance(in: &turn)
    }

    /// Nobody knows how the call ended: the process died while it ran.
    private func resolve(_ step: StepDefinition, _ task: TaskState, in turn: inout Turn<Self>) {
        if task.reconcile == .unsafe {
            let subject = ApprovalSubject(draft: task.with)
            ask(
                step.id, kind: .unknown, about: task.version, subject: subject,
                allowed: [.approve, .takeOver, .reject], consequences: .nobody, in: &turn)
        } else if task.crashes < Self.crashesMax {
            request(step, why: .retry, rung: task.rung, attempt: task.attempt, in: &turn)
        } else {
            fallBack(step, task, detail: "a process died during this call \(task.crashes) times", in: &turn)
        }
    }
}

// MARK: - When it fails
extension JobDecider {
    private func retryOrFallBack(
        _ step: StepDefinition, _ task: TaskState, after error: CallError, retryAfterMs: UInt64?, detail: String,
        in turn: inout Turn<Self>
    ) {
        let policy = step.retry
        var attemptsMax = max(1, policy.attempts)
        if turn.state.limits.attempts > 0 { attemptsMax = min(attemptsMax, turn.state.limits.attempts) }
        guard error.isWorthRetrying, task.attempt < attemptsMax else {
            return fallBack(step, task, detail: detail, in: &turn)
        }
        let wait = backoff(policy, after: task.attempt, retryAfterMs: retryAfterMs, in: turn.state)
        request(
            step, why: .retry, rung: task.rung, attempt: task.attempt + 1, notBefore: turn.time + wait, in: &turn)
    }

    /// The next rung of the ladder, or the end of it.
    func fallBack(
        _ step: StepDefinition, _ task: TaskState, because reason: FailureReason = .exhausted, detail: String,
        in turn: inout Turn<Self>
    ) {
        if let work = step.agentWork, Int(task.rung) + 1 < work.ladder.count {
            request(step, why: .fallback, rung: task.rung + 1, attempt: 1, in: &turn)
        } else {
            fail(step.id, task: task.version, reason: reason, detail: detail, in: &turn)
        }
    }

    /// In microseconds: doubling from the policy's, at least what the server asks for, and up to a quarter of jitter.
    func backoff(_ policy: RetryPolicy, after attempt: UInt32, retryAfterMs: UInt64?, in state: JobState) -> Timestamp {
        let doubled = policy.backoffMs << UInt64(min(attempt, 16) - 1)
        let base = Timestamp(min(max(doubled, retryAfterMs ?? 0), UInt64(Self.backoffMax / 1_000))) * 1_000
        let jitter = Timestamp(draw(state.seed, state.draws) % UInt64(base / 4 + 1))
        return min(base + jitter, Self.backoffMax)
    }
}

extension CallError {
    /// Whether the same call may succeed later (RFC 9110 §15; both official model SDKs).
    var isWorthRetrying: Bool {
        switch self {
        case .rateLimit, .timeout, .server, .unreachable, .malformed, .tooLarge, .exit: true
        case .refused, .budget, .disabled, .missing: false
        }
    }
}

extension StepDefinition {
    var retry: RetryPolicy {
        switch work {
        case .agent(let work): work.retry
        case .read(let work): work.retry
        case .effect(let work): work.retry
        case .review: RetryPolicy(attempts: 1, backoffMs: 0)
        }
    }
}

/// Tokens of a text, estimated: four bytes each. Exact counts are the provider's, and arrive with the usage.
public func tokenEstimate(ofBytes count: Int) -> UInt32 { UInt32(clamping: (count + 3) / 4) }
