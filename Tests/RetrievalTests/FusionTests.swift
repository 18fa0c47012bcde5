import Testing

@testable import Retrieval

/// Vectors whose cosines are known.
struct KnownCosines: DenseIndex {
    /// By the name of the entry.
    let corpus: Corpus
    let cosines: [String: Float]

    func nearest(to vector: [Float], k: Int, in scope: Corpus.Scope) -> [DenseHit] {
        let hits = corpus.segments.indices.flatMap { segment in
            (0..<corpus.segments[segment].documents).filter { scope.segments[segment].contains($0) }.compactMap {
                hit(Corpus.Document(segment: segment, number: $0))
            }
        }
        return Array(hits.sorted { $0.cosine > $1.cosine }.prefix(k))
    }

    func cosines(of documents: [Corpus.Document], to vector: [Float]) -> [Float?] {
        documents.map { hit($0)?.cosine }
    }

    private func hit(_ document: Corpus.Document) -> DenseHit? {
        cosines[corpus.passage(document).entry].map { DenseHit(document: document, cosine: $0) }
    }
}

/// One set of questions, answered by words, by meaning and by both.
struct QuestionSet {
    let corpus: Corpus
    let questions: [(text: String, note: Int)]
    let cosines: [[Int]]

    init(_ notes: [String], _ questions: [(text: String, note: Int)], _ cosines: [[Int]]) {
        var builder = SegmentBuilder()
        for (number, note) in notes.enumerated() {
            builder.add(
                .text(
                    KnowledgeText(
                        entry: "note\(number)", version: 1, collection: "notes", title: "", text: note,
                        position: UInt64(number + 1))))
        }
        corpus = Corpus([builder.build().image.segment()])
        self.questions = questions
        self.cosines = cosines
    }

    /// How many questions have their note among the first k.
    func hits(k: Int, fusion: Fusion = Fusion(), vectors: Bool) -> Int {
        questions.indices.count { index in
            let row = cosines[index].enumerated().map { ("note\($0.offset)", Float($0.element) / 1_000) }
            let dense = KnownCosines(corpus: corpus, cosines: Dictionary(uniqueKeysWithValues: row))
            let search = KnowledgeSearch(corpus, dense: dense, fusion: fusion)
            let request = SearchRequest(
                questions[index].text, vector: vectors ? [1] : nil, visibility: .everything, k: k)
            return search.search(request).hits.contains { $0.passage.entry == "note\(questions[index].note)" }
        }
    }
}

@Suite struct `Fusion of words and meaning` {
    static let paraphrased = QuestionSet(
        ParaphrasedQuestions.notes, ParaphrasedQuestions.questions, ParaphrasedQuestions.cosines)
    static let exact = QuestionSet(ExactQuestions.notes, ExactQuestions.questions, ExactQuestions.cosines)
    private static let meaningAlone = Fusion(denseWeight: 1, lexicalWeight: 0, coverageWeight: 0)

    @Test(arguments: [1, 3]) func `is as good as the better side on paraphrases, and on names, codes and amounts`(
        _ k: Int
    ) {
        for (set, least) in [(Self.paraphrased, 29), (Self.exact, 35)] {
            let lexical = set.hits(k: k, vectors: false)
            let dense = set.hits(k: k, fusion: Self.meaningAlone, vectors: true)
            let both = set.hits(k: k, vectors: true)
            #expect(both >= max(lexical, dense) - 1, "words \(lexical), meaning \(dense), both \(both)")
            #expect(both >= least, "words \(lexical), meaning \(dense), both \(both)")
        }
    }

    @Test(arguments: [0.1, 0.2, 0.3, 0.45]) func `does not hang on the very weight`(_ weight: Double) {
        let fusion = Fusion(lexicalWeight: weight)
        for set in [Self.paraphrased, Self.exact] {
            let sides = [set.hits(k: 3, vectors: false), set.hits(k: 3, fusion: Self.meaningAlone, vectors: true)]
            #expect(set.hits(k: 3, fusion: fusion, vectors: true) >= (sides.max() ?? 0) - 1)
        }
    }

    @Test func `adds the cosine, the share of the query's BM25, and the cube of its coverage`() {
        let fusion = Fusion(denseWeight: 1, lexicalWeight: 0.5, coverageWeight: 0.8)
        func score(_ millionths: Int64, _ coverage: Double, bound: Double, _ cosine: Float?) -> Int64 {
            fusion.scoreMillionths(
                words: WordMatch(scoreMillionths: millionths, coverage: coverage), bound: bound, cosine: cosine)
        }
        #expect(score(3_000_000, 0.5, bound: 12, 0.5) == 725_000)
        #expect(score(0, 0, bound: 0, -0.5) == 0)
        #expect(score(9_000_000, 1, bound: 3, nil) == 1_300_000)
    }

    @Test func `lets the one that has every word of a query win over what only means the like`() {
        let near = WordMatch(scoreMillionths: 1_670_000, coverage: 0.3)
        let exact = WordMatch(scoreMillionths: 5_420_000, coverage: 1)
        let fusion = Fusion()
        #expect(
            fusion.scoreMillionths(words: exact, bound: 10.4, cosine: 0.19)
                > fusion.scoreMillionths(words: near, bound: 10.4, cosine: 0.43))
    }
}
