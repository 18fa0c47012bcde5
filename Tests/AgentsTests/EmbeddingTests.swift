import Agents
import Embedding
import Foundation
import Testing

@Suite struct `An embeddings endpoint` {
    private static let server = Result { () throws -> (script: PythonScript, port: String) in
        let script = try PythonScript("embeddings_http.py")
        return (script, try script.line())
    }

    private func endpoint(
        _ mode: String, port: String? = nil, key: String = "", secrets: [String: String] = [:], dimensions: Int = 4,
        timeoutMs: UInt64 = 20_000
    ) throws -> EmbeddingEndpoint {
        EmbeddingEndpoint(
            EmbeddingEndpoint.Settings(
                url: "http://127.0.0.1:\(try port ?? Self.server.get().port)/\(mode)/v1/", model: "asked-model",
                keyVariable: key, dimensions: dimensions, inputMicrodollars: 20_000, timeoutMs: timeoutMs)
        ) { secrets[$0] }
    }

    private func failure(_ mode: String, texts: [String] = ["a", "bb"], timeoutMs: UInt64 = 20_000) async throws
        -> EmbeddingFailure?
    {
        do throws(EmbeddingFailure) {
            let endpoint = try? endpoint(mode, timeoutMs: timeoutMs)
            _ = try await endpoint?.embedded(texts)
            return nil
        } catch {
            return error
        }
    }

    private func expected(_ text: String) -> [Float] {
        let first = Double(text.count)
        let length = (first * first + 25).squareRoot()
        return [first, 3, -4, 0].map { Float($0 / length) }
    }

    private struct Heard: Decodable {
        let path: String
        let body: String
        let headers: [String: String]
    }

    @Test func `gets texts and key, and its vectors come back with length 1, tokens and cost`() async throws {
        let script = try PythonScript("embeddings_http.py", ["--print"])
        let endpoint = try endpoint(
            "ok", port: try script.line(), key: "EMBEDDER_KEY", secrets: ["EMBEDDER_KEY": "sk-secret"])
        let found = try await endpoint.embedded(["ü", "two words"])
        let heard = try JSONDecoder().decode(Heard.self, from: Data(script.line().utf8))
        #expect(heard.path == "/ok/v1/embeddings")
        #expect(heard.body == #"{"model":"asked-model","input":["ü","two words"],"encoding_format":"float"}"#)
        #expect(heard.headers["Authorization"] == "Bearer sk-secret")
        #expect(found.values == expected("ü") + expected("two words"))
        #expect(found.tokens == 20)
        // 20 tokens at two cents a million, rounded up.
        #expect(found.costMicrodollars == 1)
    }

    @Test func `many texts go in several requests, and come back in order`() async throws {
        let texts = (0..<150).map { String(repeating: "x", count: $0 + 1) }
        let batches = EmbeddingEndpoint.batches(of: texts.map(\.utf8.count))
        #expect(batches == [0..<64, 64..<128, 128..<150])
        let endpoint = try endpoint("reversed")
        for batch in batches {
            let found = try await endpoint.embedded(Array(texts[batch]))
            #expect(found.values == texts[batch].flatMap(expected))
        }
        #expect(try await failure("ok", texts: texts)?.kind == .tooLarge)
    }

    @Test func `long texts go in several requests, and one too long in none`() async throws {
        let half = EmbeddingEndpoint.textBytesMax / 2 + 1
        #expect(EmbeddingEndpoint.batches(of: [half, half, 1]) == [0..<1, 1..<3])
        #expect(EmbeddingEndpoint.batches(of: [1, 2 * half, 1]) == [0..<1, 1..<2, 2..<3])
        #expect(EmbeddingEndpoint.batches(of: []).isEmpty)
        let long = String(repeating: "x", count: 2 * half)
        #expect(try await failure("ok", texts: [long])?.kind == .tooLarge)
    }

    @Test func `an answer without indices is in order`() async throws {
        let found = try await endpoint("bare").embedded(["a", "bb"])
        #expect(found.values == expected("a") + expected("bb"))
        #expect(found.tokens == 0)
    }

    @Test(arguments: [
        "few", "twice", "far", "short", "zeros", "words", "huge-numbers", "base64", "empty", "html", "no-data",
    ])
    func `an answer that is none is called malformed`(mode: String) async throws {
        let failure = try await failure(mode)
        #expect(failure?.kind == .malformed)
        #expect(failure?.detail.hasPrefix("it answered 200 ") == true)
    }

