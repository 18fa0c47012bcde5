/// Finds documents by their meaning: by vectors.
public protocol DenseIndex: Sendable {
    /// The nearest documents of those that may be seen, the nearest first; ties in the order of documents.
    ///
    /// - Parameters:
    ///   - vector: of length 1, of the model that made the documents' vectors.
    ///   - k: at most so many.
    func nearest(to vector: [Float], k: Int, in scope: Corpus.Scope) -> [DenseHit]

    /// The cosines of single documents; nil for those without a vector.
    func cosines(of documents: [Corpus.Document], to vector: [Float]) -> [Float?]
}

/// A document with its cosine to what is looked for.
public struct DenseHit: Sendable, Hashable {
    public let document: Corpus.Document
    public let cosine: Float

    public init(document: Corpus.Document, cosine: Float) {
        self.document = document
        self.cosine = cosine
    }
}
