import EventSourcing
import Events
import Jobs
import Wire

/// One attempt of a step: who was asked, what it saw, what it made, what that cost, and what followed.
struct CallAudit {
    let audit: StepAudit
    let item: JobHistory.Item
    let task: TaskRequested
    let context: JobHistory.Item?
    let call: JobHistory.Item?
    let ended: JobHistory.Item?
    /// TaskCompleted or TaskFailed of this task.
    let result: JobHistory.Item?
    /// The next attempt, if this one was not the last.
    let next: JobHistory.Item?
    let definitions: PinnedDefinitions?

    /// - Parameter item: of a TaskRequested.
    init?(_ item: JobHistory.Item, in audit: StepAudit) {
        guard let task = item.task else { return nil }
        let later = audit.history.items.dropFirst(Int(item.version))
        self.audit = audit
        self.item = item
        self.task = task
        context = later.first { $0.context?.task == item.version }
        let call = later.first { $0.call?.task == item.version }
        self.call = call
        ended = call.flatMap { call in later.first { $0.ended?.call == call.version } }
        result = later.first { $0.completed?.task == item.version || $0.failed?.task == item.version }
        next = later.first { $0.task?.step == task.step }
        definitions = audit.definitions(at: item)
    }

    var step: StepDefinition? { definitions?.step(task.step) }
    var agent: AgentDefinition? { step?.agentWork.flatMap { definitions?.agent($0.agent) } }
    var model: ModelDefinition? { definitions?.model(task.executor) }

    /// Attempts that one choice of the ladder has.
    var attemptsMax: UInt32 {
        let policy = step?.agentWork?.retry.attempts ?? step?.readWork?.retry.attempts ?? 1
        let limit = audit.history.queued?.limits.attempts ?? 0
        return limit > 0 ? min(max(1, policy), limit) : max(1, policy)
    }

    /// The choices of the step's ladder.
    var ladder: [String] { step?.agentWork?.ladder ?? [task.executor] }

    /// The host that was asked; nil for what stays in this process or on this machine's own executables.
    var host: String? {
        guard case .chat(let chat)? = model?.kind, let start = chat.url.firstRange(of: "://") else { return nil }
        return String(chat.url[start.upperBound...].prefix { $0 != "/" })
    }

    /// Whether the executor makes calls of its own that Daybook does not see.
    var isOpaque: Bool { call?.call?.provider == .command }

    /// The last event of this attempt.
    var last: JobHistory.Item {
        [item, context, call, ended, result].compactMap(\.self).max { $0.version < $1.version } ?? item
    }

    var page: AuditPage {
        let latency = ended?.ended.map { ", \(Format.duration($0.latencyUs))" } ?? ""
        let heading = AuditPage.heading(
            audit.name, note: "attempt \(task.attempt) of \(attemptsMax)", item, last,
            time: Format.time((call ?? item).record.time) + latency)
        var sections = [AuditPage.Section("Asked", asked)]
        if let saw { sections.append(saw) }
        sections.append(.init("Made", made))
        if let cost { sections.append(.init("Cost", cost)) }
        let then = consequences.map(\.words)
        if !then.isEmpty { sections.append(.init("Then", then)) }
        sections.append(.init("Seal", seal))
        return AuditPage(heading: heading, sections: sections, json: json)
    }
}

// MARK: - Asked
extension CallAudit {
    private var asked: String {
        guard let agent, let work = step?.agentWork else {
            let sources = step?.readWork?.sources.count ?? 0
            return "the reader, for \(Format.plural(sources, "source")) of the flow: no agent and no model"
        }
        let digest = definitions?.digest(ofAgent: agent.name)?.short ?? ""
        let who = task.executor == "person" ? "you, instead of \(agent.name)" : "\(agent.name) \(digest) on \(executor)"
        return "\(who), \(choice(work.ladder))"
    }

