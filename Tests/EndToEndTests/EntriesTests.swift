import Foundation
import Testing
import Wire

@Suite struct `Entries, end to end` {
    private func add(_ company: Company, _ entry: String, _ text: String, _ more: String...) throws -> JSON {
        let added = try DaybookBinary.run(
            ["knowledge", "add", entry, "-", "--json"] + more, in: company.folder, input: text)
        guard added.status == 0, let object = added.objects.first else { throw Company.Failure(words: added.errors) }
        return object
    }

    private func text(_ company: Company, _ arguments: String...) throws -> String? {
        try DaybookBinary.run(["knowledge", "show", "--json"] + arguments, in: company.folder)
            .objects.first?["text"]?.text
    }

    @Test func `a fact keeps typed fields, and what is said of it`() throws {
        let company = try Company()
        let made = try company.daybook(
            "knowledge", "add", "pro", "--title", "Pro plan", "--collection", "product", "--field", "price=39.00 USD",
            "--field", "seats=5", "--field", "since=2026-11-01", "--field", "plan=@pricing", "--tag", "plans",
            "--confidence", "0.9", "--valid-from", "2026-11-01", "--valid-to", "2027-11-01", "--evidence", "pricing@1",
            "--evidence", "https://example.org/pricing", "--reason", "the new plan", "--json")
        #expect(made.status == 0, "\(made.errors)")
        #expect(made.objects.first?["version"]?.integer == 1)
        let pro = try #require(try company.daybook("knowledge", "show", "pro", "--json").objects.first)
        #expect(pro["form"] == "fact" && pro["confidence"]?.description == "0.9")
        #expect(pro["fields"]?["price"]?["type"] == "money" && pro["fields"]?["price"]?["value"] == "39.00 USD")
        #expect(pro["fields"]?["plan"]?["value"] == "@pricing")
        #expect(pro["text"]?.text?.contains("- price: 39.00 USD") == true)
        #expect(pro["evidence"]?.elements == ["pricing@1", "https://example.org/pricing"])
        #expect(pro["reason"] == "the new plan" && pro["tags"]?.elements == ["plans"])
        #expect(pro["valid_to"]?.text?.hasPrefix("2027-11-01") == true)
        // A revision changes the fields that it names.
        #expect(try company.daybook("knowledge", "add", "pro", "--revise", "--field", "seats=7").status == 0)
        let revised = try company.daybook("knowledge", "show", "pro", "--json").objects.first
        #expect(revised?["fields"]?["seats"]?["value"] == "7" && revised?["fields"]?["price"]?["value"] == "39.00 USD")
        #expect(revised?["tags"]?.elements == ["plans"])
        #expect(try company.daybook("verify").status == 0)
    }

    @Test func `a revert keeps a person's later edits, and shows what it cannot decide`() throws {
        let company = try Company()
        _ = try add(company, "refunds", "Pay back within 30 days.\nAsk why.\nSay thanks.\n")
        _ = try add(company, "refunds", "Pay back within 3 days.\nAsk why.\nSay thanks.\n", "--revise")
        _ = try add(company, "refunds", "Pay back within 3 days.\nAsk why.\nSay thanks, by name.\n", "--revise")
        let plan = try company.daybook("knowledge", "revert", "refunds@2", "--plan")
        #expect(plan.status == 0 && plan.output.contains("Kept: what @3 changed since."))
        let reverted = try company.daybook("knowledge", "revert", "refunds@2", "--json")
        #expect(reverted.status == 0, "\(reverted.errors)")
        #expect(reverted.objects.first?["version"]?.integer == 4)
        let kept = "Pay back within 30 days.\nAsk why.\nSay thanks, by name."
        #expect(try text(company, "refunds") == kept)
        // Again says nothing new; the revert itself can be taken back, and that too.
        #expect(try company.daybook("knowledge", "revert", "refunds@2", "--json").objects.first?["position"] == .null)
        #expect(try company.daybook("knowledge", "revert", "refunds@4").status == 0)
        #expect(try text(company, "refunds")?.contains("within 3 days") == true)
        #expect(try company.daybook("knowledge", "revert", "refunds@5").status == 0)
        #expect(try text(company, "refunds") == kept)
        // What both changed is put to the owner.
        _ = try add(company, "refunds", "Pay back within 14 days.\nAsk why.\nSay thanks, by name.\n", "--revise")
        let head = try company.head()
        let conflict = try company.daybook("knowledge", "revert", "refunds@4", "--marks", "refunds.md")
        #expect(conflict.status == 1)
        #expect(conflict.output.contains("Conflict 1: text") && conflict.output.contains("within 14 days"))
        #expect(try company.head() == head)
        #expect(try company.daybook("knowledge", "revert", "refunds@4", "--resolved", "refunds.md").status == 65)
        try company.write("refunds.md", "Pay back within 7 days.\n")
        #expect(try company.daybook("knowledge", "revert", "refunds@4", "--resolved", "refunds.md").status == 0)
        #expect(try text(company, "refunds")?.hasPrefix("Pay back within 7 days.") == true)
    }

