import Foundation
import Testing
import Wire

@Suite struct `A session, end to end` {
    /// A company whose parrot has a session.
    private func company(_ session: String = "session: {ttl: 2h}") throws -> Company {
        let company = try Company()
        try company.addParrot()
        try company.edit("agents/parrot.md", "model: parrot\n", "model: parrot\n\(session)\n")
        #expect(try company.daybook("check").status == 0)
        return company
    }

    private func exchanges(_ company: Company, _ arguments: String...) throws -> [JSON] {
        try DaybookBinary.run(["agent", "session", "parrot", "--json"] + arguments, in: company.folder).objects
    }

    /// The keys of what the job's contexts showed of a session.
    private func shown(_ company: Company, _ job: String) throws -> [String] {
        try company.contexts(job).flatMap { $0["items"]?.elements ?? [] }
            .filter { $0["why"] == "WHY_SESSION" }.compactMap { $0["view"]?["key"]?.text }
    }

    @Test func `shows a role what it answered, and what its owner did with that`() throws {
        let company = try company()
        #expect(try company.daybook("run", "offer").status == 3)
        #expect(try company.daybook("review", "offer-1", "--reject", "-m", "too short").status == 2)
        let rows = try exchanges(company)
        #expect(rows.count == 1 && rows[0]["state"] == "rejected" && rows[0]["step"] == "draft")
        let text = try #require(rows[0]["text"]?.text)
        #expect(text.contains("You answered: subject: The price; body: Hello. Pro costs $39 a month."))
        #expect(text.contains("The owner rejected it.\nThe owner wrote: too short"))
        #expect(try shown(company, "offer-1").isEmpty)
        #expect(try company.daybook("run", "offer").status == 3)
        #expect(try shown(company, "offer-2") == [rows[0]["key"]?.text])
        let context = try #require(company.contexts("offer-2").first)
        #expect(context["session"]?["agent"] == "parrot" && context["session"]?["ttlMs"]?.integer == 7_200_000)
        // The model was told, and the log says exactly what.
        let steps = try company.daybook("audit", "offer-2", "--json").objects
        let request = try #require(steps.first { $0["step"] == "draft" }?["request"]?.text)
        #expect(try company.daybook("show", request).output.contains("The owner wrote: too short"))
        let audit = try company.daybook("audit", "offer-2.draft").output
        #expect(audit.contains("last exchanges") && audit.contains("1 exchange, as of @"))
        #expect(audit.contains("offer-1@") && audit.contains("session"))
        #expect(try company.daybook("agent", "session", "parrot").output.contains("would be shown 2 exchanges"))
        #expect(try company.daybook("replay", "--all").status == 0)
        #expect(try company.daybook("verify").status == 0)
        #expect(try company.daybook("rebuild", "session", "--json").objects.first?["identical"] == true)
    }

    @Test func `belongs to one role, and roles without one have none`() throws {
        let company = try company()
        try company.daybook("run", "offer")
        let parrot = try company.read("agents/parrot.md")
        try company.write("agents/magpie.md", parrot.replacing("name: parrot", with: "name: magpie"))
        try company.write(
            "flows/other.yaml",
            "name: other\non: {manual: {}}\nsteps:\n  - {id: draft, agent: magpie}\n  - {id: again, agent: writer}\n")
        #expect(try company.daybook("run", "other", "--json").status == 0)
        #expect(try shown(company, "other-1").isEmpty)
        let theirs = try company.daybook("agent", "session", "magpie", "--json").objects
        #expect(theirs.map { $0["job"] } == ["other-1"])
        #expect(try exchanges(company).map { $0["job"] } == ["offer-1"])
        #expect(try exchanges(company, "--customer", "olive").isEmpty)
        let none = try company.daybook("agent", "session", "writer")
        #expect(none.status == 0 && none.output.contains("has no session"))
        #expect(try company.daybook("agent", "session", "wrtier").status == 66)
        let contexts = try company.contexts("other-1")
        #expect(contexts.map { $0["session"]?["agent"] } == ["magpie", nil])
    }

    @Test func `belongs to one client, and what is about nobody to nobody`() throws {
        let company = try company()
        for customer in ["acme", "birch", ""] {
            for _ in 1...2 {
                let about = customer.isEmpty ? [] : ["--customer", customer]
                #expect(try DaybookBinary.run(["run", "offer"] + about, in: company.folder).status == 3)
            }
        }
        for (number, before) in [1: 0, 2: 1, 3: 0, 4: 1, 5: 0, 6: 1] {
            let keys = try shown(company, "offer-\(number)")
            #expect(keys.count == before && keys.allSatisfy { $0.hasPrefix("said/offer-\(number - 1)@") })
        }
        #expect(try exchanges(company, "--customer", "acme").map { $0["job"] } == ["offer-1", "offer-2"])
        #expect(try exchanges(company, "--customer", "birch").map { $0["job"] } == ["offer-3", "offer-4"])
        #expect(try exchanges(company).map { $0["job"] } == ["offer-5", "offer-6"])
        #expect(try company.daybook("replay", "--all").status == 0)
    }

