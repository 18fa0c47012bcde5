import Testing

@testable import Retrieval

@Suite struct `Vectors of a corpus` {
    private static let columns = VectorColumns(model: "test@1", dimensions: 100)

    /// A note each, in segments of so many; every seventh is without a vector.
    private func corpus(_ vectors: [[Float]], perSegment: Int) -> Corpus {
        var segments: [Segment] = []
        for start in stride(from: 0, to: vectors.count, by: perSegment) {
            let notes = start..<min(start + perSegment, vectors.count)
            var builder = SegmentBuilder()
            for note in notes {
                builder.add(
                    .text(
                        KnowledgeText(
                            entry: String(1_000 + note), version: 1, collection: note % 2 == 0 ? "even" : "odd",
                            title: "", text: "note", position: UInt64(note + 1))))
            }
            var draft = builder.build()
            draft.image.add(
                Self.columns,
                draft.passages.map { passage in
                    let note = (Int(passage.source.entry) ?? 0) - 1_000
                    return note % 7 == 0 ? nil : vectors[note][...]
                })
            segments.append(draft.image.segment())
        }
        return Corpus(segments)
    }

    private func find(_ query: [Float], _ corpus: Corpus, _ visibility: Visibility) -> [String] {
        DenseVectors(corpus, Self.columns).nearest(to: query, k: 10, in: corpus.scope(visibility)).map {
            "\(corpus.passage($0.document).entry) \($0.cosine)"
        }
    }

    @Test func `are found alike in one segment, in several, and in those that were put together`() {
        var chance = Chance(11)
        let vectors = (0..<200).map { _ in chance.vector(100) }
        let one = corpus(vectors, perSegment: 200)
        let several = corpus(vectors, perSegment: 33)
        let merged = Corpus([several.merged(several.segments.indices).segment()])
        for number in 0..<5 {
            let query = chance.vector(100)
            let visibility = number % 2 == 0 ? Visibility.everything : Visibility(collections: ["odd"], customer: .any)
            let found = find(query, one, visibility)
            #expect(found.count == 10)
            #expect(found == find(query, several, visibility))
            #expect(found == find(query, merged, visibility))
        }
    }

    @Test func `outside the scope, of another model, or without a direction are never found`() throws {
        var chance = Chance(12)
        let vectors = (0..<50).map { _ in chance.vector(100) }
        let corpus = corpus(vectors, perSegment: 20)
        for note in 1..<7 {
            let found = find(vectors[note], corpus, Visibility(collections: ["even"], customer: .any))
            #expect(found.allSatisfy { Int($0.prefix(4))?.isMultiple(of: 2) == true })
            let best = try #require(find(vectors[note], corpus, .everything).first)
            #expect(best.hasPrefix(String(1_000 + note)))
        }
        let scope = corpus.scope(.everything)
        let other = DenseVectors(corpus, VectorColumns(model: "test@2", dimensions: 100))
        #expect(other.isEmpty)
        #expect(other.nearest(to: vectors[1], k: 10, in: scope).isEmpty)
        let dense = DenseVectors(corpus, Self.columns)
        #expect(dense.nearest(to: [1, 0], k: 10, in: scope).isEmpty)
        #expect(dense.nearest(to: [Float](repeating: .nan, count: 100), k: 10, in: scope).isEmpty)
        let documents = [0, 1].map { Corpus.Document(segment: 0, number: $0) }
        let cosines = dense.cosines(of: documents, to: vectors[1])
        #expect(cosines[0] == nil)
        #expect(try abs(#require(cosines[1]) - 1) < 1e-5)
    }
}
