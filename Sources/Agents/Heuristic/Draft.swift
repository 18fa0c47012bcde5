/// An issue made of sentences from the sources: an opening scene, the topic, a section a source, one step, a closing.
///
/// Every sentence with a figure stands there as it stands in its source; the words around it hold none.
struct Draft {
    /// Sentences of one section.
    private static let sentencesMax = 4
    /// The opening is looked for among so many sentences.
    private static let scenesMax = 30
    /// Words of sentences that show somebody doing something.
    private static let sceneWords: Set = [
        "i", "we", "she", "he", "her", "his", "my", "our", "yesterday", "morning", "monday", "tuesday", "wednesday",
        "thursday", "friday", "saturday", "sunday", "asked", "told", "sat", "called", "wrote", "opened", "woke",
    ]

    private let topic: String
    private let opening: Excerpt?
    private let sections: [Section]
    private let closing: String

    private struct Section {
        let passage: Passage
        let sentences: [Sentence]
    }

    init(_ ranking: Ranking, topic: String, wishes: Wishes) {
        self.topic = topic
        func isUsable(_ sentence: Sentence) -> Bool { wishes.allows(sentence.text) }
        let wanted = ranking.best(2) { isUsable($0) && wishes.wants($0.text) }
        let scene = ranking.best(Self.scenesMax, where: isUsable).first { sentence in
            !sentence.hasFigure && !Self.sceneWords.isDisjoint(with: Terms.words(of: sentence.text.lowercased()))
        }
        let opening = (wanted.first ?? scene ?? ranking.best(1, where: isUsable).first).map { sentence in
            let next = ranking.sentence(after: sentence).map { [$0] } ?? []
            return Excerpt(sentence: sentence, following: next.filter(isUsable))
        }
        self.opening = opening
        let opened = Set(opening.map { [$0.sentence] + $0.following } ?? [])
        let order = wanted.map(\.passage) + ranking.bestPassages(.max)
        var sections: [Section] = []
        for passage in order where sections.count < wishes.sections {
            guard wishes.allows(ranking.passages[passage].title),
                !sections.contains(where: { $0.sentences.first?.passage == passage })
            else { continue }
            let sentences = ranking.best(Self.sentencesMax) { sentence in
                sentence.passage == passage && !opened.contains(sentence) && isUsable(sentence)
            }
            guard !sentences.isEmpty else { continue }
            sections.append(
                Section(passage: ranking.passages[passage], sentences: sentences.sorted { $0.index < $1.index }))
        }
        self.sections = sections
        closing =
            sections.isEmpty
            ? "What would you try first? Hit reply and tell me: every answer is read."
            : """
            **One step for this week:** take the one finding above that surprised you, and try it on something small. \
            Note how it was before, so that you can tell whether it worked.

            What did you find? Hit reply and tell me: every answer is read.
            """
    }

    /// The sentences used, in their order.
    func sentences(within max: Int) -> [Sentence] {
        let first = opening.map { [$0.sentence] + $0.following } ?? []
        return first + sections.prefix(sectionCount(within: max)).flatMap(\.sentences)
    }

    /// Markdown of at most so many characters, if it can be: whole sections are left out, from the end.
    func markdown(within max: Int) -> String { markdown(sections: sectionCount(within: max)) }

    private func sectionCount(within max: Int) -> Int {
        (0...sections.count).last { markdown(sections: $0).count <= max } ?? 0
    }

    private func markdown(sections count: Int) -> String {
        var blocks = opening?.text(within: .max).map { [$0] } ?? []
        if !topic.isEmpty { blocks.append("This issue is about \(TopicChoice.inSentence(topic)).") }
        for section in sections.prefix(count) {
            if !section.passage.title.isEmpty { blocks.append("## \(section.passage.title.onOneLine)") }
            blocks.append(section.sentences.map(\.text).joined(separator: " "))
            if let source = source(of: section.passage) { blocks.append("Source: \(source)") }
        }
        return (blocks + [closing]).joined(separator: "\n\n") + "\n"
    }

    private func source(of passage: Passage) -> String? {
        guard !passage.url.isEmpty else { return passage.name.isEmpty ? nil : passage.name.onOneLine }
        let site = passage.url.split(separator: "/").dropFirst().first.map(String.init) ?? passage.url
        let name = passage.title.isEmpty ? site : passage.title.onOneLine.filter { $0 != "[" && $0 != "]" }
        return "[\(name)](\(passage.url))"
    }
}

extension String {
    /// White space joined to single spaces.
    var onOneLine: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
