import Wire

extension HeuristicWriter {
    /// The elements of a list, by what its name asks for.
    func elements(of shape: OutputShape, named name: String, about subject: Sentence?) -> [JSON] {
        // A list inside of an element would repeat the whole.
        guard subject == nil else { return [] }
        let name = name.lowercased()
        switch shape {
        case .text(let max):
            return texts(named: name, max: max).map { .string($0) }
        case .url(let max):
            let urls = ranking.bestPassages(.max).map { ranking.passages[$0].url }
            return unique(urls.filter { !$0.isEmpty && $0.count <= max }).prefix(Self.elementsMax).map { .string($0) }
        case .object(let fields):
            return objects(fields, named: name)
        case .markdown, .number, .boolean, .list:
            return usable(1).isEmpty ? [] : [value(of: shape, named: name, about: nil)]
        }
    }

    private func texts(named name: String, max: Int) -> [String] {
        let texts: [String] =
            switch name {
            case "questions": madeQuestions
            case "topics", "themes", "tags", "keywords", "terms": ranking.topTerms(Self.elementsMax)
            case "sources": unique(ranking.bestPassages(Self.elementsMax).map { ranking.passages[$0].name })
            case let name where Self.isNotes(name) && !notes.isEmpty: notes
            default: usable(Self.elementsMax).map(\.text)
            }
        return texts.filter { !$0.isEmpty && $0.count <= max }
    }

    private func objects(_ fields: [OutputShape.Field], named name: String) -> [JSON] {
        let needsAddress = fields.contains { field in
            if case .url = field.shape { !field.isOptional } else { false }
        }
        let sentences: [Sentence] =
            switch name {
            case "claims", "figures":
                // Whatever the draft says in figures.
                draft.sentences(within: OutputShape.markdownMaxDefault).filter(\.hasFigure)
            case "items", "sources", "picks", "kept", "ranking", "links", "reading", "articles":
                ranking.bestPassages(.max).compactMap { passage in
                    ranking.best(1) { $0.passage == passage && wishes.allows($0.text) }.first
                }
            default: usable(Self.elementsMax * 2)
            }
        return sentences
            .filter { !needsAddress || !ranking.passages[$0.passage].url.isEmpty }
            .prefix(name == "claims" ? sentences.count : Self.elementsMax)
            .map { value(of: .object(fields), named: name, about: $0) }
    }

    /// Questions for a researcher, about the topic and the heaviest terms. They hold no figures of their own.
    var madeQuestions: [String] {
        let terms = ranking.topTerms(4).filter { !Terms.of(topic).contains($0) }
        let about = topic.isEmpty ? terms.first ?? "this" : topic
        var questions = ["What is new about \(about)?", "Who has tried \(about), and what came of it?"]
        questions += terms.prefix(2).map { "How does \(about) bear on \($0)?" }
        return questions + ["What would a reader do differently after reading about \(about)?"]
    }

    private func unique(_ texts: [String]) -> [String] {
        var seen: Set<String> = []
        return texts.filter { seen.insert($0).inserted }
    }
}