    @Test(arguments: [
        ("limited", EmbeddingFailure.Kind.rateLimit), ("poor", .budget), ("401", .refused), ("404", .refused),
        ("400", .refused), ("500", .server), ("501", .server), ("endless", .tooLarge),
    ])
    func `a refusal is said in words`(mode: String, kind: EmbeddingFailure.Kind) async throws {
        let failure = try #require(try await failure(mode))
        #expect(failure.kind == kind)
        #expect(!failure.detail.isEmpty)
        #expect(failure.retryAfterMs == (mode == "limited" ? 7_000 : nil))
    }

    @Test func `what it says comes in one line, and without the key`() async throws {
        let endpoint = try endpoint("400", key: "KEY", secrets: ["KEY": "a-secret-value"])
        do throws(EmbeddingFailure) {
            _ = try await endpoint.embedded(["a"])
            Issue.record("it was not refused")
        } catch {
            #expect(error.detail == "it answered 400: scripted for Bearer [redacted]")
        }
    }

    @Test func `one that hangs is given up, and one that is not there is unreachable`() async throws {
        #expect(try await failure("hang", timeoutMs: 300)?.kind == .timeout)
        let endpoint = try endpoint("ok", port: String(try closedPort()))
        await #expect { _ = try await endpoint.embedded(["a"]) } throws: {
            ($0 as? EmbeddingFailure)?.kind == .unreachable
        }
    }

    @Test func `without its key nothing is sent`() async throws {
        let endpoint = try endpoint("ok", key: "NO_SUCH_KEY")
        await #expect { _ = try await endpoint.embedded(["a"]) } throws: {
            ($0 as? EmbeddingFailure)?.detail.contains("NO_SUCH_KEY") == true
        }
    }

    @Test func `has another identity at another place, or with another model`() throws {
        let (one, other) = (try endpoint("ok"), try endpoint("bare"))
        #expect(one.identity != other.identity)
        #expect(one.identity == (try endpoint("ok")).identity)
        #expect(one.identity.model == "asked-model")
    }
}

@Suite struct `The local embedder` {
    private func refusal(_ path: String?) -> LocalEmbedderError? {
        do throws(LocalEmbedderError) {
            _ = try LocalEmbedder.open(at: path)
            return nil
        } catch {
            return error
        }
    }

    @Test func `says what is wrong with its weights, where, and what to do`() throws {
        let folder = try TemporaryFolder()
        func file(_ name: String, _ bytes: [UInt8]) throws -> String {
            let path = "\(folder.path)/\(name)"
            try Data(bytes).write(to: URL(filePath: path))
            return path
        }
        let head = Array("DBKMODEL".utf8)
        let cases: [(String?, LocalEmbedderError.Kind)] = [
            (nil, .missing), ("\(folder.path)/none.pack", .missing), (folder.path, .unreadable),
            (try file("empty", []), .damaged), (try file("text", Array("hello".utf8)), .damaged),
            (try file("old", head + [9] + [UInt8](repeating: 0, count: 55)), .otherVersion),
            (try file("cut", head + [1] + [UInt8](repeating: 0, count: 55)), .damaged),
        ]
        for (path, kind) in cases {
            let failure = try #require(refusal(path))
            #expect(failure.kind == kind)
            #expect(failure.description.contains(path ?? "HOME"))
            #expect(failure.description.hasSuffix("tools/setup-embedder fetches the model"))
        }
    }

    @Test func `a pack whose bytes have changed is not used`() throws {
        let path = try #require(ModelPlace.path(configured: nil) { ProcessInfo.processInfo.environment[$0] })
        guard FileManager.default.fileExists(atPath: path) else {
            return print("skipped: no weights at \(path); tools/setup-embedder fetches them")
        }
        #expect(try LocalEmbedder.open(at: path).identity.dimensions == 384)
        let folder = try TemporaryFolder()
        var bytes = try Data(contentsOf: URL(filePath: path))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(filePath: "\(folder.path)/flipped"))
        #expect(refusal("\(folder.path)/flipped")?.kind == .damaged)
        try bytes.prefix(bytes.count / 2).write(to: URL(filePath: "\(folder.path)/cut"))
        #expect(refusal("\(folder.path)/cut")?.kind == .damaged)
    }
}
