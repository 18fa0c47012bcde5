import Testing
import Wire

@Suite struct `Metrics` {
    @Test func `count what the log holds`() throws {
        let company = try Company()
        let job = try company.send()
        try company.daybook("run", "newsletter")
        try company.daybook(
            "review", "newsletter-2", "--edit", environment: ["EDITOR": "sed -i '3s/.*/A first line of my own./'"])
        try company.daybook("outcome", "set", job, "opens", "46%")
        let rows = try company.daybook("metrics", "--json").objects
        let log = try company.daybook("log", "--json").objects
        let flow = try #require(rows.first { $0["kind"] == "flow" })
        #expect(flow["queued"] == 2 && flow["completed"] == 2)
        let calls = rows.filter { $0["kind"] == "calls" }
        let requested = calls.compactMap { $0["calls"]?.integer }.reduce(0, +)
        #expect(requested == Int64(log.count { $0["event"] == "CallRequested" }))
        let draft = try #require(calls.first { $0["step"] == "draft" })
        #expect(draft["approved"] == 1 && draft["edited"] == 1)
        #expect((draft["edit_distance_millionths"]?.integer ?? 0) > 0)
        let mail = try #require(rows.first { $0["kind"] == "deliveries" })
        #expect(mail["succeeded"]?.integer == Int64(log.count { $0["event"] == "EffectEnded" }))
        let outcome = try #require(rows.first { $0["kind"] == "outcome" })
        #expect(outcome["metric"] == "opens" && outcome["value_millionths"] == 460_000)
        let words = try company.daybook("metrics").output
        #expect(words.contains("50 % of 2") && words.contains("opens"))
        let page = try company.daybook("metrics", "--prometheus").lines
        #expect(
            page.contains {
                $0.hasPrefix("ledger_calls_total{flow=\"newsletter\",step=\"draft\"") && $0.hasSuffix(" 2")
            })
        #expect(page.filter { !$0.hasPrefix("#") }.allSatisfy { Double($0.split(separator: " ").last ?? "") != nil })
    }

    @Test func `say that nothing has run`() throws {
        let company = try Company()
        #expect(try company.daybook("metrics").output.contains("Nothing has run yet."))
        #expect(try company.daybook("metrics", "--json").output.isEmpty)
    }
}
