/// A sentence that was chosen, and those that follow it in its passage, as far as they belong to it.
struct Excerpt: Hashable {
    let sentence: Sentence
    let following: [Sentence]

    /// The longest beginning that fits, in whole sentences; nil if not even the first does.
    func text(within max: Int) -> String? {
        guard sentence.text.count <= max else { return nil }
        return following.reduce(sentence.text) { text, next in
            text.count + 1 + next.text.count <= max ? text + " " + next.text : text
        }
    }
}

extension Ranking {
    /// What stands behind a sentence in its passage; nil at the end.
    func sentence(after sentence: Sentence) -> Sentence? {
        sentences.first { $0.passage == sentence.passage && $0.index == sentence.index + 1 }
    }

    /// The best places, each with at most so many sentences behind it; none is said twice.
    func excerpts(_ count: Int, following: Int, where fits: (Sentence) -> Bool) -> [Excerpt] {
        var used: Set<Sentence> = []
        var excerpts: [Excerpt] = []
        for sentence in best(.max, where: fits) where excerpts.count < count && !used.contains(sentence) {
            let behind = sentences
                .filter { next in
                    next.passage == sentence.passage && next.index > sentence.index
                        && next.index <= sentence.index + following && !used.contains(next) && fits(next)
                }
                .sorted { $0.index < $1.index }
            used.formUnion(behind + [sentence])
            excerpts.append(Excerpt(sentence: sentence, following: behind))
        }
        return excerpts
    }
}
