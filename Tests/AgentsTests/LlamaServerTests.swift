import Agents
import Embedding
import Foundation
import Testing

/// A llama.cpp server with the same model, where somebody has fetched both.
private enum Llama {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../.build/model").standardizedFileURL.path
    static let server = "\(folder)/server/llama-server"
    static let model = "\(folder)/all-MiniLM-L6-v2-q8_0.gguf"
    static let weights = ModelPlace.path(configured: nil) { ProcessInfo.processInfo.environment[$0] }
    static let isThere = [server, model, weights ?? "/none"].allSatisfy { FileManager.default.fileExists(atPath: $0) }
}

@Suite(
    .enabled(
        if: Llama.isThere,
        "no llama.cpp server here: tools/setup --model fetches it, tools/embedding-oracle gguf makes its model"))
struct `A real embeddings server` {
    @Test func `gives the vectors that the local model gives`() async throws {
        let port = try closedPort()
        let process = Process()
        process.executableURL = URL(filePath: Llama.server)
        process.arguments = [
            "-m", Llama.model, "--embeddings", "-c", "512", "--host", "127.0.0.1", "--port", "\(port)", "-t", "1",
            "--no-webui",
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        defer { kill(process.processIdentifier, SIGKILL) }
        let endpoint = EmbeddingEndpoint(
            EmbeddingEndpoint.Settings(
                url: "http://127.0.0.1:\(port)/v1", model: "all-MiniLM-L6-v2", keyVariable: "", dimensions: 384,
                inputMicrodollars: 0, timeoutMs: 20_000)
        ) { _ in nil }
        let texts = [
            "Sara will be on maternity leave from September until March.", "Refund issued, reply to jane@example.com.",
            "Crème brûlée and déjà vu", "x", "How much does Pro cost a month?",
        ]
        let found = try await answer(endpoint, texts)
        let local = try LocalEmbedder.open(at: Llama.weights).vectors(of: texts)
        for text in texts.indices {
            let cosine = zip(found[text], local[text]).reduce(0.0) { sum, pair in
                sum + Double(pair.0) * Double(pair.1)
            }
            #expect(cosine > 0.998, "\(texts[text])")
        }
        #expect(found.tokens > 0)
    }

    /// Asks until the server has read its model.
    private func answer(_ endpoint: EmbeddingEndpoint, _ texts: [String]) async throws -> Embeddings {
        for _ in 0..<200 {
            do throws(EmbeddingFailure) {
                return try await endpoint.embedded(texts)
            } catch {
                guard error.kind == .unreachable || error.kind == .server else { throw error }
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        return try await endpoint.embedded(texts)
    }
}
