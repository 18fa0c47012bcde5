import Wire

extension HeuristicWriter {
    /// Sentences that follow the chosen one in an excerpt.
    private static let followingMax = 2

    /// The elements of a list, by what its name asks for.
    func elements(of shape: OutputShape, named name: String, about subject: Excerpt?) -> [JSON] {
        // A list inside of an element would repeat the whole.
        guard subject == nil else { return [] }
        let name = name.lowercased()
        switch shape {
        case .text(let max):
            return texts(named: name, max: max).prefix(Self.elementsMax).map { .string($0) }
        case .url(let max):
            let urls = ranking.bestPassages(.max).map { ranking.passages[$0].url }
            return unique(urls).filter { $0.count <= max }.prefix(Self.elementsMax).map { .string($0) }
        case .object(let fields):
            return objects(fields, named: name)
        case .markdown, .number, .boolean, .list:
            return []
        }
    }

    /// The best places of the material, each with what follows.
    var findings: [Excerpt] {
        ranking.excerpts(Self.elementsMax, following: Self.followingMax) { wishes.allows($0.text) }
    }

    private func texts(named name: String, max: Int) -> [String] {
        let texts: [String] =
            switch name {
            case "questions": madeQuestions
            case "topics", "themes", "tags", "keywords", "terms": ranking.topTerms(Self.elementsMax)
            case "sources": ranking.bestPassages(Self.elementsMax).map { ranking.passages[$0].origin }
            case "lessons": opened.prefix(1).map { "Come back to \"\($0)\": readers opened it more than others." }
            case let name where Self.isNotes(name) && !notes.isEmpty: notes
            default: usable(Self.elementsMax).map(\.text)
            }
        return unique(texts).filter { $0.count <= max }
    }

    private func objects(_ fields: [OutputShape.Field], named name: String) -> [JSON] {
        let needsAddress = fields.contains { field in
            if case .url = field.shape { !field.isOptional } else { false }
        }
        let excerpts: [Excerpt] =
            switch name {
            case "claims", "figures":
                // Whatever the draft says in figures.
                draft.sentences(within: OutputShape.markdownMaxDefault).filter(\.hasFigure)
                    .map { Excerpt(sentence: $0, following: []) }
            case "items", "sources", "picks", "kept", "ranking", "links", "reading", "articles":
                ranking.bestPassages(Self.elementsMax).flatMap { passage in
                    ranking.excerpts(1, following: Self.followingMax) { sentence in
                        sentence.passage == passage && wishes.allows(sentence.text)
                    }
                }
            default: findings
            }
        return
            excerpts
            .filter { !needsAddress || !ranking.passages[$0.sentence.passage].url.isEmpty }
            .map { value(of: .object(fields), named: name, about: $0) }
    }

    /// Questions for a researcher. They hold no figures of their own.
    var madeQuestions: [String] {
        let topic = TopicChoice.inSentence(topic)
        return [
            "Who has tried something new about \(topic), and what came of it?",
            "Which figures about \(topic) have a source?",
            "What speaks against changing anything about \(topic)?",
        ]
    }

    private func unique(_ texts: [String]) -> [String] {
        var seen: Set<String> = []
        return texts.filter { !$0.isEmpty && seen.insert($0).inserted }
    }
}
