import Testing
import Wire

@Suite struct `The log` {
    @Test func `holds every event in its order, and filters them`() throws {
        let company = try Company()
        try company.send()
        let all = try company.daybook("log", "--json").objects
        #expect(all.compactMap { $0["position"]?.integer } == Array(1...Int64(all.count)))
        let calls = try company.daybook("log", "--job", "newsletter-1", "--type", "callended").lines
        #expect(calls.count == all.count { $0["event"] == "CallEnded" })
        #expect(calls.allSatisfy { $0.contains("CallEnded") && $0.contains("newsletter-1.") })
        let owner = try company.daybook("log", "--actor", "owner", "--json").objects
        #expect(!owner.isEmpty && owner.allSatisfy { $0["actor"] == "owner" })
        let knowledge = try company.daybook("log", "--stream", "entry", "--json").objects
        #expect(knowledge.count == all.count { $0["event"] == "EntryAdded" })
        #expect(try company.daybook("log", "--stream", "entry/pricing", "--json").objects.count == 1)
    }

    @Test func `begins where it is told, from either end`() throws {
        let company = try Company()
        try company.daybook("run", "newsletter")
        let head = try company.head()
        let newest = try company.daybook("log", "--reverse", "--limit", "2", "--json").objects
        #expect(newest.compactMap { $0["position"]?.integer } == [head, head - 1])
        let since = try company.daybook("log", "--since", "@\(head - 2)", "--json").objects
        #expect(since.compactMap { $0["position"]?.integer } == [head - 2, head - 1, head])
        let reversed = try company.daybook("log", "--since", "@\(head - 2)", "--reverse", "--json").objects
        #expect(reversed == since.reversed())
        #expect(try company.daybook("log", "--since", "1h", "--json").objects.count == Int(head))
        #expect(try company.daybook("log", "--since", "2999-01-01", "--json").output.isEmpty)
        #expect(try company.daybook("log", "--since", "2001-02-03 04:05", "--limit", "1", "--json").objects.count == 1)
    }

    @Test func `refuses what it cannot look for`() throws {
        let company = try Company()
        for (arguments, status) in [
            (["--type", "CallEnd"], Int32(64)), (["--since", "yesterday"], 64), (["--since", "2026-13-01"], 64),
            (["--job", "newsletter-1"], 66),
        ] {
            let result = try DaybookBinary.run(["log"] + arguments, in: company.folder)
            #expect(result.status == status, "\(arguments)")
            #expect(result.output.isEmpty && result.errors.hasPrefix("daybook: "))
        }
        #expect(try company.daybook("log", "--type", "CallEnd").errors.contains("CallEnded"))
    }
}
