import Foundation
import Testing
import Wire

@Suite struct `A revert, end to end` {
    private func says(_ company: Company, _ job: String) throws -> [String] {
        try company.daybook("job", "events", job, "--json").objects.filter { $0["event"] == "ContextAssembled" }
            .flatMap { $0["data"]?["items"]?.elements ?? [] }
            .compactMap { $0["knowledge"]?["version"]?.integer.map { "pricing@\($0)" } }
    }

    @Test func `the plan names every call that saw the bad version, and changes nothing`() throws {
        let company = try Company()
        try company.addParrot()
        try company.setPrice(29)
        #expect(try company.daybook("run", "offer", "--json").status == 3)
        #expect(try company.daybook("review", "offer-1", "--approve").status == 0)
        #expect(try company.daybook("run", "offer", "--json").status == 3)
        let head = try company.daybook("log", "--json").objects.count
        let plan = try company.daybook("knowledge", "revert", "pricing", "--to", "1", "--plan")
        #expect(plan.status == 0)
        #expect(plan.output.contains("Plan for pricing @2 -> @1. Nothing has changed yet."))
        #expect(plan.output.contains("\"Pro costs $29 a month.\""))
        #expect(plan.output.contains("2 calls in 2 jobs were shown @2:"))
        #expect(plan.output.contains("offer-2.draft   a command, /bin/sh, says \"$29\" (line 3), not sent yet"))
        #expect(plan.output.contains("says \"$29\" (line 3), you approved it"))
        #expect(plan.output.contains("-> 5 mails written by newsletter, which reaches nobody"))
        #expect(!plan.output.contains("still says"))
        let object = try company.daybook("knowledge", "revert", "pricing", "--to", "1", "--plan", "--json").objects[0]
        #expect(object["applied"] == false && object["consequence"] == "compensable")
        let classes = object["calls"]?.elements?.compactMap { $0["class"]?.text }
        #expect(classes == ["compensable", "recompute"])
        #expect(try company.daybook("log", "--json").objects.count == head)
    }

    @Test func `an open job begins again without the bad version, and its question is asked anew`() throws {
        let company = try Company()
        try company.addParrot()
        try company.setPrice(29)
        try company.daybook("run", "offer")
        let asked = try company.daybook("inbox", "--json").objects.first?["id"]?.text ?? ""
        let revert = try company.daybook("knowledge", "revert", "pricing", "--to", "1", "--reason", "typo", "--json")
        #expect(revert.status == 0)
        let object = try #require(revert.objects.first)
        #expect(object["version"]?.integer == 3 && object["applied"] == true)
        let job = object["jobs"]?.elements?.first
        #expect(job?["result"] == "told" && job?["withdrawn"]?.integer == 1)
        #expect(job?["redone"]?.elements == ["draft"])
        #expect(try company.daybook("inbox", "--json").objects.isEmpty)
        #expect(try company.daybook("review", asked, "--approve").status != 0)
        #expect(try company.mails().isEmpty)
        try company.daybook("work")
        #expect(try says(company, "offer-1") == ["pricing@2", "pricing@3"])
        #expect(try company.daybook("review", "offer-1", "--approve").status == 0)
        let mails = try company.mails().map { try company.read("outbox/new/\($0)") }
        #expect(mails.count == 5 && mails.allSatisfy { $0.contains("39 a month") && !$0.contains("29 a month") })
        #expect(try company.daybook("replay", "--all").status == 0)
        #expect(try company.daybook("verify").status == 0)
    }

    @Test func `it is one event that names its plan, and repeating it tells nobody twice`() throws {
        let company = try Company()
        try company.addParrot()
        try company.setPrice(29)
        try company.daybook("run", "offer")
        let plan = try company.daybook("knowledge", "revert", "pricing", "--to", "1", "--json").objects[0]["plan"]
        let events = try company.daybook("log", "--json").objects
        let applied = events.filter { $0["event"] == "RevertApplied" }
        #expect(applied.count == 1)
        #expect(events.filter { $0["event"] == "EntryReverted" }.count == 1)
        #expect(try company.daybook("show", plan?.text ?? "").status == 0)
        let again = try company.daybook("knowledge", "revert", "pricing", "--to", "1", "--json").objects[0]
        #expect(again["position"] == .null && again["version"]?.integer == 3)
        #expect(again["jobs"]?.elements?.first?["result"] == "told_before")
        #expect(try company.daybook("log", "--json").objects.count == events.count)
    }

    @Test func `taking it back is just another revert`() throws {
        let company = try Company()
        try company.setPrice(29)
        try company.daybook("knowledge", "revert", "pricing", "--to", "1")
        #expect(try company.daybook("knowledge", "show", "pricing").output.contains("$39"))
        try company.daybook("knowledge", "revert", "pricing", "--to", "2")
        let now = try company.daybook("knowledge", "show", "pricing", "--json").objects.first
        #expect(now?["version"]?.integer == 4 && now?["content_of"]?.integer == 2)
        #expect(now?["text"] == "Pro costs $29 a month.")
    }

    @Test func `a file that still says the bad thing is named`() throws {
        let company = try Company()
        try company.edit("knowledge/pricing.md", "$39", "$29")
        try company.daybook("knowledge", "import")
        let plan = try company.daybook("knowledge", "revert", "pricing", "--to", "1")
        #expect(plan.output.contains("knowledge/pricing.md still says \"Pro costs $29 a month.\""))
        #expect(plan.output.contains("would bring it back"))
        try company.daybook("knowledge", "import")
        #expect(try company.daybook("knowledge", "show", "pricing").output.contains("$39"))
    }

    @Test func `a job that took over what was made of it is named, and waits for the person`() throws {
        let company = try Company()
        try company.addParrot()
        try company.setPrice(29)
        try company.daybook("run", "offer")
        try company.daybook("review", "offer-1", "--approve")
        #expect(try company.daybook("rerun", "offer-1", "--from", "edit", "--json").status == 3)
        let jobs = try company.daybook("knowledge", "revert", "pricing", "--to", "1", "--json").objects[0]["jobs"]
        #expect(jobs?.elements?.compactMap { $0["job"]?.text } == ["offer-1", "offer-2"])
        #expect(jobs?.elements?.compactMap { $0["result"]?.text } == ["ended", "resting"])
        #expect(try company.daybook("inbox", "--json").objects.count == 1)
    }

    @Test func `where there is nothing to take back, nothing is written`() throws {
        let company = try Company()
        let head = try company.daybook("log", "--json").objects.count
        #expect(try company.daybook("knowledge", "revert", "pricing", "--to", "1").status == 64)
        #expect(try company.daybook("log", "--json").objects.count == head)
        try company.setPrice(29)
        let text = try company.daybook("knowledge", "show", "pricing@1", "--json").objects.first?["text"]?.text ?? ""
        try company.daybook("knowledge", "add", "pricing", "-", "--revise", input: text)
        let same = try company.daybook("knowledge", "revert", "pricing", "--to", "1")
        #expect(same.status == 0)
        #expect(same.output.contains("pricing@3 says just what @1 said; nothing was written."))
        #expect(try company.daybook("log", "--json").objects.count == head + 2)
    }
}
