import Coordinator
import EventSourcing
import Events
import Jobs
import Sealing
import Synchronization
import Wire

/// Prints a line for each step of a job while it is driven.
final class ProgressPrinter: DriveObserver {
    private let artifacts: ArtifactShelf
    /// Off for `--json`.
    private let isOn: Bool
    private let showsJob: Bool
    private let open = Mutex<[String: Running]>([:])

    /// A step that is being worked on: what its calls have cost so far.
    private struct Running {
        var microdollars: UInt64 = 0
        var microseconds: UInt64 = 0
        var executor = ""
        var receipts: [Digest] = []
    }

    init(_ artifacts: ArtifactShelf, isOn: Bool, showsJob: Bool = false) {
        self.artifacts = artifacts
        self.isOn = isOn
        self.showsJob = showsJob
    }

    func calling(_ job: String, step: String, executor: String, model: String) {
        update(job, step) { $0.executor = model.isEmpty ? executor : model }
    }

    func waiting(_ job: String, until time: Timestamp) {
        line(job, "..", "", "waits until \(Format.time(time))")
    }

    func turned(_ job: String, _ turn: StreamSession<JobDecider>.Taken, state: JobState) {
        switch turn.observation {
        case .callEnded(let event): account(job, event, state, turn.decisions)
        case .effectEnded(let event): account(job, event, state)
        case .approvalDecided(let event): decided(job, event, turn, state)
        default: break
        }
        for decision in turn.decisions { show(job, decision, turn, state) }
    }

    // MARK: - Accounts

    private func account(_ job: String, _ event: CallEnded, _ state: JobState, _ decisions: [JobDecision]) {
        let step = state.steps.first { step in decisions.contains { $0.step == step.id } }?.id
        guard let step else { return }
        update(job, step) { running in
            running.microseconds += event.latencyUs
            switch event.outcome {
            case .completed(let completed): running.microdollars += completed.costMicrodollars
            case .failed(let failed): running.microdollars += failed.costMicrodollars
            case .unresolved: break
            }
        }
    }

    private func account(_ job: String, _ event: EffectEnded, _ state: JobState) {
        switch event.outcome {
        case .succeeded(let done):
            let effect = state.effects.last { !$0.isVoid && $0.isApproved }
            update(job, effect?.step ?? "") { $0.receipts.append(done.receipt) }
        case .failed(let failed): line(job, "..", "", "a delivery failed: \(failed.detail)")
        case .unknown(let unknown): line(job, "??", "", "nobody knows whether it was delivered: \(unknown.detail)")
        }
    }

    private func update(_ job: String, _ step: String, _ change: (inout Running) -> Void) {
        open.withLock { change(&$0["\(job).\(step)", default: Running()]) }
    }

    private func finish(_ job: String, _ step: String) -> Running {
        open.withLock { $0.removeValue(forKey: "\(job).\(step)") } ?? Running()
    }

    // MARK: - Lines

    private func show(
        _ job: String, _ decision: JobDecision, _ turn: StreamSession<JobDecider>.Taken, _ state: JobState
    ) {
        switch decision {
        case .taskRequested(let task):
            switch task.why {
            case .retry where task.notBeforeUs > 0:
                line(
                    job, "..", task.step,
                    "attempt \(task.attempt) not before \(Format.time(task.notBeforeUs))\(reason(turn))")
            case .retry: line(job, "..", task.step, "again\(reason(turn))")
            case .fallback: line(job, "->", task.step, "falls back to \(task.executor)\(reason(turn))")
            case .redo: line(job, "..", task.step, "anew")
            case .first, .prepare: break
            }
        case .taskCompleted(let done) where done.task > 0:
            // The output is not written yet: it is among what the turn attached.
            let output = turn.artifacts.first { Digest.of($0) == done.output }.flatMap { artifacts.keyring.open($0) }
            completed(job, done, output: output.flatMap { try? JSON(parsing: $0) } ?? .null, state)
        case .taskFailed(let failed): line(job, "!!", failed.step, "failed: \(failed.detail.printable)")
        case .approvalRequested(let asked):
            let until = asked.expiresUs > 0 ? ", expires \(Format.moment(asked.expiresUs))" : ""
            line(job, "||", asked.step, who("you") + "\(asked.kind.question)\(until)")
        case .approvalWithdrawn(let withdrawn):
            if withdrawn.reason == .inputReverted { line(job, "..", "", "a question to you was withdrawn") }
        case .approvalExpired: line(job, "!!", "", "nobody decided in time")
        default: break
        }
    }

