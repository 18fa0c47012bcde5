import Testing

@testable import Retrieval

/// Changes as they come in, in several segments, some of them merged.
func corpus(of changes: [KnowledgeChange], chunker: Chunker, segments: Int, merging: Range<Int>? = nil) -> Corpus {
    let size = max(1, (changes.count + segments - 1) / segments)
    let parts = stride(from: 0, to: changes.count, by: size).map { start in
        var builder = SegmentBuilder(chunker: chunker)
        for change in changes[start..<min(start + size, changes.count)] { builder.add(change) }
        return builder.build().image.segment()
    }
    var corpus = Corpus(parts)
    if let merging, merging.upperBound <= parts.count, !merging.isEmpty {
        corpus.replace(merging, with: corpus.merged(merging).segment())
        // Whoever opens the segments anew finds the same.
        if merging.lowerBound.isMultiple(of: 2) { return Corpus(corpus.segments) }
    }
    return corpus
}

func find(_ query: String, k: Int, in corpus: Corpus, _ visibility: Visibility) -> [RetrievalModel.Found] {
    let scope = corpus.scope(visibility)
    return LexicalIndex(corpus).search(LexicalQuery(query, in: corpus, scope), k: k, in: scope).map { hit in
        let passage = corpus.passage(hit.document)
        return RetrievalModel.Found(
            entry: passage.entry, version: passage.version, chunk: passage.chunk,
            scoreMillionths: hit.scoreMillionths)
    }
}

@Suite struct `A lexical index` {
    @Test(arguments: 1...60) func `answers as if everything were scored, in any scope and at any position`(
        _ seed: UInt64
    ) {
        var knowledge = RandomKnowledge(seed)
        let chunker = Chunker(tokensMax: UInt32.random(in: 8...60, using: &knowledge.generator))
        var model = RetrievalModel(chunker: chunker)
        for _ in 0..<Int.random(in: 1...120, using: &knowledge.generator) {
            model.changes.append(knowledge.change(entries: 30))
        }
        let parts = Int.random(in: 1...5, using: &knowledge.generator)
        let first = Int.random(in: 0..<parts, using: &knowledge.generator)
        let merging =
            Bool.random(using: &knowledge.generator)
            ? first..<Int.random(in: first...parts, using: &knowledge.generator) : nil
        let index = corpus(of: model.changes, chunker: chunker, segments: parts, merging: merging)
        #expect(index.through == model.changes.map(\.position).max())
        for _ in 0..<6 {
            let query = knowledge.text(1...6)
            let k = Int.random(in: 1...20, using: &knowledge.generator)
            let visibility = knowledge.visibility()
            #expect(find(query, k: k, in: index, visibility) == model.search(query, k: k, visibility))
            #expect(find(query, k: k, in: index, .everything) == model.search(query, k: k, .everything))
        }
    }

    /// Long lists, so that blocks and windows are skipped: more documents than a window holds.
    @Test(arguments: 1...2) func `skips nothing that belongs to the best`(_ seed: UInt64) {
        var generator = Seeded(seed)
        let chunker = Chunker()
        var model = RetrievalModel(chunker: chunker)
        for number in 0..<2_600 {
            let words = (0..<Int.random(in: 1...12, using: &generator)).map { _ in
                "w\(Int.random(in: 0..<1_000, using: &generator) % Int.random(in: 1...40, using: &generator))"
            }
            // Rarely, one word many times: blocks differ in what they can add.
            let extra = number % 701 == 0 ? String(repeating: " w3 w11", count: 20) : ""
            model.changes.append(
                .text(
                    KnowledgeText(
                        entry: "e\(number)", version: 1, collection: "c\(number / 500)", title: "",
                        text: words.joined(separator: " ") + extra, position: UInt64(number + 1))))
        }
        let index = corpus(of: model.changes, chunker: chunker, segments: 2)
        for collections in [nil, ["c1", "c3"] as Set] {
            let visibility = Visibility(collections: collections, customer: .none)
            for query in ["w3 w11 w0 w37", "w1 w2", "w39", "w0 w1 w2 w3 w4 w5"] {
                #expect(find(query, k: 10, in: index, visibility) == model.search(query, k: 10, visibility))
            }
        }
    }

    @Test(arguments: 1...20) func `scores single documents as a search does`(_ seed: UInt64) {
        var knowledge = RandomKnowledge(seed)
        let changes = (0..<80).map { _ in knowledge.change(entries: 20) }
        let index = corpus(of: changes, chunker: Chunker(tokensMax: 20), segments: 3)
        let visibility = knowledge.visibility()
        let scope = index.scope(visibility)
        let query = LexicalQuery(knowledge.text(2...5), in: index, scope)
        let hits = LexicalIndex(index).search(query, k: 1_000, in: scope)
        let scores = LexicalIndex(index).matches(query, of: hits.map(\.document), in: scope)
            .map(\.scoreMillionths)
        #expect(scores == hits.map(\.scoreMillionths))
        #expect(hits.allSatisfy { Double($0.scoreMillionths) / 1_000_000 <= query.bound })
    }

    @Test func `has the limits it names`() {
        let many = (1...80).map { "word\($0)" }.joined(separator: " ")
        let texts = (0..<1_200).map {
            KnowledgeText(
                entry: "e\($0)", version: 1, collection: "c", title: "", text: "same \(many)", position: UInt64($0 + 1))
        }
        let index = corpus(of: texts.map(KnowledgeChange.text), chunker: Chunker(), segments: 1)
        #expect(find("same", k: .max, in: index, .everything).count == LexicalIndex.hitsMax)
        #expect(LexicalQuery(many, in: index, index.scope(.everything)).terms.count == LexicalQuery.termsMax)
        #expect(find("same", k: 0, in: index, .everything).isEmpty)
        #expect(find("same", k: -1, in: index, .everything).isEmpty)
        #expect(find("", k: 3, in: index, .everything).isEmpty)
        #expect(find("same", k: 3, in: Corpus(), .everything).isEmpty)
    }
}
