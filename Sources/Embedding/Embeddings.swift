public import Wire

/// Says whose vectors they are. With the digest of a text it names one vector, which can be kept as long as one likes.
public struct EmbedderIdentity: Hashable, Sendable, CustomStringConvertible {
    /// As its makers call it.
    public let model: String
    /// Of the weights; of what is known of them, if they are somewhere else.
    public let digest: Digest
    /// Numbers of a vector.
    public let dimensions: Int

    public init(model: String, digest: Digest, dimensions: Int) {
        self.model = model
        self.digest = digest
        self.dimensions = dimensions
    }

    public var description: String { "\(model)@\(digest.short) (\(dimensions))" }
}

/// Vectors of length 1, and what they cost.
public struct Embeddings: Hashable, Sendable {
    public let dimensions: Int
    /// Vector behind vector.
    public let values: [Float]
    /// What was read, in the model's tokens; 0 if nobody counted.
    public let tokens: UInt64
    /// 0 for what costs nothing.
    public let costMicrodollars: UInt64

    /// - Parameter values: of as many vectors as there are texts, each with `dimensions` numbers.
    public init(dimensions: Int, values: [Float], tokens: UInt64, costMicrodollars: UInt64) {
        precondition(dimensions > 0 && values.count.isMultiple(of: dimensions), "vectors have one number a dimension")
        self.dimensions = dimensions
        self.values = values
        self.tokens = tokens
        self.costMicrodollars = costMicrodollars
    }

    /// How many vectors there are.
    public var count: Int { values.count / dimensions }

    /// One of the vectors.
    public subscript(index: Int) -> ArraySlice<Float> { values[index * dimensions..<(index + 1) * dimensions] }
}

/// Why there are no vectors.
public struct EmbeddingFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What a caller tells apart.
    public enum Kind: Hashable, Sendable {
        /// Something is not there: the key, for example.
        case missing
        /// It cannot succeed, however often it is asked.
        case refused
        /// It was asked too much; later it may succeed.
        case rateLimit
        /// There is no money left for it.
        case budget
        case timeout
        case unreachable
        /// It failed on the other side; later it may succeed.
        case server
        /// The answer is none.
        case malformed
        /// A text, or the answer, is larger than allowed.
        case tooLarge
        case cancelled
    }

    public let kind: Kind
    /// In our words: what happened, and what to do.
    public let detail: String
    /// How long the other side asks to be left alone, in milliseconds.
    public let retryAfterMs: UInt64?
    /// What it cost nevertheless, as far as the other side says so.
    public let costMicrodollars: UInt64

    public init(_ kind: Kind, _ detail: String, retryAfterMs: UInt64? = nil, costMicrodollars: UInt64 = 0) {
        self.kind = kind
        self.detail = detail
        self.retryAfterMs = retryAfterMs
        self.costMicrodollars = costMicrodollars
    }

    public var description: String { detail }
}
