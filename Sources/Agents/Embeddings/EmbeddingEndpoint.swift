public import Embedding
public import EventSourcing
import Events
import Sealing
import Transfer
import Wire

/// An embedder behind an OpenAI-compatible `POST /embeddings`.
///
/// Nothing is sent without a permit, and a permit is minted only from the commit that holds the request; so it is no
/// `Embedder`, which anybody may ask. Each request is made once. What was received cannot be computed again, so whoever
/// asks records it.
public struct EmbeddingEndpoint: Sendable {
    /// Texts of one request.
    public static let textsPerRequestMax = 64
    /// Bytes of one request's texts.
    public static let textBytesMax = 1 << 20
    /// The longest answer, in bytes: 64 vectors of 4,096 numbers need six million.
    public static let responseBytesMax = 16 << 20
    /// Numbers of a vector.
    public static let dimensionsMax = 4_096
    /// Of the other side's own words, in characters.
    static let messageCharactersMax = 200

    /// How it is reached, as `daybook.yaml` says.
    public struct Settings: Hashable, Sendable {
        /// Up to and without `/embeddings`.
        public let url: String
        public let model: String
        /// The name of the environment variable that holds the key; empty for none. Never the key.
        public let keyVariable: String
        /// Numbers of a vector; another number is refused.
        public let dimensions: Int
        /// What a million tokens cost.
        public let inputMicrodollars: UInt64
        /// For each request, in milliseconds.
        public let timeoutMs: UInt64

        public init(
            url: String, model: String, keyVariable: String, dimensions: Int, inputMicrodollars: UInt64,
            timeoutMs: UInt64
        ) {
            self.url = url
            self.model = model
            self.keyVariable = keyVariable
            self.dimensions = dimensions
            self.inputMicrodollars = inputMicrodollars
            self.timeoutMs = timeoutMs
        }
    }

    /// Its digest is that of the url and the model's name: nobody here can know the weights.
    public let identity: EmbedderIdentity
    private let settings: Settings
    private let secret: @Sendable (String) -> String?

    /// - Parameters:
    ///   - settings: with 1 to `dimensionsMax` dimensions.
    ///   - secret: the value of an environment variable; nil if it is not set.
    public init(_ settings: Settings, secret: @escaping @Sendable (String) -> String?) {
        precondition(1...Self.dimensionsMax ~= settings.dimensions, "the settings' dimensions are few thousands")
        self.settings = settings
        self.secret = secret
        identity = Self.identity(url: settings.url, model: settings.model, dimensions: settings.dimensions)
    }

    /// Whose vectors they are that a server at this url makes.
    public static func identity(url: String, model: String, dimensions: Int) -> EmbedderIdentity {
        EmbedderIdentity(model: model, digest: Digest.of(Array("\(url)\n\(model)".utf8)), dimensions: dimensions)
    }

    /// Texts that can be sent together: neither too many, nor too long.
    ///
    /// - Parameter lengths: of the texts, in bytes of UTF-8. One that is too long stands alone, and is refused.
    public static func batches(of lengths: [Int]) -> [Range<Int>] {
        var batches: [Range<Int>] = []
        var start = 0
        var bytes = 0
        for (index, length) in lengths.enumerated() {
            if index > start, index - start == textsPerRequestMax || bytes + length > textBytesMax {
                batches.append(start..<index)
                (start, bytes) = (index, 0)
            }
            bytes += length
        }
        return start < lengths.count ? batches + [start..<lengths.count] : batches
    }

    /// A vector for each text, in their order, by one request.
    ///
    /// - Parameter permit: the request is durable; it is used up, whatever comes of it.
    /// - Throws: `EmbeddingFailure` if there is none for any of them: never for a part.
    public func embed(
        _ texts: [String], permit: consuming Permit<Live>
    ) async throws(EmbeddingFailure) -> Embeddings {
        _ = consume permit
        guard texts.count <= Self.textsPerRequestMax else {
            throw EmbeddingFailure(
                .tooLarge, "\(texts.count) texts; \(Self.textsPerRequestMax) are the most of a request")
        }
        let length = texts.reduce(0) { $0 + $1.utf8.count }
        guard length <= Self.textBytesMax else {
            throw EmbeddingFailure(
                .tooLarge,
                "\(texts.count) texts have \(length) bytes; \(Self.textBytesMax) are the most: cut them into chunks")
        }
        return try await ask(texts)
    }