    @Test func `a poisoned fact is in no later context, in earlier reads, and its readers are listed`() throws {
        let company = try Company()
        try company.addParrot()
        try company.setPrice(29)
        let poisoned = try company.head()
        for _ in 0..<3 {
            let run = try company.daybook("run", "offer", "--json")
            #expect(run.status == 3)
            let job = run.objects.first?["job"]?.text ?? ""
            #expect(try company.daybook("review", job, "--approve").status == 0)
        }
        #expect(try company.daybook("knowledge", "revert", "pricing@2", "--reason", "poisoned").status == 0)
        let head = try company.head()
        #expect(try company.daybook("run", "offer").status == 3)
        // Every context since: none holds the version.
        let contexts = try company.events("offer-4", named: "ContextAssembled")
        let shown = contexts.flatMap { $0["data"]?["items"]?.elements ?? [] }.compactMap { $0["knowledge"] }
        #expect(!shown.isEmpty)
        #expect(shown.allSatisfy { $0["entry"] != "pricing" || $0["version"]?.integer == 3 })
        #expect(try company.daybook("job", "show", "offer-4", "--json").output.contains("$29") == false)
        // As of a moment before the revert it still said so.
        #expect(try text(company, "pricing", "--at", "@\(poisoned)") == "Pro costs $29 a month.")
        #expect(try text(company, "pricing", "--at", "@\(head)") == text(company, "pricing@1"))
        // Who saw it.
        let exposed = try company.daybook("exposure", "pricing@2", "--json").objects
        #expect(Set(exposed.compactMap { $0["job"]?.text }) == ["offer-1", "offer-2", "offer-3"])
        let used = try company.daybook("knowledge", "used-by", "pricing@2", "--json").objects
        #expect(used.compactMap { $0["job"]?.text } == ["offer-1", "offer-2", "offer-3"])
        #expect(used.allSatisfy { $0["class"] == "compensable" })
        #expect(used.allSatisfy { $0["effects"]?.elements?.first?["succeeded"]?.integer == 5 })
        #expect(try company.daybook("replay", "--all").status == 0)
    }

    @Test func `every read takes a moment`() throws {
        let company = try Company()
        let start = try company.head()
        _ = try add(company, "tone", "Calm.\n", "--title", "Tone")
        let added = try company.head()
        _ = try add(company, "tone", "Loud.\n", "--revise")
        try company.daybook("knowledge", "retire", "tone")
        #expect(try text(company, "tone", "--at", "@\(added)") == "Calm.")
        #expect(try text(company, "tone", "--at", "now") == "Loud.")
        let early = try company.daybook("knowledge", "show", "tone", "--at", "@\(start)")
        #expect(early.status == 66 && early.errors.contains("was not known yet"))
        #expect(try company.daybook("knowledge", "show", "tone", "--at", "2 weeks ago").status == 66)
        #expect(try company.daybook("knowledge", "show", "tone", "--at", "sometime").status == 64)
        func names(_ moment: String) throws -> [String] {
            try company.daybook("knowledge", "list", "--at", moment, "--json").objects
                .compactMap { $0["entry"]?.text }
        }
        #expect(try names("@\(added)").contains("tone") && !names("@\(start)").contains("tone"))
        #expect(try !names("now").contains("tone"))
        #expect(try company.daybook("knowledge", "history", "tone", "--at", "@\(added)", "--json").objects.count == 1)
        let changed = try company.daybook("knowledge", "diff", "tone", "1", "2", "--json").objects
        #expect(changed.compactMap { $0["text"]?.text } == ["Calm.", "Loud."])
        let then = try #require(try company.daybook("state", "--at", "@\(added)", "--json").objects.first)
        let now = try #require(try company.daybook("state", "--json").objects.first)
        #expect(then["as_of"]?.integer == added)
        #expect((then["entries"]?.integer ?? 0) == (now["entries"]?.integer ?? 0) + 1)
    }

