/// An issue made of sentences from the sources: an opening scene, a section a source, a closing.
///
/// Every sentence with a figure stands there as it stands in its source; the words around it hold none.
struct Draft {
    /// Sentences of one section.
    private static let sentencesMax = 3
    private static let scenes: Set = [
        "i", "we", "she", "he", "her", "his", "my", "our", "yesterday", "morning", "monday", "tuesday", "wednesday",
        "thursday", "friday", "saturday", "sunday", "asked", "told", "sat", "called", "wrote",
    ]

    private let opening: String
    private let topic: String
    private let sections: [Section]

    struct Section {
        let passage: Passage
        let sentences: [Sentence]
    }

    init(_ ranking: Ranking, topic: String, wishes: Wishes) {
        self.topic = topic
        func isUsable(_ sentence: Sentence) -> Bool { wishes.allows(sentence.text) }
        let wanted = ranking.best(2) { isUsable($0) && wishes.wants($0.text) }
        let candidates = wanted + ranking.best(12, where: isUsable)
        let scene = candidates.first { sentence in
            !sentence.hasFigure && !Self.scenes.isDisjoint(with: Terms.words(of: sentence.text.lowercased()))
        }
        let first = wanted.first ?? scene ?? candidates.first
        opening = first?.text ?? ""
        let order = ranking.bestPassages(.max).filter { wishes.allows(ranking.passages[$0].title) }
        let wantedPassages = wanted.map(\.passage)
        var sections: [Section] = []
        for passage in wantedPassages + order.filter({ !wantedPassages.contains($0) }) {
            guard sections.count < wishes.sections, !sections.contains(where: { $0.sentences.first?.passage == passage })
            else { continue }
            let sentences = ranking.best(Self.sentencesMax) { sentence in
                sentence.passage == passage && sentence != first && isUsable(sentence)
            }
            guard !sentences.isEmpty else { continue }
            sections.append(
                Section(passage: ranking.passages[passage], sentences: sentences.sorted { $0.index < $1.index }))
        }
        self.sections = sections
        opener = first
    }

    private let opener: Sentence?

    /// The sentences used, in their order.
    func sentences(within max: Int) -> [Sentence] {
        (opener.map { [$0] } ?? []) + sections.prefix(sectionCount(within: max)).flatMap(\.sentences)
    }

    /// Markdown of at most so many characters; whole sections are left out from the end.
    func markdown(within max: Int) -> String { markdown(sections: sectionCount(within: max)) }

    private func sectionCount(within max: Int) -> Int {
        (0...sections.count).last { markdown(sections: $0).count <= max } ?? 0
    }

    private func markdown(sections count: Int) -> String {
        var blocks = opening.isEmpty ? [] : [opening]
        if !topic.isEmpty { blocks.append("This issue is about \(topic).") }
        for section in sections.prefix(count) {
            let name = section.passage.title.replacing("\n", with: " ")
            if !name.isEmpty { blocks.append("## \(name)") }
            blocks.append(section.sentences.map(\.text).joined(separator: " "))
            if let source = source(of: section.passage) { blocks.append("Source: \(source)") }
        }
        blocks.append("What would you try first? Hit reply and tell me: every answer is read.")
        return blocks.joined(separator: "\n\n") + "\n"
    }

    private func source(of passage: Passage) -> String? {
        if !passage.url.isEmpty {
            let name = passage.name.filter { !"[]\n".contains($0) }
            return "[\(name.isEmpty ? passage.url : name)](\(passage.url))"
        }
        return passage.name.isEmpty ? nil : passage.name
    }
}
