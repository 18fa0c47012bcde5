import Agents
import Events
import Foundation
import Jobs
import Testing

@Suite struct `A chat model` {
    private static let server = Result { () throws -> (script: PythonScript, port: String) in
        let script = try PythonScript("scripted_http.py")
        return (script, try script.line())
    }

    private func ask(
        _ mode: String, key: String = "", secrets: [String: String] = [:], timeoutMs: UInt64 = 20_000
    ) async throws -> CallReport {
        let model = ChatModel(
            url: "http://127.0.0.1:\(try Self.server.get().port)/\(mode)", model: "asked-model", keyVariable: key,
            maxOutputTokens: 100, temperaturePermille: 0, inputMicrodollars: 1_000_000, outputMicrodollars: 5_000_000,
            seed: 0)
        return await report(
            of: .chat, .chat(model), request: #"{"model":"asked-model", "messages":[]}"#, secrets: secrets,
            timeoutMs: timeoutMs)
    }

    @Test func `gets the exact bytes with its key, and its answer is kept with usage and cost`() async throws {
        // A server of its own, because what it was asked is read from it.
        let script = try PythonScript("scripted_http.py")
        let model = ChatModel(
            url: "http://127.0.0.1:\(try script.line())/ok/v1/", model: "asked-model", keyVariable: "MODEL_KEY",
            maxOutputTokens: 100, temperaturePermille: 0, inputMicrodollars: 1_000_000, outputMicrodollars: 5_000_000,
            seed: 0)
        let request = #"{"model":"asked-model",  "messages":[{"content":"ü"}]}"#
        let report = await report(of: .chat, .chat(model), request: request, secrets: ["MODEL_KEY": "sk-secret"])
        struct Heard: Decodable {
            let path: String
            let body: String
            let headers: [String: String]
        }
        let heard = try JSONDecoder().decode(Heard.self, from: Data(script.line().utf8))
        #expect(heard.path == "/ok/v1/chat/completions")
        #expect(heard.body == request)
        #expect(heard.headers["Authorization"] == "Bearer sk-secret")
        #expect(heard.headers["Content-Type"] == "application/json")
        #expect(heard.headers["Accept-Encoding"] == nil)
        #expect(report.content == "Hello.")
        let completed = try #require(report.completed)
        #expect(completed.usage == Usage(inputTokens: 1_000, outputTokens: 200, cachedTokens: 400))
        #expect(completed.costMicrodollars == 2_000)
        #expect(completed.finish == .stop)
        #expect(completed.model == "served-model")
        #expect(report.latencyUs > 0)
    }

    @Test func `its own account of the cost comes first, rounded up`() async throws {
        #expect(try await ask("priced").completed?.costMicrodollars == 124)
    }

    @Test(arguments: [("length", FinishReason.length), ("filtered", .refusal)])
    func `how it ended is kept`(mode: String, finish: FinishReason) async throws {
        #expect(try await ask(mode).completed?.finish == finish)
    }

    @Test func `a refusal in words is an answer that says so`() async throws {
        let report = try await ask("refusal")
        #expect(report.completed?.finish == .refusal)
        #expect(report.content == "I would rather not.")
    }

    @Test func `absurd usage counts as none`() async throws {
        let completed = try #require(try await ask("absurd").completed)
        #expect(completed.usage == Usage(inputTokens: 0, outputTokens: 0, cachedTokens: 0))
        #expect(completed.costMicrodollars == 0)
    }

    @Test(arguments: [
        ("400", CallError.refused), ("401", .refused), ("402", .budget), ("403", .refused), ("404", .refused),
        ("408", .timeout), ("409", .server), ("422", .refused), ("429", .rateLimit), ("500", .server), ("502", .server),
        ("503", .server), ("529", .server), ("redirect", .refused), ("poor", .budget), ("limited", .rateLimit),
    ])
    func `each status has its meaning`(mode: String, error: CallError) async throws {
        let failed = try #require(try await ask(mode).failed)
        #expect(failed.error == error)
        #expect(failed.status == UInt32(mode) ?? ["redirect": 302, "poor": 429, "limited": 429][mode])
        #expect(failed.detail.contains("scripted") == false)
    }

    @Test func `how long to wait is taken from it and capped at a day`() async throws {
        #expect(try await ask("limited").failed?.retryAfterMs == 7_000)
        #expect(try await ask("limited-absurd").failed?.retryAfterMs == 86_400_000)
        #expect(try await ask("500").failed?.retryAfterMs == nil)
    }

    @Test(arguments: ["html", "cut", "empty", "no-choice", "no-content", "wrong-type"])
    func `a 200 without an answer is malformed, and what came is kept`(mode: String) async throws {
        let report = try await ask(mode)
        #expect(report.failed?.error == .malformed)
        #expect(report.failed?.status == 200)
        #expect((report.content != nil) == (mode != "empty"))
        #expect(report.completed == nil)
    }

    @Test func `what an answer without content cost is counted`() async throws {
        #expect(try await ask("no-choice").failed?.costMicrodollars == 2_000)
    }

    @Test func `an answer that ends early is none, and its beginning is kept`() async throws {
        let report = try await ask("short")
        #expect(report.failed?.error == .server)
        #expect(report.content?.count == 60)
    }

    @Test(arguments: ["hang", "trickle"])
    func `its time is limited`(mode: String) async throws {
        let report = try await ask(mode, timeoutMs: 700)
        #expect(report.failed?.error == .timeout)
    }

    @Test func `a body without end is cut off`() async throws {
        let report = try await ask("huge")
        #expect(report.failed?.error == .tooLarge)
        #expect(report.content?.utf8.count == 64 << 10)
    }

    @Test func `nobody there is unreachable`() async throws {
        let port = try closedPort()
        for url in ["http://127.0.0.1:\(port)", "https://127.0.0.1:\(port)", "http://nobody.invalid"] {
            let model = ChatModel(
                url: url, model: "m", keyVariable: "", maxOutputTokens: 1, temperaturePermille: 0,
                inputMicrodollars: 0, outputMicrodollars: 0, seed: 0)
            #expect(await report(of: .chat, .chat(model), timeoutMs: 3_000).failed?.error == .unreachable, "\(url)")
        }
    }

    @Test func `a key that is not set, or cannot be a header, is said before anything is sent`() async throws {
        let unset = try await ask("ok", key: "MODEL_KEY").failed
        #expect(unset?.error == .missing)
        #expect(unset?.detail.contains("MODEL_KEY") == true)
        let broken = try await ask("ok", key: "MODEL_KEY", secrets: ["MODEL_KEY": "a\r\nX-Evil: 1"]).failed
        #expect(broken?.error == .refused)
        #expect(broken?.detail.contains("Evil") == false)
    }

    @Test func `a key that it repeats is not kept`() async throws {
        let secrets = ["MODEL_KEY": "sk-very-secret-value"]
        let failed = try await ask("500", key: "MODEL_KEY", secrets: secrets)
        #expect(failed.content?.contains("Bearer [redacted]") == true)
        let completed = try await ask("echo", key: "MODEL_KEY", secrets: secrets)
        #expect(completed.content == "You said Bearer [redacted]")
    }

    @Test func `a cancelled call is one of which nobody knows`() async throws {
        let task = Task { try await ask("hang") }
        task.cancel()
        let outcome = try await task.value.outcome
        #expect(outcome == .unresolved)
    }
}