    private func ask(_ texts: [String]) async throws(EmbeddingFailure) -> Embeddings {
        var headers = [
            HTTPRequest.Header("Content-Type", "application/json"), HTTPRequest.Header("Accept", "application/json"),
        ]
        var key = ""
        if !settings.keyVariable.isEmpty {
            guard let value = secret(settings.keyVariable), !value.isEmpty else {
                throw EmbeddingFailure(
                    .missing,
                    "the variable \(settings.keyVariable) with the key is not set; set it, or choose another embedder")
            }
            key = value
            headers.append(HTTPRequest.Header("Authorization", "Bearer \(key)"))
        }
        let body = JSON.fields(
            ("model", .string(settings.model)), ("input", .array(texts.map { .string($0) })),
            ("encoding_format", "float"))
        let base = settings.url.hasSuffix("/") ? String(settings.url.dropLast()) : settings.url
        let response = await HTTPRequest(
            url: base + "/embeddings", body: body.bytes, headers: headers, timeoutMs: settings.timeoutMs,
            responseBytesMax: Self.responseBytesMax, allowsPrivate: true
        ).send()
        if let failure = response.failure { throw EmbeddingFailure(failure) }
        guard response.status == 200 else { throw refusal(response, body: Redaction([key])(response.body)) }
        let answer: EmbeddingAnswer
        do throws(EmbeddingFailure) {
            answer = try EmbeddingAnswer(response.body, texts: texts.count, dimensions: settings.dimensions)
        } catch {
            // Whoever answers nonsense charges for it.
            throw EmbeddingFailure(
                error.kind, error.detail, costMicrodollars: cost(of: EmbeddingAnswer.tokens(in: response.body)))
        }
        return Embeddings(
            dimensions: settings.dimensions, values: answer.values, tokens: UInt64(answer.tokens),
            costMicrodollars: cost(of: answer.tokens))
    }

    private func cost(of tokens: UInt32) -> UInt64 {
        Cost.microdollars(ofInput: UInt64(tokens), at: settings.inputMicrodollars)
    }

    private func refusal(_ response: HTTPResponse, body: [UInt8]) -> EmbeddingFailure {
        let status = response.status
        let isOutOfMoney = ChatAnswer.isOutOfMoney(status: status, body)
        let detail =
            switch status {
            case _ where isOutOfMoney:
                "the account has no money left, or has reached its limit; the provider's page shows it"
            case 300..<400: "it answered \(status), a redirect, which is not followed; correct the embedder's url"
            case 401, 403:
                settings.keyVariable.isEmpty
                    ? "it wants a key (\(status)); name its variable in daybook.yaml"
                    : "it does not take the key in \(settings.keyVariable) (\(status))"
            case 404: "it knows no \(settings.model), or no embeddings at this url (404)"
            case 501: "it makes no embeddings (501); a llama.cpp server does when it is started with --embeddings"
            default: "it answered \(status)" + Self.message(in: body)
            }
        return EmbeddingFailure(
            isOutOfMoney ? .budget : EmbeddingFailure.Kind(CallError(status: status)), detail,
            retryAfterMs: response.retryAfterMs)
    }

    /// What the other side says about it, in one line.
    private static func message(in body: [UInt8]) -> String {
        guard let error = (try? JSON(parsing: body))?["error"], let text = error["message"]?.text ?? error.text else {
            return ""
        }
        return ": " + text.prefix(messageCharactersMax).map { $0.isNewline ? " " : String($0) }.joined()
    }
}

extension EmbeddingFailure {
    init(_ failure: TransferFailure) {
        self.init(failure.kind == .cancelled ? .cancelled : Kind(CallError(failure.kind)), failure.detail)
    }
}

extension EmbeddingFailure.Kind {
    init(_ error: CallError) {
        self =
            switch error {
            case .missing: .missing
            case .rateLimit: .rateLimit
            case .budget: .budget
            case .timeout: .timeout
            case .unreachable: .unreachable
            case .server: .server
            case .malformed: .malformed
            case .tooLarge: .tooLarge
            default: .refused
            }
    }
}
