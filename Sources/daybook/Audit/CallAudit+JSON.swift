import EventSourcing
import Events
import Jobs
import Wire

extension CallAudit {
    /// As `daybook audit --json` documents it.
    var json: JSON {
        var usage: Usage?
        var spent: UInt64 = 0
        let outcome: String
        switch ended?.ended?.outcome {
        case .completed(let done): (outcome, usage, spent) = ("completed", done.usage, done.costMicrodollars)
        case .failed(let failed): (outcome, spent) = (failed.error.words, failed.costMicrodollars)
        case .unresolved: outcome = "unresolved"
        case nil: outcome = call == nil ? "none" : "open"
        }
        func digest(_ digest: Digest?) -> JSON { digest.map { .string($0.description) } ?? .null }
        return .fields(
            ("kind", "call"), ("job", .string(audit.job)), ("step", .string(task.step)),
            ("task", .number(item.version)),
            ("attempt", .number(task.attempt)), ("attempts", .number(attemptsMax)), ("rung", .number(task.rung)),
            ("rungs", .number(ladder.count)), ("executor", .string(task.executor)),
            ("agent", agent.map { .string($0.name) } ?? .null),
            ("agent_digest", digest(agent.flatMap { definitions?.digest(ofAgent: $0.name) })),
            ("model", .string(call?.call?.model ?? "")), ("host", host.map { .string($0) } ?? .null),
            ("first_position", .number(item.position)), ("last_position", .number(last.position)),
            ("time", .string(Format.iso((call ?? item).record.time))),
            ("latency_us", .number(ended?.ended?.latencyUs ?? 0)), ("request", digest(call?.call?.request)),
            ("tokens", .number(call?.call?.tokens ?? 0)), ("pieces", .array((call?.call?.pieces ?? []).map(json))),
            ("context", context?.context.map(json) ?? .null), ("outcome", .string(outcome)),
            ("output", digest(result?.completed?.output)),
            ("confidence_millionths", result?.completed?.confidenceMillionths.map { .number($0) } ?? .null),
            ("input_tokens", .number(usage?.inputTokens ?? 0)), ("output_tokens", .number(usage?.outputTokens ?? 0)),
            ("cost_microdollars", .number(spent)), ("then", .array(consequences.map(\.json))),
            ("seal", isOpaque || (call != nil && ended == nil) ? "open" : "complete"))
    }

    private func json(_ piece: Piece) -> JSON {
        .fields(
            ("kind", .string(piece.kind.name)), ("label", .string(piece.label)),
            ("digest", .string(piece.content.description)), ("tokens", .number(piece.tokens)))
    }

    private func json(_ context: ContextAssembled) -> JSON {
        let items = context.items.map { item -> JSON in
            .fields(
                ("label", .string(item.label)), ("source", .string(item.source.label)),
                ("digest", .string(item.content.description)), ("rank", .number(item.rank)),
                ("score_millionths", .number(item.scoreMillionths)), ("tokens", .number(item.tokens)),
                ("why", .string("\(item.why)")), ("bm25_millionths", item.wordsMillionths.map { .number($0) } ?? .null),
                ("cosine_millionths", item.cosineMillionths.map { .number($0) } ?? .null),
                ("summary", item.derived.map { .string("\($0.stream)@\($0.version)") } ?? .null))
        }
        let cut = context.cut.map { cut -> JSON in
            .fields(
                ("label", .string(cut.label)), ("source", .string(cut.source.label)),
                ("score_millionths", .number(cut.scoreMillionths)), ("tokens", .number(cut.tokens)),
                ("reason", .string("\(cut.reason)")))
        }
        return .fields(
            ("as_of", .number(context.asOf)), ("method", .string("\(context.method)")),
            ("embedder", context.embedder.map { .string($0) } ?? .null),
            ("omission", context.omission.map { .string("\($0)") } ?? .null),
            ("budget_tokens", .number(context.budgetTokens)), ("items", .array(items)), ("cut", .array(cut)),
            ("cut_total", .number(context.cutTotal ?? UInt32(clamping: context.cut.count))))
    }
}

extension PieceKind {
    /// As `--json` prints it.
    fileprivate var name: String {
        switch self {
        case .instructions: "instructions"
        case .input: "input"
        case .knowledge: "knowledge"
        case .note: "note"
        case .outputShape: "output_shape"
        }
    }
}