    @Test func `blame names the version behind each line, through reverts and merges`() throws {
        let company = try Company()
        _ = try add(company, "a", "One.\nTwo.\n", "--title", "Numbers")
        _ = try add(company, "a", "One.\nTWO.\n", "--revise", "--reason", "loud")
        func blame(_ entry: String) throws -> [String: String] {
            let lines = try company.daybook("knowledge", "blame", entry, "--json").objects
            return Dictionary(
                lines.map { ($0["text"]?.text ?? "", "\($0["entry"]?.text ?? "")@\($0["version"]?.integer ?? 0)") },
                uniquingKeysWith: { $1 })
        }
        #expect(try blame("a")["One."] == "a@1" && blame("a")["TWO."] == "a@2")
        try company.daybook("knowledge", "revert", "a@2")
        #expect(try blame("a")["Two."] == "a@1")
        _ = try add(company, "b", "Three.\n")
        let merged = try company.daybook("knowledge", "merge", "a", "b", "--into", "a", "--json")
        #expect(merged.status == 0, "\(merged.errors)")
        #expect(try text(company, "a") == "One.\nTwo.\n\nThree.")
        #expect(try blame("a")["Three."] == "b@1" && blame("a")["One."] == "a@1")
        // Who asks for the other is led there; taking the merge back brings it back.
        let followed = try company.daybook("knowledge", "show", "b", "--json").objects.first
        #expect(followed?["entry"] == "a" && followed?["asked"] == "b")
        #expect(try company.daybook("knowledge", "show", "b").output.contains("b was merged into a."))
        #expect(try company.daybook("knowledge", "revert", "a@4").status == 0)
        #expect(try text(company, "a") == "One.\nTwo." && text(company, "b") == "Three.")
        #expect(try company.daybook("verify").status == 0)
    }

    @Test func `a merge is taken back by one command, and so is that`() throws {
        let company = try Company()
        for (name, text) in [("a", "One.\n"), ("b", "Two.\n")] { _ = try add(company, name, text) }
        func isThere(_ entry: String) throws -> Bool {
            // Whoever asks for what was merged away is led to what it became.
            let shown = try company.daybook("knowledge", "show", entry, "--json").objects.first
            return shown?["entry"]?.text == entry && shown?["retired"] == false
        }
        // Into a new entry: it goes, and what it was made of is there again.
        #expect(try company.daybook("knowledge", "merge", "a", "b", "--into", "both").status == 0)
        #expect(try !isThere("a") && !isThere("b") && isThere("both"))
        let taken = try company.daybook("knowledge", "revert", "both@1", "--json")
        #expect(taken.objects.first?["restored"]?.elements == ["a", "b"], "\(taken.errors)")
        #expect(try isThere("a") && isThere("b") && !isThere("both"))
        #expect(try company.daybook("knowledge", "revert", "both@1").status == 64)
        // Into one of them, which is changed afterwards and goes back to before the merge.
        #expect(try company.daybook("knowledge", "merge", "a", "b", "--into", "a").status == 0)
        #expect(try company.daybook("knowledge", "revise", "a", "--title", "Both").status == 0)
        let back = try company.daybook("knowledge", "revert", "a", "--to", "3", "--exact", "--json")
        #expect(try back.status == 0 && isThere("b"), "\(back.output) \(back.errors)")
        // The revert of a merge's revert merges again.
        let merged = try company.daybook("knowledge", "merge", "a", "b", "--into", "a", "--json")
        let version = try #require(merged.objects.first?["version"]?.integer)
        let undone = try company.daybook("knowledge", "revert", "a@\(version)", "--json")
        #expect(try isThere("b"))
        let again = try #require(undone.objects.first?["version"]?.integer)
        #expect(try company.daybook("knowledge", "revert", "a@\(again)").status == 0)
        #expect(try !isThere("b") && isThere("a"))
        #expect(try company.daybook("verify").status == 0)
    }