    @Test func `shows nothing that rests on knowledge that was taken back`() throws {
        let company = try company()
        try company.setPrice(29)
        try company.daybook("run", "offer")
        #expect(try company.daybook("review", "offer-1", "--approve").status == 0)
        try company.daybook("run", "offer")
        #expect(try company.daybook("review", "offer-2", "--approve").status == 0)
        #expect(try shown(company, "offer-2").count == 1)
        #expect(try company.daybook("knowledge", "revert", "pricing", "--to", "1").status == 0)
        #expect(try exchanges(company).map { $0["reason"] } == ["takenBack", "takenBack"])
        try company.daybook("run", "offer")
        #expect(try shown(company, "offer-3").isEmpty)
        let context = try #require(company.contexts("offer-3").first)
        #expect(context["cut"]?.elements?.map { $0["reason"] } == ["CUT_REASON_TAKEN_BACK", "CUT_REASON_TAKEN_BACK"])
        for item in context["items"]?.elements ?? [] {
            let content = try company.daybook("show", item["content"]?.text ?? "").output
            #expect(!content.isEmpty && !content.contains("$29"))
        }
        // A retired entry takes what rests on it along.
        #expect(try company.daybook("review", "offer-3", "--approve").status == 0)
        #expect(try exchanges(company).contains { $0["shown"] == true })
        #expect(try company.daybook("knowledge", "retire", "pricing").status == 0)
        #expect(!(try exchanges(company).contains { $0["shown"] == true }))
        #expect(try company.daybook("replay", "--all").status == 0)
    }

    @Test func `is part of the plan to take knowledge back`() throws {
        let company = try company()
        try company.setPrice(29)
        try company.daybook("run", "offer")
        #expect(try company.daybook("review", "offer-1", "--approve").status == 0)
        try company.setPrice(49)
        try company.daybook("run", "offer")
        #expect(try shown(company, "offer-2").count == 1)
        let plan = try company.daybook("knowledge", "revert", "pricing", "--to", "1", "--bad", "2", "--plan", "--json")
        let calls = plan.objects.first?["calls"]?.elements ?? []
        #expect(calls.map { $0["job"] } == ["offer-1"])
        let steps = plan.objects.first.map { "\($0)" } ?? ""
        #expect(steps.contains("offer-2"), "\(plan.output) \(plan.errors)")
        // Who was shown what came of it is listed beside who was shown the fact.
        let exposed = try company.daybook("exposure", "pricing@2", "--json").objects
        #expect(exposed.map { $0["job"] } == ["offer-1", "offer-2"])
        #expect(exposed.map { $0["kind"] } == ["knowledge", "session"])
        #expect(exposed.last?["what"] == "@2 through offer-1.draft")
    }

    @Test(arguments: ["deleted", "unusable"])
    func `can be lost, and no job is harmed`(_ loss: String) throws {
        let company = try company()
        try company.daybook("run", "offer")
        #expect(try company.daybook("review", "offer-1", "--approve").status == 0)
        let files = FileManager.default
        if loss == "deleted" {
            try files.removeItem(atPath: company.path(".daybook/views"))
        } else {
            let names = try files.contentsOfDirectory(atPath: company.path(".daybook/views"))
            for name in names where name.hasPrefix("session") {
                try files.removeItem(atPath: company.path(".daybook/views/\(name)"))
            }
            try files.createDirectory(
                atPath: company.path(".daybook/views/session.lock/x"), withIntermediateDirectories: true)
        }
        let run = try company.daybook("run", "offer")
        #expect(run.status == 3 && run.errors.isEmpty)
        // What is only deleted is folded again from the log.
        #expect(try shown(company, "offer-2").count == (loss == "deleted" ? 1 : 0))
        #expect(try company.contexts("offer-2").first?["session"]?["agent"] == "parrot")
        #expect(try company.daybook("review", "offer-2", "--approve").status == 0)
        #expect(try company.mails().count == 10)
        #expect(try company.daybook("replay", "--all").status == 0)
    }

    @Test func `forgets when its time is over, even what the view still holds`() throws {
        let company = try company("session: {ttl: 1s}")
        try company.daybook("run", "offer")
        Thread.sleep(forTimeInterval: 1.2)
        #expect(try exchanges(company).isEmpty)
        try company.daybook("run", "offer")
        #expect(try shown(company, "offer-2").isEmpty)
        #expect(try company.contexts("offer-2").first?["cut"] == nil)
    }

