import Embedding
@_spi(Minting) import EventSourcing
import Events
import Jobs
import Wire

@testable import Agents

/// Makes one call as the driver would, with a permit as the ledger would mint it.
func report(
    of provider: ProviderKind, _ kind: ModelDefinition.Kind? = nil, request: String = "{}",
    workspace: String = "/nonexistent", secrets: [String: String] = [:], allowPrivate: Bool = false,
    timeoutMs: UInt64 = 20_000
) async -> CallReport {
    let hub = AgentHub(workspace: workspace, secret: { secrets[$0] }, allowPrivate: allowPrivate)
    let call = Call(
        provider: provider, model: kind.map { ModelDefinition(alias: "tested", kind: $0) },
        request: Array(request.utf8), timeoutMs: timeoutMs)
    let stream = StreamName(category: "job", id: "newsletter-1")
    return await hub.execute(call, permit: Permit<Live>(stream: stream, version: 7))
}

extension CallReport {
    var completed: CallCompleted? { if case .completed(let completed) = outcome { completed } else { nil } }
    var failed: CallFailed? { if case .failed(let failed) = outcome { failed } else { nil } }

    /// The artifact that the outcome names.
    var content: String? {
        guard let digest = completed?.response ?? failed?.evidence else { return nil }
        return artifacts.first { Digest.of($0) == digest }.map { String(decoding: $0, as: UTF8.self) }
    }
}

extension EmbeddingEndpoint {
    /// Asks with a permit as the ledger would mint it.
    func embedded(_ texts: [String]) async throws(EmbeddingFailure) -> Embeddings {
        try await embed(
            texts, permit: Permit<Live>(stream: StreamName(category: "derived", id: "embeddings-test"), version: 2))
    }
}
