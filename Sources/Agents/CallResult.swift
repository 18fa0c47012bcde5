import Events
import Jobs
import Wire

/// How a call went, before its contents have digests.
enum CallResult: Sendable {
    case completed(Answer)
    case failed(Failure)
    /// Nobody knows: the caller gave up while the call ran.
    case unresolved

    func report(latencyUs: UInt64) -> CallReport {
        switch self {
        case .completed(let answer):
            let outcome = CallCompleted(
                response: Digest.of(answer.content), usage: answer.usage, costMicrodollars: answer.costMicrodollars,
                finish: answer.finish, model: answer.model)
            return CallReport(outcome: .completed(outcome), artifacts: [answer.content], latencyUs: latencyUs)
        case .failed(let failure):
            let outcome = CallFailed(
                error: failure.error, status: failure.status, retryAfterMs: failure.retryAfterMs,
                detail: failure.detail, evidence: failure.evidence.map { Digest.of($0) },
                costMicrodollars: failure.costMicrodollars)
            return CallReport(
                outcome: .failed(outcome), artifacts: failure.evidence.map { [$0] } ?? [], latencyUs: latencyUs)
        case .unresolved:
            return CallReport(outcome: .unresolved, latencyUs: latencyUs)
        }
    }
}

/// A whole answer.
struct Answer: Sendable {
    let content: [UInt8]
    /// As the provider claims; zero where it claims nothing.
    var usage = Usage(inputTokens: 0, outputTokens: 0, cachedTokens: 0)
    var costMicrodollars: UInt64 = 0
    var finish: FinishReason = .stop
    let model: String
}

/// Why there is no answer.
struct Failure: Sendable {
    /// Of what came back instead, in bytes, so much is kept.
    static let evidenceBytesMax = 64 << 10

    let error: CallError
    /// HTTP status or exit code; 0 if there was none.
    let status: UInt32
    let retryAfterMs: UInt64?
    /// In our words.
    let detail: String
    let evidence: [UInt8]?
    let costMicrodollars: UInt64

    init(
        _ error: CallError, _ detail: String, status: UInt32 = 0, retryAfterMs: UInt64? = nil,
        evidence: [UInt8] = [], costMicrodollars: UInt64 = 0
    ) {
        self.error = error
        self.status = status
        self.retryAfterMs = retryAfterMs
        self.detail = detail
        self.evidence = evidence.isEmpty ? nil : Array(evidence.prefix(Self.evidenceBytesMax))
        self.costMicrodollars = costMicrodollars
    }
}