    @Test func `what was merged away or retired is not revised back beside what replaced it`() throws {
        let company = try Company()
        _ = try add(company, "a", "One.\n")
        _ = try add(company, "b", "Two.\n")
        #expect(try company.daybook("knowledge", "merge", "a", "b", "--into", "a").status == 0)
        let head = try company.head()
        let merged = try company.daybook("knowledge", "revise", "b", "--title", "Changed")
        #expect(merged.status == 64 && merged.errors.contains("b was merged into a"))
        #expect(merged.errors.contains("knowledge revise a") && merged.errors.contains("revert b --to 1"))
        #expect(try company.head() == head)
        // The way back that was named.
        #expect(try company.daybook("knowledge", "revert", "b", "--to", "1").status == 0)
        #expect(try company.daybook("knowledge", "revise", "b", "--title", "Changed").status == 0)
        #expect(try company.daybook("knowledge", "retire", "b").status == 0)
        let retired = try company.daybook("knowledge", "add", "b", "-", "--revise", "--title", "Again")
        #expect(retired.status == 64 && retired.errors.contains("b was retired at @5"))
    }

    @Test func `contradictions and duplicates are put to the owner, and resolved by nobody else`() throws {
        let company = try Company()
        func fact(_ entry: String, _ price: String) throws -> JSON? {
            try company.daybook(
                "knowledge", "add", entry, "--revise", "--title", "Team plan", "--field", "price=\(price)", "--json"
            ).objects.first
        }
        #expect(try fact("team", "59 USD")?["contradictions"]?.elements == [])
        let noted = try fact("plans", "49 USD")?["contradictions"]?.elements?.first?.text ?? ""
        let open = try company.daybook("knowledge", "contradictions", "--json").objects
        #expect(open.count == 1 && open.first?["kind"] == "values" && open.first?["field"] == "price")
        #expect(open.first?["first_value"] == "49 USD" && open.first?["second_value"] == "59 USD")
        // Both stay as they are until the owner decides.
        #expect(try text(company, "team") == "- price: 59 USD" && text(company, "plans") == "- price: 49 USD")
        #expect(try company.daybook("inbox").output.contains("contradiction"))
        #expect(try company.daybook("knowledge", "settle", String(noted.prefix(6)), "--keep", "team").status == 0)
        #expect(try text(company, "plans") == "- price: 59 USD")
        let settled = try company.daybook("knowledge", "contradictions", "--all", "--json").objects
        #expect(settled.first { $0["kind"] == "values" }?["settled"] == "second")
        // Now they say the same; a merge settles that.
        let same = try company.daybook("knowledge", "contradictions", "--json").objects
        #expect(same.compactMap { $0["kind"]?.text } == ["duplicate"])
        #expect(try company.daybook("knowledge", "merge", "team", "plans", "--into", "team").status == 0)
        #expect(try company.daybook("knowledge", "contradictions", "--json").objects.isEmpty)
        // What is changed so that nothing contradicts it any more is gone by itself.
        _ = try fact("single", "9 USD")
        #expect(try company.daybook("knowledge", "contradictions", "--json").objects.count == 1)
        _ = try fact("single", "59 USD")
        let last = try company.daybook("knowledge", "contradictions", "--all", "--json").objects
        #expect(last.contains { $0["settled"] == "gone" && $0["kind"] == "values" })
        #expect(try company.daybook("rebuild", "knowledge", "--diff").status == 0)
    }

    @Test func `a check of everything finds what was imported`() throws {
        let company = try Company()
        try FileManager.default.createDirectory(atPath: company.path("notes"), withIntermediateDirectories: true)
        try company.write("notes/team-old.md", "---\ntitle: Team plan\n---\n- Price: $49 a month\n")
        try company.write("notes/team-new.md", "---\ntitle: Team plan\n---\n- Price: $59 a month\n")
        #expect(try company.daybook("knowledge", "import", "notes").status == 0)
        let found = try company.daybook("knowledge", "contradictions", "--check", "--json").objects
        #expect(found.contains { $0["field"] == "Price" && $0["first"] == "team-new@1" })
        let head = try company.head()
        #expect(try company.daybook("knowledge", "contradictions", "--check").status == 0)
        #expect(try company.head() == head)
    }

