import EventSourcing
import Events
import Jobs
import Wire

// MARK: - What went into the request
extension CallAudit {
    /// Nil if there was no request.
    var saw: AuditPage.Section? {
        guard let call = call?.call else { return nil }
        let tokens = call.tokens > 0 ? "about \(Format.plural(call.tokens, "token")), " : ""
        let request = call.request.short
        var lines = ["\(tokens)sha256 \(request)       daybook show \(request)  (every byte)"]
        if let work = step?.readWork { lines += work.sources.map { "    \($0.words)" } }
        for piece in call.pieces where piece.kind != .knowledge { lines.append(line(piece)) }
        // Knowledge stands behind the inputs and before the notes, as in the request.
        let place = lines.count - call.pieces.reversed().prefix { $0.kind == .note || $0.kind == .outputShape }.count
        lines.insert(contentsOf: knowledge, at: place)
        return AuditPage.Section("Saw", lines + cut)
    }

    private func line(_ piece: Piece) -> String {
        switch piece.kind {
        case .instructions: row(piece.tokens, "instructions", "\(piece.label) \(piece.content.short)")
        case .input: row(piece.tokens, piece.label, origin(of: piece))
        case .note: row(piece.tokens, "note", "from you  \(piece.content.short)")
        case .outputShape: row(piece.tokens, "answer", "the shape that was asked for  \(piece.content.short)")
        case .knowledge: row(piece.tokens, piece.label, piece.content.short)
        }
    }

    private func row(_ tokens: some BinaryInteger, _ kind: String, _ words: String) -> String {
        "\(Format.count(tokens).rightColumn(6))  \(kind.column(13)) \(words)"
    }

    /// `newsletter-2.plan 77aa12d0, 3 questions`, or the expression that took a part of something.
    func origin(of piece: Piece) -> String {
        if let input = task.inputs.first(where: { $0.digest == piece.content }),
            let source = audit.history.item(input.version), let step = source.step
        {
            let name = source.adopted.map { "\($0.sourceJob).\(step)" } ?? "\(audit.job).\(step)"
            return "\(name) \(piece.content.short)\(audit.summary(piece.content))"
        }
        let binding = step?.agentWork?.with.first { $0.name == piece.label }
        guard case .template(let text)? = binding?.value else { return piece.content.short }
        return "\(text.replacing("\n", with: " ").cut(44))  \(piece.content.short)"
    }

    // MARK: - Knowledge and figures

    private var knowledge: [String] {
        guard let context = context?.context else { return [] }
        var labels: [String] = []
        for item in context.items where !labels.contains(item.label) { labels.append(item.label) }
        return labels.flatMap { label -> [String] in
            let items = context.items.filter { $0.label == label }
            let tokens = items.reduce(0) { $0 + Int($1.tokens) }
            return [row(tokens, label, "\(Self.counted(items)), as of @\(context.asOf)")]
                + items.map { item in
                    Self.found(String(item.rank), item.scoreMillionths, item.source, item.tokens, item.reason)
                }
        }
    }

    /// `1  0.83  issue-041@1 2/4    402  similar: BM25 6.20, cosine 0.55`
    private static func found(
        _ rank: String, _ score: Int64, _ source: ContextItem.Source, _ tokens: UInt32, _ why: String
    ) -> String {
        let score = score == 0 ? "-" : Format.hundredths(score)
        let name = source.label.cut(30).column(30)
        return "          \(rank.rightColumn(2)) \(score.rightColumn(6))  \(name) "
            + "\(Format.count(tokens).rightColumn(5))  \(why)"
    }

    /// `4 chunks of 3 entries`, `8 figures`, `2 exchanges`, `1 file`.
    private static func counted(_ items: [ContextItem]) -> String {
        var entries: Set<String> = []
        var (chunks, figures, exchanges, tries, others) = (0, 0, 0, 0, 0)
        for item in items {
            switch item.source {
            case .knowledge(let source):
                chunks += 1
                entries.insert(source.entry)
            case .view where item.label == SessionLabel.tries: tries += 1
            case .view where item.why == .session: exchanges += 1
            case .view: figures += 1
            case .file, .delivered: others += 1
            }
        }
        return [
            chunks > 0
                ? "\(Format.plural(chunks, "chunk")) of \(Format.plural(entries.count, "entry", "entries"))" : "",
            figures > 0 ? Format.plural(figures, "figure") : "",
            exchanges > 0 ? Format.plural(exchanges, "exchange") : "", tries > 0 ? Format.plural(tries, "job") : "",
            others > 0 ? Format.plural(others, "file") : "",
        ].filter { !$0.isEmpty }.joined(separator: ", ")
    }

    private var cut: [String] {
        guard let context = context?.context, !context.cut.isEmpty else { return [] }
        let reasons = [
            Self.reasons(context.cut.filter { $0.view == nil }, "chunk", budget: context.budgetTokens),
            Self.reasons(context.cut.filter { $0.view != nil }, "exchange", budget: context.session?.tokens ?? 0),
        ].filter { !$0.isEmpty }.joined(separator: ", ")
        let unnamed = Int(context.cutTotal ?? 0) - context.cut.count
        let others = unnamed > 0 ? ", and \(Format.count(unnamed)) more" : ""
        guard audit.showsCut else { return ["Cut: \(reasons)\(others)     --cut shows them"] }
        return ["Cut: \(reasons)\(others)"]
            + context.cut.map { cut in
                Self.found("", cut.scoreMillionths, cut.source, cut.tokens, cut.reason.words)
            }
    }

    /// `2 chunks over the 800-token budget, 1 chunk beyond the number asked for`.
    private static func reasons(_ cut: [CutItem], _ what: String, budget: UInt32) -> String {
        func words(_ reason: CutReason, _ why: String) -> String? {
            let count = cut.count { $0.reason == reason }
            return count > 0 ? "\(Format.plural(count, what)) \(why)" : nil
        }
        return [
            words(.budget, "over the \(Format.count(budget))-token budget"),
            words(.count, "beyond the number asked for"), words(.unlike, "too unlike what was asked"),
            words(.takenBack, "resting on knowledge taken back since"),
        ].compactMap(\.self).joined(separator: ", ")
    }
}

extension CutItem {
    /// Where it is from.
    var source: ContextItem.Source { view.map { .view($0) } ?? .knowledge(knowledge) }
}

extension ContextItem {
    /// Why it was shown, with what made its score.
    fileprivate var reason: String {
        let scores = [
            wordsMillionths.map { "BM25 \(Format.hundredths($0))" },
            cosineMillionths.map { "cosine \(Format.hundredths($0))" },
        ].compactMap(\.self)
        return scores.isEmpty ? "\(why)" : "\(why): \(scores.joined(separator: ", "))"
    }
}

extension CutReason {
    /// In words for people.
    fileprivate var words: String {
        switch self {
        case .budget: "over the budget"
        case .count: "beyond the number"
        case .unlike: "too unlike"
        case .takenBack: "taken back since"
        }
    }
}

extension ReadSource {
    var words: String {
        switch self {
        case .feed(let path): "feed    \(path)"
        case .folder(let path): "folder  \(path)"
        }
    }
}