    private func completed(_ job: String, _ done: TaskCompleted, output: JSON, _ state: JobState) {
        let running = finish(job, done.step)
        let agent = state.definitions?.step(done.step)?.agentWork?.agent
        if state.effect(ofStep: done.step) != nil {
            let receipt = running.receipts.first.flatMap { artifacts.bytes($0) }
                .map { String(decoding: $0, as: UTF8.self).printable }
            let others = running.receipts.count > 1 ? " and \(running.receipts.count - 1) more" : ""
            let failures = output["failed"]?.integer ?? 0
            let words =
                receipt.map { $0 + others }
                ?? Format.plural(output["delivered"]?.integer ?? 0, "delivery", "deliveries")
            return line(job, "ok", done.step, words + (failures > 0 ? ", \(failures) failed" : ""))
        }
        line(
            job, "ok", done.step,
            who(agent ?? "") + running.executor.cut(22).column(23)
                + Format.duration(running.microseconds).column(9) + Format.money(running.microdollars).column(9)
                + OutputSummary.text(output))
    }

    private func decided(
        _ job: String, _ event: ApprovalDecided, _ turn: StreamSession<JobDecider>.Taken, _ state: JobState
    ) {
        let step = turn.decisions.compactMap { decision -> TaskCompleted? in
            if case .taskCompleted(let done) = decision, done.task == 0 { done } else { nil }
        }.first
        guard let step else { return }
        var words = "\(event.verdict.past) \(step.output.short)"
        if case .edit(let edit) = event.verdict {
            words += ", edit distance \(Format.hundredths(edit.distanceMillionths))"
        }
        line(job, "ok", step.step, who("you") + words)
    }

    private func reason(_ turn: StreamSession<JobDecider>.Taken) -> String {
        guard case .callEnded(let event) = turn.observation else { return "" }
        switch event.outcome {
        case .failed(let failed): return ": \(failed.detail.printable)"
        case .completed: return ": the answer was not of the agreed shape"
        case .unresolved: return ": the process before died during the call"
        }
    }

    private func who(_ name: String) -> String { name.column(12) }

    /// Public so that `review` can announce what a person did through the same column layout.
    func line(_ job: String, _ mark: String, _ step: String, _ words: String) {
        guard isOn else { return }
        let style: Style =
            switch mark {
            case "ok": .green
            case "!!", "??": .red
            default: .yellow
            }
        let place = showsJob ? "\(job).\(step)".column(26) : step.column(10)
        Terminal.line("  \(style(mark))  \(place) \(words)")
    }
}

extension JobDecision {
    /// The step it is about; nil if it is about none.
    var step: String? {
        switch self {
        case .taskRequested(let event): event.step
        case .taskCompleted(let event): event.step
        case .taskFailed(let event): event.step
        default: nil
        }
    }
}

extension ApprovalKind {
    /// What is asked of a person.
    var question: String {
        switch self {
        case .review: "waiting for your review"
        case .effect: "waiting for your yes"
        case .handover: "waiting for you to do it"
        case .unknown: "waiting: nobody knows how it ended"
        }
    }
}

extension ApprovalDecided.Verdict {
    var past: String {
        switch self {
        case .approve: "approved"
        case .edit: "edited and approved"
        case .reject: "rejected"
        case .respond: "answered"
        case .takeOver: "made"
        }
    }
}
