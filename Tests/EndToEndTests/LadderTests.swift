import Foundation
import Testing
import Wire

@Suite struct `The ladder, end to end` {
    /// A company whose writer and others ask this model, with short waits.
    private func company(_ model: String) throws -> Company {
        let company = try Company()
        let settings = try company.read("daybook.yaml").split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.hasPrefix("  writing:") ? "  writing: \(model)" : String($0) }
        try company.write("daybook.yaml", settings.joined(separator: "\n"))
        try company.write(
            "flows/one.yaml",
            """
            name: one
            on:
              manual: {inputs: {topic: {type: text, required: false}}}
            steps:
              - id: plan
                agent: strategist
                with: {topic: "${{ inputs.topic }}"}
                retry: {max: 3, backoff: 50ms}
                timeout: 2s
                ladder: [writing, heuristic, person]

            """)
        #expect(try company.daybook("check").status == 0)
        return company
    }

    private func tasks(_ company: Company) throws -> [String] {
        try company.daybook("job", "events", "one-1", "--json").objects.filter { $0["event"] == "TaskRequested" }
            .map {
                "\($0["data"]?["executor"]?.text ?? "") \($0["data"]?["why"]?.text?.dropFirst(12).lowercased() ?? "")"
            }
    }

    @Test func `a step that fails twice and then works shows both retries`() throws {
        let server = try ModelServer("500", "429", "ok")
        let company = try company("{url: \(server.url), model: tiny}")
        let run = try company.daybook("run", "one", "--json")
        #expect(run.status == 0)
        #expect(try tasks(company) == ["writing first", "writing retry", "writing retry"])
        let ended = try company.daybook("job", "events", "one-1", "--json").objects.last { $0["event"] == "CallEnded" }
        #expect(ended?["data"]?["completed"]?["usage"]?["inputTokens"]?.integer == 100)
        #expect(try company.daybook("replay", "one-1").status == 0)
    }

    @Test(arguments: ["html", "cut", "empty", "hang", "500"])
    func `a model that answers nonsense or nothing is left for the heuristic`(_ word: String) throws {
        let server = try ModelServer(word)
        let company = try company("{url: \(server.url), model: tiny}")
        #expect(try company.daybook("run", "one", "--json").status == 0)
        #expect(
            try tasks(company) == ["writing first", "writing retry", "writing retry", "heuristic fallback"])
    }

    @Test func `a long Retry-After parks the job and says until when`() throws {
        let server = try ModelServer("429:3600")
        let company = try company("{url: \(server.url), model: tiny}")
        let run = try company.daybook("run", "one", "--json")
        #expect(run.status == 6)
        #expect(run.objects.first?["state"] == "parked")
        #expect(run.objects.first?["parked_until"]?.text != nil)
        #expect(try company.daybook("job", "list").output.contains("parked"))
    }

    @Test func `a command that hangs is ended, and the ladder goes on`() throws {
        let company = try company("{command: [/bin/sh, -c, \"sleep 60 & sleep 60\"], reconcile: pure}")
        #expect(try company.daybook("run", "one", "--json").status == 0)
        #expect(try tasks(company).last == "heuristic fallback")
    }

    @Test func `the last rung is a person, who makes the output`() throws {
        let server = try ModelServer("500")
        let company = try company("{url: \(server.url), model: tiny}")
        try company.edit("flows/one.yaml", "[writing, heuristic, person]", "[writing, person]")
        #expect(try company.daybook("run", "one", "--json").status == 3)
        #expect(try company.daybook("inbox", "--json").objects.first?["kind"] == "handover")
        let output = #"{"topic":"by hand","angle":"a","questions":["q"],"avoid":["x"]}"#
        let review = try company.daybook("review", "one-1", "--take-over", "--file", "-", input: output)
        #expect(review.status == 0 || review.status == 65, "\(review.errors)")
        #expect(try company.events("one-1").contains("ApprovalDecided") == (review.status == 0))
    }
}
