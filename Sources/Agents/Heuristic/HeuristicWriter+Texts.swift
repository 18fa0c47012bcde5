extension HeuristicWriter {
    func text(named name: String, max: Int, about subject: Excerpt?) -> String {
        let name = name.lowercased()
        if let subject { return fitting(candidates(named: name, max: max, about: subject), max: max) }
        return fitting(candidates(named: name, max: max) + usable(8).map(\.text), max: max)
    }

    func markdown(named name: String, max: Int, about subject: Excerpt?) -> String {
        if let subject {
            return fitting([subject.text(within: max), subject.sentence.text].compactMap { $0 }, max: max)
        }
        if Self.isNotes(name.lowercased()), !notes.isEmpty {
            return fitting([notes.map { "- \($0)" }.joined(separator: "\n")], max: max)
        }
        if Self.isSummary(name.lowercased()) { return fitting([summary(max: max)], max: max) }
        return fitting([draft.markdown(within: max)] + usable(8).map(\.text), max: max)
    }

    func url(max: Int, about subject: Excerpt?) -> String {
        let passages = subject.map { [$0.sentence.passage] } ?? ranking.bestPassages(.max)
        return passages.lazy.map { ranking.passages[$0].url }.first { !$0.isEmpty && $0.count <= max } ?? ""
    }

    /// The best sentences that no note wants out.
    func usable(_ count: Int) -> [Sentence] { ranking.best(count) { wishes.allows($0.text) } }

    static func isNotes(_ name: String) -> Bool {
        ["notes", "note", "changes", "acknowledged", "followed", "applied"].contains(name)
    }

    private static func isSummary(_ name: String) -> Bool {
        ["summary", "abstract", "brief", "teaser", "preview"].contains(name)
    }

    /// What a field of the whole answer could say, the best first.
    private func candidates(named name: String, max: Int) -> [String] {
        switch name {
        case "topic", "theme":
            return [topic]
        case "subject", "title", "headline", "name":
            let topic = topic.prefix(1).uppercased() + topic.dropFirst()
            return [given(["headline", "title", "subject"]), "\(topic): what others found", topic, given(["angle"])]
                .compactMap { $0 }
        case "angle", "reason", "rationale", "why":
            return [
                given(["angle"]),
                "What others have learnt about \(TopicChoice.inSentence(topic)), and one small thing to try.",
            ]
            .compactMap { $0 }
        case "avoid", "exclude", "said":
            return [joined(past.map(\.title).filter { !$0.isEmpty }, max: max), "Nothing was said before."]
        case "source", "origin", "from":
            return ranking.bestPassages(3).map { ranking.passages[$0].origin }
        case "question":
            return [questions.first, madeQuestions.first].compactMap { $0 }
        case let name where Self.isSummary(name):
            return [summary(max: max)]
        case let name where Self.isNotes(name) && !notes.isEmpty:
            return [joined(notes, max: max)]
        case "unsure", "caveat", "caveats", "gaps", "limits", "uncertain":
            return ["No model was used: every sentence is taken from the sources as it stands."]
        default:
            return []
        }
    }

    /// What a field of one element could say, the best first.
    private func candidates(named name: String, max: Int, about subject: Excerpt) -> [String] {
        let passage = ranking.passages[subject.sentence.passage]
        switch name {
        case "title", "headline", "name", "subject": return [passage.title, passage.source, subject.sentence.text]
        case "source", "origin", "from", "id": return [passage.origin, passage.source, passage.title]
        case "question": return [question(about: subject.sentence)].compactMap { $0 }
        case "summary", "text", "finding", "fact", "quote":
            return [subject.text(within: max), subject.sentence.text].compactMap { $0 }
        default: return [subject.sentence.text]
        }
    }

    /// The best sentences in their order, as many as fit.
    private func summary(max: Int) -> String {
        var chosen: [Sentence] = []
        var length = 0
        for sentence in usable(3) where length + sentence.text.count < max {
            chosen.append(sentence)
            length += sentence.text.count + 1
        }
        return chosen.sorted { ($0.passage, $0.index) < ($1.passage, $1.index) }.map(\.text).joined(separator: " ")
    }

    private func joined(_ texts: [String], max: Int) -> String {
        texts.reduce("") { all, text in
            let longer = all.isEmpty ? text.onOneLine : "\(all); \(text.onOneLine)"
            return longer.count <= max ? longer : all
        }
    }

    /// The first candidate that fits as it is; else the beginning of the first, unless that holds a figure: half a
    /// sentence with a figure may say what the whole does not.
    private func fitting(_ candidates: [String], max: Int) -> String {
        let candidates = candidates.filter { !$0.isEmpty }
        if let whole = candidates.first(where: { $0.count <= max }) { return whole }
        let beginning = candidates.first.map { cut($0, max: max) } ?? ""
        return beginning.contains { $0.isNumber } ? "" : beginning
    }

    /// The beginning, up to where a word ends.
    private func cut(_ text: String, max: Int) -> String {
        guard max > 1 else { return "" }
        let head = text.prefix(max - 1)
        guard let space = head.lastIndex(where: \.isWhitespace) else { return "" }
        let words = head[..<space].reversed().drop { $0.isWhitespace || ",;:–-".contains($0) }.reversed()
        return words.isEmpty ? "" : String(words) + "…"
    }

    /// The question that shares most with a sentence.
    private func question(about sentence: Sentence) -> String? {
        let terms = Set(Terms.of(sentence.text))
        let shared = questions.enumerated().map {
            (order: $0.offset, count: terms.intersection(Terms.of($0.element)).count)
        }
        return shared.min { ($1.count, $0.order) < ($0.count, $1.order) }.map { questions[$0.order] }
    }
}