    private var executor: String {
        switch model?.kind {
        case .chat(let chat): return "\(chat.model), \(host ?? chat.url)"
        case .command(let command): return "the command \(command.arguments.joined(separator: " ").cut(48))"
        case .heuristic, nil: return "the built-in heuristic (no model was used)"
        }
    }

    private func choice(_ ladder: [String]) -> String {
        if task.rung > 0 { return "choice \(task.rung + 1) of \(ladder.count), for those before failed" }
        switch task.why {
        case .retry: return "again, for the attempt before failed"
        case .redo: return "anew, as it was asked for"
        case .first, .fallback, .prepare: return ladder.count > 1 ? "first of \(ladder.count) choices" : "no fallback"
        }
    }

    private var seal: String {
        if isOpaque { return "open: this program made its own calls; Daybook saw what went in and out" }
        if call == nil { return "complete: no call was made" }
        return ended == nil
            ? "open: this call has not ended" : "complete: this call is in the ledger, from its request to its end"
    }
}

// MARK: - Made and cost
extension CallAudit {
    private var made: String {
        if let done = result?.completed {
            let author = model?.isHeuristic ?? true ? "heuristic" : "model"
            let claim = done.confidenceMillionths.map {
                ", confidence \(Format.hundredths($0)) (the \(author)'s own claim)"
            }
            return "\(audit.step) \(done.output.short)\(audit.summary(done.output))\(claim ?? "")"
        }
        guard let outcome = ended?.ended?.outcome else {
            if call != nil { return "nothing yet: the call has not ended" }
            return task.executor == "person" ? "nothing: you were asked to make it" : "nothing: no call was made"
        }
        switch outcome {
        case .completed(let done): return "an answer \(done.response.short) that is not of the agreed shape\(reason)"
        case .failed(let failed):
            let evidence = failed.evidence.map { "; what came back: \($0.short)" } ?? ""
            return "nothing: \(failed.detail) (\(failed.error.words))\(evidence)"
        case .unresolved: return "nobody knows: the process died while the call ran"
        }
    }

    private var reason: String { result?.failed.map { ": \($0.detail)" } ?? "" }

    private var cost: String? {
        guard let outcome = ended?.ended?.outcome, let provider = call?.call?.provider else { return nil }
        let spent: UInt64
        var usage: Usage?
        switch outcome {
        case .completed(let done):
            spent = done.costMicrodollars
            usage = done.usage
            if let cached = done.cachedFrom { return "nothing: answered from what \(cached.short) was answered before" }
        case .failed(let failed): spent = failed.costMicrodollars
        case .unresolved: return "unknown; \(Format.money(call?.call?.reservedMicrodollars ?? 0)) had been reserved"
        }
        switch provider {
        case .heuristic: return "nothing: no model was used"
        case .read: return "nothing: files and feeds"
        case .command: return "\(Format.money(spent)), as the command said itself"
        case .chat:
            guard let usage, case .chat(let chat)? = model?.kind else { return Format.money(spent) }
            let cached = usage.cachedTokens > 0 ? " (\(Format.count(usage.cachedTokens)) cached)" : ""
            let tokens = "\(Format.count(usage.inputTokens)) in\(cached) + \(Format.count(usage.outputTokens)) out"
            let prices = "\(Format.money(chat.inputMicrodollars)) in and \(Format.money(chat.outputMicrodollars)) out"
            return "\(tokens) = \(Format.money(spent)), at \(prices) a million tokens"
        }
    }
}

extension ModelDefinition {
    var isHeuristic: Bool { kind == .heuristic }
}

extension CallError {
    /// In words for people.
    var words: String {
        switch self {
        case .rateLimit: "too many requests"
        case .timeout: "no answer in time"
        case .server: "the server failed"
        case .unreachable: "nobody answered"
        case .refused: "refused"
        case .malformed: "not understood"
        case .tooLarge: "too large"
        case .budget: "no budget left"
        case .disabled: "switched off"
        case .exit: "the command failed"
        case .missing: "not there"
        }
    }
}
