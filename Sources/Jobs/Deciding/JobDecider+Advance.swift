import EventSourcing
import Events
public import Wire

// MARK: - What can begin now
extension JobDecider {
    /// Begins every step whose needs are done, and ends the job when all are.
    func advance(in turn: inout Turn<Self>) {
        guard turn.state.phase == .running, !turn.state.isPaused, let definitions = turn.state.definitions else {
            return
        }
        for step in definitions.flow.steps {
            guard turn.state.phase == .running, turn.state.step(step.id)?.status == .idle,
                needs(of: step, in: definitions).allSatisfy({ turn.state.step($0)?.status == .done })
            else { continue }
            begin(step, why: .first, in: &turn)
        }
        guard turn.state.phase == .running, turn.state.steps.allSatisfy({ $0.status == .done }) else { return }
        turn.emit(.jobCompleted(JobCompleted(output: turn.state.steps.last?.output?.digest)))
    }

    /// What must be done before: for a review that shows an effect also what else the effect needs.
    private func needs(of step: StepDefinition, in definitions: PinnedDefinitions) -> [String] {
        guard let shown = step.reviewWork.flatMap({ definitions.step($0.shows) }) else { return step.needs }
        return step.needs + shown.needs.filter { $0 != step.id }
    }

    func begin(_ step: StepDefinition, why: TaskReason, in turn: inout Turn<Self>) {
        switch step.work {
        case .agent, .read: request(step, why: why, rung: 0, attempt: 1, in: &turn)
        case .review(let review):
            if review.shows.isEmpty {
                askForReview(step, review, in: &turn)
            } else if let shown = turn.state.definitions?.step(review.shows) {
                // The exact bytes are made first, so that one yes binds the draft and the bytes.
                request(shown, why: .prepare, rung: 0, attempt: 1, in: &turn)
            }
        case .effect: request(step, why: why, rung: 0, attempt: 1, in: &turn)
        }
    }

    /// Asks for a task of this step, on a rung of its ladder.
    func request(
        _ step: StepDefinition, why: TaskReason, rung: UInt32, attempt: UInt32, notBefore: Timestamp = 0,
        in turn: inout Turn<Self>
    ) {
        let executor: String
        let bindings: [Binding]
        switch step.work {
        case .agent(let work):
            executor = work.ladder[Int(rung)]
            bindings = work.with
        case .read:
            executor = "read"
            bindings = []
        case .effect(let work):
            executor = work.connector
            bindings = []
        case .review: return
        }
        do throws(ExpressionError) {
            let with = try evaluate(bindings, in: turn)
            let sources = bindings.isEmpty ? [] : Self.sources(of: turn.state)
            let task = turn.emit(
                .taskRequested(
                    TaskRequested(
                        step: step.id, item: "", attempt: attempt, rung: rung, why: why, executor: executor,
                        inputs: inputs(of: step, in: turn.state), with: attach(with.bytes, madeOf: sources, in: &turn),
                        notBeforeUs: notBefore)))
            if executor == "person" { askForHandover(step, task: task, in: &turn) }
        } catch {
            fail(step.id, task: 0, reason: .expression, detail: error.message, in: &turn)
        }
    }

    /// The values that a step's `with` has now.
    private func evaluate(_ bindings: [Binding], in turn: borrowing Turn<Self>) throws(ExpressionError) -> JSON {
        let scope = scope(in: turn)
        var fields: [JSON.Field] = []
        for binding in bindings {
            switch binding.value {
            case .template(let text):
                fields.append(JSON.Field(binding.name, try ExpressionTemplate(parsing: text).evaluate(in: scope)))
            case .json(let text):
                fields.append(JSON.Field(binding.name, (try? JSON(parsing: text)) ?? .string(text)))
            }
        }
        return .object(fields)
    }

    /// What expressions see: the job's inputs and the outputs of the steps that are done.
    ///
    /// - Parameter assuming: a step whose output is to be taken for granted, such as a draft under review.
    func scope(in turn: borrowing Turn<Self>, assuming: (step: String, output: JSON)? = nil) -> JSON {
        var outputs: [Digest: JSON] = [:]
        for digest in turn.state.steps.compactMap(\.output?.digest) { outputs[digest] = json(digest, in: turn) }
        return Self.scope(
            of: turn.state, inputs: turn.state.inputs.flatMap { json($0, in: turn) }, assuming: assuming
        ) { outputs[$0] }
    }

    /// What expressions see, outside a turn.
    public func scope(of state: JobState) -> JSON {
        func read(_ digest: Digest) -> JSON? { artifacts.bytes(digest).flatMap { try? JSON(parsing: $0) } }
        return Self.scope(of: state, inputs: state.inputs.flatMap(read), assuming: nil, read)
    }

    /// The contents that expressions see: the job's inputs and every output.
    public static func sources(of state: JobState) -> [Digest] {
        [state.inputs].compactMap(\.self) + state.steps.compactMap(\.output?.digest)
    }

    private static func scope(
        of state: JobState, inputs: JSON?, assuming: (step: String, output: JSON)?, _ read: (Digest) -> JSON?
    ) -> JSON {
        var outputs: [JSON.Field] = []
        for step in state.steps {
            if let assuming, assuming.step == step.id {
                outputs.append(JSON.Field(step.id, assuming.output))
            } else if let output = step.output, let value = read(output.digest) {
                outputs.append(JSON.Field(step.id, value))
            }
        }
        return .fields(("inputs", inputs ?? .object([])), ("steps", .object(outputs)))
    }

    /// The outputs that a step needs, each with the event that produced it.
    private func inputs(of step: StepDefinition, in state: JobState) -> [InputRef] {
        step.needs.compactMap { need in
            state.step(need)?.output.map { InputRef(stream: "", version: $0.version, digest: $0.digest) }
        }
    }

    /// Gives up a step, and with it the job. A person can ask for another try.
    func fail(
        _ step: String, task: StreamVersion, reason: FailureReason, detail: String, in turn: inout Turn<Self>
    ) {
        turn.emit(.taskFailed(TaskFailed(task: task, step: step, reason: reason, detail: detail)))
        withdrawApprovals(because: .cancelled, in: &turn) { _ in true }
        turn.emit(.jobFailed(JobFailed(reason: reason, step: step, detail: detail)))
    }

    func withdrawApprovals(
        because reason: WithdrawnReason, in turn: inout Turn<Self>, where matches: (ApprovalState) -> Bool
    ) {
        for approval in turn.state.approvals where matches(approval) {
            turn.emit(.approvalWithdrawn(ApprovalWithdrawn(approval: approval.version, reason: reason)))
        }
    }
}
