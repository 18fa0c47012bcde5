/// Which sentences say most about what is asked: term weights over all passages, with a little for place and figures.
///
/// Only additions, multiplications, divisions and square roots of IEEE 754 are used, so every machine ranks alike.
struct Ranking {
    /// Two sentences that share this much of their terms say the same.
    private static let sameness = 0.6
    /// What begins with one of these was not written to be read.
    private static let noise: Set = ["subscribe", "unsubscribe", "cookie", "newsletter", "advertisement", "copyright"]

    let passages: [Passage]
    /// The best first.
    let sentences: [Sentence]
    private let weights: [String: Double]
    private let query: Set<String>

    /// - Parameter query: terms of what is asked for.
    init(_ passages: [Passage], query: Set<String>) {
        self.passages = passages
        self.query = query
        let terms = passages.map { Terms.of($0.title + " " + $0.text) }
        var frequencies: [String: Double] = [:]
        var holders: [String: Double] = [:]
        for list in terms {
            for term in list { frequencies[term, default: 0] += 1 }
            for term in Set(list) { holders[term, default: 0] += 1 }
        }
        let count = Double(max(passages.count, 1))
        weights = frequencies.reduce(into: [:]) { weights, entry in
            weights[entry.key] = (entry.value * count / (holders[entry.key] ?? 1)).squareRoot()
        }
        let weights = weights
        sentences = passages.indices
            .flatMap { index in Sentence.all(in: passages[index].text, passage: index) }
            .map { sentence in (sentence, Self.score(sentence, weights, query)) }
            .sorted { ($1.1, $0.0.passage, $0.0.index) < ($0.1, $1.0.passage, $1.0.index) }
            .map(\.0)
    }

    private static func score(
        _ sentence: Sentence, _ weights: [String: Double], _ query: Set<String>
    ) -> Double {
        let terms = Set(Terms.of(sentence.text)).sorted()
        guard !terms.isEmpty, noise.isDisjoint(with: terms) else { return 0 }
        let weight = terms.reduce(0) { $0 + (weights[$1] ?? 0) } / Double(terms.count + 4).squareRoot()
        let asked = query.isEmpty ? 0 : Double(query.intersection(terms).count) / Double(min(query.count, 4))
        let place = 1 / Double(sentence.index + 2)
        let figure = sentence.hasFigure ? 0.15 : 0
        return weight * (1 + min(asked, 1) * 2 + place * 0.3 + figure)
    }

    /// The best sentences that fit, no two of which say the same.
    func best(_ count: Int, where fits: (Sentence) -> Bool = { _ in true }) -> [Sentence] {
        var chosen: [(sentence: Sentence, terms: Set<String>)] = []
        for sentence in sentences where fits(sentence) {
            guard chosen.count < count else { break }
            let terms = Set(Terms.of(sentence.text))
            let isNew = chosen.allSatisfy { other in
                let shared = Double(other.terms.intersection(terms).count)
                return shared <= Self.sameness * Double(max(1, min(other.terms.count, terms.count)))
            }
            if isNew { chosen.append((sentence, terms)) }
        }
        return chosen.map(\.sentence)
    }

    /// The passages by their best sentence, without repeated titles or texts.
    func bestPassages(_ count: Int) -> [Int] {
        var seen: Set<Int> = []
        var titles: Set<Set<String>> = []
        var order: [Int] = []
        for index in sentences.map(\.passage) + Array(passages.indices) where seen.insert(index).inserted {
            let title = Set(Terms.of(passages[index].title))
            if title.isEmpty || titles.insert(title).inserted { order.append(index) }
        }
        return Array(order.prefix(count))
    }

    /// The heaviest terms of letters alone, the best first.
    func topTerms(_ count: Int) -> [String] {
        weights.filter { $0.key.allSatisfy(\.isLetter) }
            .map { (term: $0.key, weight: $0.value * (query.contains($0.key) ? 3 : 1)) }
            .sorted { ($1.weight, $0.term) < ($0.weight, $1.term) }
            .prefix(count).map(\.term)
    }

    func weight(of term: String) -> Double { weights[term] ?? 0 }
}
