import Wire

/// What to write about: what is asked for; else what the material holds and earlier issues have not said, with
/// preference for what readers opened.
enum TopicChoice {
    /// Passages looked at.
    private static let passagesMax = 200
    /// Pairs of words looked at.
    private static let pairsMax = 20
    /// How much less a topic is worth that an earlier issue had.
    private static let staleness = 0.3

    /// What the step's inputs ask for by name; nil if nothing.
    static func asked(in with: JSON) -> String? {
        for place in [with] + (with.members ?? []).map(\.value) {
            for name in ["topic", "theme", "subject"] {
                if let text = place[name]?.text?.trimmed, !text.isEmpty { return text }
            }
        }
        return nil
    }

    /// The best title or pair of words of the material, else an earlier issue again; empty without any.
    static func best(_ ranking: Ranking, passages: [Passage]) -> String {
        let past = passages.filter { $0.role == .past }.prefix(passagesMax)
        let said = past.map { Set(Terms.of($0.title)) }.filter { !$0.isEmpty }
        let liked = likedTerms(past: Array(past), passages)
        func score(_ text: String) -> Double {
            let terms = Set(Terms.of(text)).sorted()
            guard !terms.isEmpty else { return 0 }
            let weight = terms.reduce(0) { $0 + ranking.weight(of: $1) * (1 + (liked[$1] ?? 0)) }
            let isOld = said.contains { old in old.intersection(terms).count * 2 >= min(old.count, terms.count) }
            return weight / Double(terms.count).squareRoot() * (isOld ? staleness : 1)
        }
        let titles = passages.filter { $0.role == .material }.prefix(passagesMax).map(\.title).filter { !$0.isEmpty }
        let named = titles + pairs(in: ranking.passages)
        func first(of candidates: [String]) -> String? {
            let ranked = candidates.enumerated().map { (text: $0.element, order: $0.offset, score: score($0.element)) }
            return ranked.min { ($1.score, $0.order) < ($0.score, $1.order) }?.text
        }
        if let new = first(of: named) { return new }
        // Where nothing new is known, an old topic is honest, and a stray word is none.
        return first(of: past.map(\.title).filter { !$0.isEmpty }) ?? ""
    }

    /// A topic as it stands in a sentence: a title in quotation marks.
    static func inSentence(_ topic: String) -> String {
        topic.first?.isUppercase == true ? "\"\(topic)\"" : topic
    }

    /// Neighbouring words that carry meaning and stand together more than once, the most frequent first.
    private static func pairs(in passages: [Passage]) -> [String] {
        var counts: [String: Int] = [:]
        for passage in passages.prefix(passagesMax) {
            for sentence in Sentence.all(in: passage.text, passage: 0) {
                let words = Terms.words(of: sentence.text)
                for (first, second) in zip(words, words.dropFirst())
                where Terms.term(first) != nil && Terms.term(second) != nil && (first + second).allSatisfy(\.isLetter) {
                    counts["\(first.lowercased()) \(second.lowercased())", default: 0] += 1
                }
            }
        }
        let frequent = counts.filter { $0.value > 1 }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return frequent.prefix(pairsMax).map(\.key)
    }

    /// Subjects of the rows that say how many opened an issue, the most opened first.
    static func openedSubjects(of passages: [Passage]) -> [String] {
        let rows = passages.filter { $0.role == .outcomes }.compactMap { passage -> (subject: String, opens: Double)? in
            guard let row = try? JSON(parsing: passage.text), row["metric"]?.text?.hasPrefix("open") == true,
                let subject = row["subject"]?.text, !subject.isEmpty, let opens = opens(in: passage.text[...])
            else { return nil }
            return (subject, opens)
        }
        guard rows.count > 1 else { return [] }
        return rows.enumerated()
            .sorted { ($1.element.opens, $0.offset) < ($0.element.opens, $1.offset) }.map(\.element.subject)
    }

    /// Terms of earlier issues, from 0 to 1 by how many opened them.
    private static func likedTerms(past: [Passage], _ passages: [Passage]) -> [String: Double] {
        var rates: [(terms: Set<String>, opens: Double)] = []
        for line in passages.filter({ $0.role == .outcomes }).flatMap({ $0.text.split(whereSeparator: \.isNewline) }) {
            guard let opens = opens(in: line) else { continue }
            // A row names an issue by its title or by its id.
            let named = past.filter { issue in
                let id = issue.source.prefix { $0 != "@" }
                return !id.isEmpty && line.contains(id)
            }
            rates.append((Set(named.flatMap { Terms.of($0.title) } + Terms.of(line)), opens))
        }
        guard let most = rates.map(\.opens).max(), most > 0 else { return [:] }
        var liked: [String: Double] = [:]
        for rate in rates {
            for term in rate.terms { liked[term] = max(liked[term] ?? 0, rate.opens / most) }
        }
        return liked
    }

    /// The number beside the word `opens`, `opened` or `open rate`.
    private static func opens(in text: Substring) -> Double? {
        let words = text.split { !$0.isLetter && !$0.isNumber && $0 != "." && $0 != "_" }
        guard let place = words.firstIndex(where: { $0.lowercased().hasPrefix("open") }) else { return nil }
        let near = words[place...].dropFirst().prefix(4) + words[..<place].suffix(2).reversed()
        return near.lazy.compactMap { Double($0) }.first
    }
}