    @Test func `keeps to its turns and its tokens, and lists what it cut`() throws {
        let company = try company("session: {turns: 2, tokens: 100}")
        for _ in 1...3 { try company.daybook("run", "offer") }
        #expect(try company.daybook("review", "offer-1", "--reject", "-m", "no").status == 2)
        try company.daybook("run", "offer")
        let context = try #require(company.contexts("offer-4").first)
        let items = (context["items"]?.elements ?? []).filter { $0["why"] == "WHY_SESSION" }
        // The one that was refused says most, and comes behind what was said before it.
        #expect(items.compactMap { $0["view"]?["key"]?.text?.prefix(12) } == ["said/offer-3", "said/offer-1"])
        #expect(items.reduce(0) { $0 + ($1["tokens"]?.integer ?? 0) } <= 100)
        let cut = try #require(context["cut"]?.elements?.last)
        #expect(cut["reason"] == "CUT_REASON_COUNT" && cut["view"]?["key"]?.text?.hasPrefix("said/offer-2") == true)
        #expect(
            try company.daybook("audit", "offer-4.draft", "--cut").output.contains(
                "1 exchange beyond the number asked for"))
    }

    @Test func `tells a rerun what was tried before`() throws {
        let company = try company()
        try company.daybook("run", "offer")
        #expect(try company.daybook("job", "steer", "offer-1", "Mention the trial").status == 0)
        #expect(try company.daybook("review", "offer-1", "--reject", "-m", "too short").status == 2)
        try company.daybook("rerun", "offer-1", "--from", "draft")
        try company.daybook("work")
        let labels = try company.contexts("offer-2").flatMap { $0["items"]?.elements ?? [] }
            .filter { $0["why"] == "WHY_SESSION" }.compactMap { $0["label"]?.text }
        #expect(labels.sorted() == ["earlier tries", "last exchanges"])
        let steps = try company.daybook("audit", "offer-2", "--json").objects
        let request = try #require(steps.first { $0["step"] == "draft" }?["request"]?.text)
        let text = try company.daybook("show", request).output
        #expect(text.contains("offer-1, which this job continues, failed at edit. a person said no"))
        #expect(text.contains("The owner had noted: Mention the trial"))
    }

    @Test func `never becomes new knowledge`() throws {
        let company = try Company()
        try company.edit(
            "daybook.yaml", "  writing: heuristic\n",
            "  writing: heuristic\n  crow: {command: [/bin/sh, crow.sh], workdir: ., reconcile: pure}\n")
        try company.write(
            "crow.sh", "printf '{\"subject\":\"Wishes\",\"body\":\"The owner likes blue envelopes a lot.\"}'\n")
        try company.write(
            "agents/crow.md",
            """
            ---
            name: crow
            description: Says the same again
            model: crow
            session: {}
            output: {subject: text(60), body: markdown}
            ---
            Say what the owner likes.

            """)
        try company.write(
            "flows/caw.yaml",
            """
            name: caw
            on: {manual: {}}
            steps:
              - id: say
                agent: crow
                remember: {into: product}

            """)
        #expect(try company.daybook("run", "caw").output.contains("Learnt: wishes, waits for you"))
        let again = try company.daybook("run", "caw")
        #expect(again.status == 0 && !again.output.contains("Learnt: wishes"))
        #expect(again.output.contains("it only repeats what its job was shown"))
    }

    @Test func `shows nothing of a person to a job about another, nor of one who was forgotten`() throws {
        let company = try Company()
        let (ann, ben) = ("ann.q@example.com", "ben@example.com")
        try FileManager.default.createDirectory(
            atPath: company.path("knowledge/customers"), withIntermediateDirectories: true)
        try company.write(
            "knowledge/customers/customer-17.md",
            "---\ntitle: Ann\nsubject: \(ann)\n---\n\nWants purple-envelopes.\n")
        try company.addLetter()
        try company.edit("agents/repeater.md", "model: repeater\n", "model: repeater\nsession: {}\n")
        #expect(try company.daybook("knowledge", "import").status == 0)
        func letter(to person: String) throws -> String {
            let run = try company.daybook("run", "letter", "-f", "customer=\(person)", "--about", person, "--json")
            return try #require(run.objects.first?["job"]?.text)
        }
        func session(_ arguments: String...) throws -> [JSON] {
            try DaybookBinary.run(["agent", "session", "repeater", "--json"] + arguments, in: company.folder).objects
        }
        let first = try letter(to: ann)
        #expect(try company.daybook("review", first, "--approve").status == 0)
        #expect(try session().isEmpty)
        #expect(try session("--about", ann).first?["text"]?.text?.contains("purple-envelopes") == true)
        // Not even because Ben's draft shows what Ann wants: that is what the recall found.
        #expect(try shown(company, try letter(to: ben)).isEmpty)
        let third = try letter(to: ann)
        #expect(try shown(company, third).count == 1)
        #expect(try company.daybook("review", third, "--approve").status == 0)
        #expect(try company.daybook("forget", ann, "--yes").status == 0)
        #expect(try session("--about", ann).isEmpty)
        #expect(try session("--about", ben).isEmpty)
        #expect(try company.daybook("verify").status == 0)
    }
}

extension Company {
    /// The contexts of a job's tasks, in order; not those of an audience.
    fileprivate func contexts(_ job: String) throws -> [JSON] {
        try daybook("job", "events", job, "--json").objects.filter { $0["event"] == "ContextAssembled" }
            .compactMap { $0["data"] }.filter { $0["items"]?.elements?.contains { $0["file"] != nil } != true }
    }
}
