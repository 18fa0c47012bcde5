extension HeuristicWriter {
    func text(named name: String, max: Int, about subject: Sentence?) -> String {
        let name = name.lowercased()
        let candidates: [String] =
            switch name {
            case "topic", "theme":
                [topic]
            case "subject", "title", "headline", "name":
                if let subject {
                    [ranking.passages[subject.passage].name, subject.text]
                } else {
                    [given(["headline", "title", "subject"]), capitalised(topic), given(["angle"])].compactMap { $0 }
                }
            case "source", "origin", "from":
                if let passage = subject.map({ ranking.passages[$0.passage] }) {
                    [passage.url, passage.source, passage.title].filter { !$0.isEmpty }
                } else {
                    ranking.bestPassages(1).map { ranking.passages[$0].name }
                }
            case "question":
                [subject.flatMap(question(about:)), questions.first, madeQuestions.first].compactMap { $0 }
            case "summary", "abstract", "brief":
                [subject?.text ?? summary(max: max)]
            case "angle", "reason", "rationale", "why":
                [subject?.text, given(["angle"]), topic.isEmpty ? nil : "What \(topic) changes in practice"]
                    .compactMap { $0 }
            case let name where Self.isNotes(name) && !notes.isEmpty:
                [notes.joined(separator: "\n")]
            case let name where Self.isDoubt(name):
                ["No model was used: every sentence is taken from the sources as it stands."]
            default:
                [subject?.text].compactMap { $0 }
            }
        let sentences = usable(8).map(\.text)
        return fitting(candidates + sentences, max: max)
    }

    func markdown(named name: String, max: Int, about subject: Sentence?) -> String {
        if let subject { return fitting([subject.text], max: max) }
        if Self.isNotes(name.lowercased()), !notes.isEmpty {
            return fitting([notes.map { "- \($0)" }.joined(separator: "\n")], max: max)
        }
        if ["summary", "abstract", "brief"].contains(name.lowercased()) { return fitting([summary(max: max)], max: max) }
        return fitting([draft.markdown(within: max)] + usable(8).map(\.text), max: max)
    }

    func url(max: Int, about subject: Sentence?) -> String {
        if let subject {
            let url = ranking.passages[subject.passage].url
            return url.count <= max ? url : ""
        }
        return ranking.bestPassages(.max).lazy.map { ranking.passages[$0].url }
            .first { !$0.isEmpty && $0.count <= max } ?? ""
    }

    /// What the notes ask to be left out is left out.
    func usable(_ count: Int) -> [Sentence] { ranking.best(count) { wishes.allows($0.text) } }

    static func isNotes(_ name: String) -> Bool {
        ["notes", "note", "changes", "acknowledged", "followed", "applied"].contains(name)
    }

    private static func isDoubt(_ name: String) -> Bool {
        ["unsure", "caveat", "caveats", "gaps", "limits", "uncertain"].contains(name)
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

    /// The first candidate that fits as it is; else the beginning of the first whose beginning holds no figure, for
    /// half a sentence with a figure may say what the whole does not.
    private func fitting(_ candidates: [String], max: Int) -> String {
        let candidates = candidates.filter { !$0.isEmpty }
        if let whole = candidates.first(where: { $0.count <= max }), candidates.first?.count ?? 0 <= max {
            return whole
        }
        let cuts = candidates.prefix(1).map { cut($0, max: max) }.filter { cut in
            !cut.isEmpty && !cut.contains { $0.isNumber }
        }
        return cuts.first ?? candidates.first { $0.count <= max } ?? ""
    }

    /// The beginning, up to where a word ends.
    private func cut(_ text: String, max: Int) -> String {
        guard max > 1 else { return "" }
        let head = text.prefix(max - 1)
        guard let space = head.lastIndex(where: \.isWhitespace) else { return "" }
        let words = head[..<space].reversed().drop { $0.isWhitespace || ",;:–-".contains($0) }.reversed()
        return words.isEmpty ? "" : String(words) + "…"
    }

    func capitalised(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

    /// The question that shares most with a sentence.
    private func question(about sentence: Sentence) -> String? {
        let terms = Set(Terms.of(sentence.text))
        return questions.enumerated().map { (text: $0.element, order: $0.offset, shared: terms.intersection(Terms.of($0.element)).count) }
            .min { ($1.shared, $0.order) < ($0.shared, $1.order) }?.text
    }
}
