import CKernels

/// Finds documents of a corpus by the vectors of one model. A document is found alike in whatever segment it lies.
public struct DenseVectors: DenseIndex {
    /// Those of each segment; nil where there are none.
    private let indexes: [VectorIndex?]
    private let dimensions: Int

    public init(_ corpus: Corpus, _ columns: VectorColumns) {
        dimensions = columns.dimensions
        indexes = corpus.segments.map { VectorIndex($0, columns) }
    }

    /// Whether any document has a vector of this model.
    public var isEmpty: Bool { indexes.allSatisfy { $0 == nil } }

    public func nearest(to vector: [Float], k: Int, in scope: Corpus.Scope) -> [DenseHit] {
        guard vector.count == dimensions else { return [] }
        let query = VectorQuery([vector], k: k)
        var candidates: [(score: Float, document: Corpus.Document)] = []
        for (segment, (index, visible)) in zip(indexes, scope.segments).enumerated() {
            guard let index, visible.count > 0 else { continue }
            let found = index.scan(query, visible: visible.isEverything ? nil : visible.words).found
            candidates += found.joined().map {
                ($0.score, Corpus.Document(segment: segment, number: Int($0.row)))
            }
        }
        candidates.sort { a, b in a.score != b.score ? a.score > b.score : a.document.isBefore(b.document) }
        let scored = candidates.prefix(query.k * VectorIndex.candidatesPerHit).compactMap { candidate in
            score(of: candidate.document, vector).map { (score: $0, document: candidate.document) }
        }
        let ranked = scored.sorted { a, b in a.score != b.score ? a.score > b.score : a.document.isBefore(b.document) }
        return ranked.prefix(query.k).map { DenseHit(document: $0.document, cosine: Float($0.score) / 1_000_000) }
    }

    public func cosines(of documents: [Corpus.Document], to vector: [Float]) -> [Float?] {
        guard vector.count == dimensions else { return documents.map { _ in nil } }
        return documents.map { score(of: $0, vector).map { Float($0) / 1_000_000 } }
    }

    private func score(of document: Corpus.Document, _ vector: [Float]) -> Int64? {
        guard indexes.indices.contains(document.segment) else { return nil }
        return indexes[document.segment]?.score(of: document.number, vector)
    }
}

extension Corpus.Document {
    fileprivate func isBefore(_ other: Corpus.Document) -> Bool {
        (segment, number) < (other.segment, other.number)
    }
}
