/// A sentence that was chosen, with its neighbours in the passage as far as they are free.
struct Excerpt: Hashable {
    /// What stands right before it; nil if that is used elsewhere.
    var before: Sentence?
    let sentence: Sentence
    let following: [Sentence]

    /// The longest text around the sentence that fits, in whole sentences; nil if not even the sentence does.
    func text(within max: Int) -> String? {
        guard sentence.text.count <= max else { return nil }
        let led = before.map { "\($0.text) \(sentence.text)" } ?? sentence.text
        return following.reduce(led.count <= max ? led : sentence.text) { text, next in
            text.count + 1 + next.text.count <= max ? text + " " + next.text : text
        }
    }
}

extension Ranking {
    /// What stands behind a sentence in its passage; nil at the end.
    func sentence(after sentence: Sentence) -> Sentence? {
        sentences.first { $0.passage == sentence.passage && $0.index == sentence.index + 1 }
    }

    /// The best places, each with one sentence before it and at most so many behind it; none is said twice.
    func excerpts(_ count: Int, following: Int, where fits: (Sentence) -> Bool) -> [Excerpt] {
        var used: Set<Sentence> = []
        var excerpts: [Excerpt] = []
        for sentence in best(.max, where: fits) where excerpts.count < count && !used.contains(sentence) {
            let near =
                sentences
                .filter { other in
                    other.passage == sentence.passage && other != sentence
                        && sentence.index - 1...sentence.index + following ~= other.index
                        && !used.contains(other) && fits(other)
                }
                .sorted { $0.index < $1.index }
            used.formUnion(near + [sentence])
            excerpts.append(
                Excerpt(
                    before: near.first { $0.index < sentence.index }, sentence: sentence,
                    following: near.filter { $0.index > sentence.index }))
        }
        return excerpts
    }
}
