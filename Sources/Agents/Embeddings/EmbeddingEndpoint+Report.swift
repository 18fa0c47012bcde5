import Embedding
public import EventSourcing
import Events
public import Jobs
import Wire

extension EmbeddingEndpoint {
    /// Asks once, and says how it ended in the words of a call: the response is the vectors' bytes.
    public func report(of texts: [String], permit: consuming Permit<Live>) async -> CallReport {
        let clock = ContinuousClock()
        let start = clock.now
        let result: CallResult
        do throws(EmbeddingFailure) {
            let found = try await embed(texts, permit: permit)
            result = .completed(
                Answer(
                    content: found.littleEndianBytes,
                    usage: Usage(
                        inputTokens: UInt32(clamping: found.tokens), outputTokens: 0, cachedTokens: 0),
                    costMicrodollars: found.costMicrodollars, model: identity.model))
        } catch {
            result =
                CallError(error.kind).map { kind in
                    .failed(
                        Failure(
                            kind, error.detail, retryAfterMs: error.retryAfterMs,
                            costMicrodollars: error.costMicrodollars))
                } ?? .unresolved
        }
        let (seconds, attoseconds) = start.duration(to: clock.now).components
        return result.report(latencyUs: UInt64(clamping: seconds * 1_000_000 + attoseconds / 1_000_000_000_000))
    }
}

extension CallError {
    /// Nil where nobody knows how it ended.
    fileprivate init?(_ kind: EmbeddingFailure.Kind) {
        switch kind {
        case .missing: self = .missing
        case .refused: self = .refused
        case .rateLimit: self = .rateLimit
        case .budget: self = .budget
        case .timeout: self = .timeout
        case .unreachable: self = .unreachable
        case .server: self = .server
        case .malformed: self = .malformed
        case .tooLarge: self = .tooLarge
        case .cancelled: return nil
        }
    }
}
