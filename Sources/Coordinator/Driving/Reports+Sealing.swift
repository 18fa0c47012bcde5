import Events
import Jobs
import Sealing
import Wire

/// Contents that a report names by the digests of what they say, and their digests once they are sealed.
private struct SealedContents {
    let artifacts: [[UInt8]]
    private let digests: [Digest: Digest]

    init(_ contents: [[UInt8]], _ seal: ([UInt8]) -> Content) {
        let sealed = contents.map(seal)
        artifacts = sealed.map(\.stored)
        digests = Dictionary(zip(contents, sealed).map { (Digest.of($0), $1.digest) }) { first, _ in first }
    }

    func callAsFunction(_ digest: Digest) -> Digest { digests[digest] ?? digest }
}

extension CallReport {
    /// The same report with its contents sealed for those whom the call was about.
    func sealed(about subjects: Set<SubjectID>, by shelf: ArtifactShelf) -> CallReport {
        sealed { shelf.observed($0, about: subjects) }
    }

    /// The same report with its contents as they are to be kept.
    func sealed(_ seal: ([UInt8]) -> Content) -> CallReport {
        let contents = SealedContents(artifacts, seal)
        let outcome: CallEnded.Outcome =
            switch outcome {
            case .completed(let done):
                .completed(
                    CallCompleted(
                        response: contents(done.response), usage: done.usage, costMicrodollars: done.costMicrodollars,
                        finish: done.finish, model: done.model, cachedFrom: done.cachedFrom))
            case .failed(let failed):
                .failed(
                    CallFailed(
                        error: failed.error, status: failed.status, retryAfterMs: failed.retryAfterMs,
                        detail: failed.detail, evidence: failed.evidence.map { contents($0) },
                        costMicrodollars: failed.costMicrodollars))
            case .unresolved: .unresolved
            }
        return CallReport(outcome: outcome, artifacts: contents.artifacts, latencyUs: latencyUs)
    }
}

extension DeliveryReport {
    /// The same report with its contents sealed for the recipient, whose address stands in no detail either.
    func sealed(for recipient: String, _ subjects: Set<SubjectID>, by shelf: ArtifactShelf) -> DeliveryReport {
        let contents = SealedContents(artifacts) { shelf.observed($0, about: subjects) }
        func hidden(_ detail: String) -> String { detail.replacing(recipient, with: "the recipient") }
        let outcome: EffectEnded.Outcome =
            switch outcome {
            case .succeeded(let done): .succeeded(EffectSucceeded(receipt: contents(done.receipt)))
            case .failed(let failed):
                .failed(
                    EffectFailed(
                        error: failed.error, status: failed.status, detail: hidden(failed.detail),
                        retryable: failed.retryable))
            case .unknown(let unknown): .unknown(EffectUnknown(detail: hidden(unknown.detail)))
            }
        return DeliveryReport(outcome: outcome, artifacts: contents.artifacts)
    }
}