    @Test func `a proposal is shown to nobody before a person accepts it`() throws {
        let company = try Company()
        try company.addParrot()
        #expect(try company.daybook("run", "offer").status == 3)
        func propose(_ entry: String, _ text: String) throws -> DaybookBinary.Result {
            try company.daybook(
                "knowledge", "propose", entry, "-", "--from", "offer-1.draft", "--collection", "product", "--json",
                input: text)
        }
        let proposed = try propose("pro-gift", "What Pro costs is waived for schools.\n")
        #expect(proposed.status == 0, "\(proposed.errors)")
        let id = proposed.objects.first?["id"]?.text ?? ""
        #expect(try company.daybook("knowledge", "show", "pro-gift").status == 66)
        let found = try company.daybook("knowledge", "search", "schools", "-k", "50", "--json").objects
        #expect(found.allSatisfy { $0["entry"] != "pro-gift" && $0["text"]?.text?.contains("schools") == false })
        #expect(try company.daybook("inbox").output.contains(id))
        #expect(try company.daybook("knowledge", "proposals", "--json").objects.first?["agent"] == "parrot")
        // Text that the job was shown is no news.
        let echo = try propose("echo", "Pro costs $39 a month.\n")
        #expect(echo.status == 1 && echo.objects.first?["decided"] == "rejected")
        #expect(try company.daybook("knowledge", "accept", echo.objects.first?["id"]?.text ?? "").status == 64)
        #expect(try company.daybook("knowledge", "accept", id, "--reason", "true").status == 0)
        let version = try company.daybook("knowledge", "show", "pro-gift", "--json").objects.first
        #expect(version?["proposal"]?.text == id && version?["source"]?.text?.hasPrefix("offer-1@") == true)
        let blame = try company.daybook("knowledge", "blame", "pro-gift", "--json").objects.last
        #expect(blame?["job"] == "offer-1" && blame?["agent"] == "parrot" && blame?["step"] == "draft")
        #expect(try company.daybook("knowledge", "accept", id).status == 64)
        let no = try propose("pro-loan", "Somebody asked for a loan.\n").objects.first?["id"]?.text ?? ""
        #expect(try company.daybook("knowledge", "reject", no).status == 0)
        #expect(try company.daybook("knowledge", "proposals", "--json").objects.isEmpty)
        #expect(try company.daybook("verify").status == 0)
        #expect(try company.daybook("replay", "--all").status == 0)
    }

    @Test func `what a step remembers waits for a person, unless a rule allows it`() throws {
        let company = try Company()
        try company.addParrot()
        try company.write(
            "learn.sh",
            """
            n=$(cat)
            printf '{"subject":"x","body":"y","learnt":[{"title":"Team plan","price":"59.00 USD"},\
            {"title":"Repeated","text":"Pro costs $39 a month"}]}'

            """)
        try company.edit(
            "daybook.yaml", "  writing: heuristic\n",
            "  writing: heuristic\n  learner: {command: [/bin/sh, learn.sh], workdir: ., reconcile: pure}\n")
        try company.write(
            "agents/learner.md",
            """
            ---
            name: learner
            description: Learns what plans cost
            model: learner
            knowledge: {read: [product], k: 2, max_tokens: 500}
            output: {subject: text(60), body: markdown, learnt: [{title: text, price?: text, text?: text}]}
            ---
            Learn.

            """)
        try company.write(
            "flows/learn.yaml",
            """
            name: learn
            on: {manual: {}}
            steps:
              - id: look
                agent: learner
                recall: {price: {from: pricing, query: "what Pro costs", k: 1}}
                remember: {into: product, form: fact, each: learnt}

            """)
        let run = try company.daybook("run", "learn")
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        #expect(run.output.contains("Learnt: team-plan, waits for you"))
        #expect(run.output.contains("Not learnt: repeated, it only repeats what its job was shown"))
        #expect(try company.daybook("knowledge", "show", "team-plan").status == 66)
        let waiting = try company.daybook("knowledge", "proposals", "--json").objects
        #expect(waiting.compactMap { $0["entry"]?.text } == ["team-plan"])
        // Looking again proposes nothing twice.
        let head = try company.head()
        #expect(try company.daybook("work").status == 0)
        #expect(try company.head() == head || company.daybook("knowledge", "proposals", "--json").objects.count == 1)
        try company.edit(
            "daybook.yaml", "models:\n", "knowledge: {accept: [{agent: learner, into: product}]}\nmodels:\n")
        #expect(try company.daybook("run", "learn").output.contains("by the rule agent learner into product"))
        let known = try company.daybook("knowledge", "show", "team-plan", "--json").objects.first
        #expect(known?["fields"]?["price"]?["value"] == "59.00 USD")
        let all = try company.daybook("knowledge", "proposals", "--all", "--json").objects
        #expect(all.contains { $0["rule"] == "agent learner into product" && $0["decided"] == "accepted" })
        #expect(try company.daybook("replay", "--all").status == 0)
    }
}
