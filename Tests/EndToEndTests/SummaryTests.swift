import Foundation
import Testing
import Wire

@Suite struct `Summaries, end to end` {
    /// A company with a handbook that is far longer than the parrot may read, which its flow recalls by name.
    private func company() throws -> Company {
        let company = try Company()
        try company.addParrot()
        try company.edit("agents/parrot.md", "max_tokens: 500", "max_tokens: 250")
        try company.edit("flows/offer.yaml", "from: pricing", "from: handbook")
        let head = "---\ntitle: Handbook\ncollection: product\nform: document\n---\n"
        try company.write("knowledge/handbook.md", head + text(price: 29))
        guard try company.daybook("knowledge", "import").status == 0 else { throw Company.Failure(words: "no import") }
        return company
    }

    private func text(price: Int) -> String {
        let filler = (1...60).map { "In week \($0) of the year the shelves are counted by two people." }
        return "Pro costs $\(price) a month.\n\n" + filler.joined(separator: "\n\n") + "\n"
    }

    private func revise(_ company: Company, price: Int) throws {
        let written = try company.daybook("knowledge", "revise", "handbook", "-", input: text(price: price))
        guard written.status == 0 else { throw Company.Failure(words: written.errors) }
    }

    private func summary(_ company: Company, _ more: String...) throws -> String? {
        try DaybookBinary.run(["knowledge", "show", "handbook", "--json"] + more, in: company.folder)
            .objects.first?["summary"]?.text
    }

    private func shown(_ company: Company, _ job: String) throws -> [JSON] {
        try company.daybook("job", "events", job, "--json").objects.filter { $0["event"] == "ContextAssembled" }
            .flatMap { $0["data"]?["items"]?.elements ?? [] }.filter { $0["knowledge"] != nil }
    }

    @Test func `one stands for an entry that is too long, until that says something else`() throws {
        let company = try company()
        let dry = try company.daybook("knowledge", "summarize", "--longer-than", "500", "--dry-run", "--json")
        #expect(dry.objects.compactMap { $0["entry"]?.text } == ["handbook"], "\(dry.errors)")
        #expect(try summary(company) == nil)
        let made = try company.daybook("knowledge", "summarize", "handbook", "--json")
        #expect(made.status == 0 && made.objects.first?["version"]?.integer == 1, "\(made.errors)")
        let text = try #require(try summary(company))
        #expect(!text.isEmpty && text.count <= 600)
        #expect(try company.daybook("knowledge", "list").output.contains("   summary"))
        #expect(try company.daybook("knowledge", "show", "handbook", "--summary").output.contains("of handbook@1"))
        // Nothing is asked for twice.
        #expect(try company.daybook("knowledge", "summarize", "handbook", "--json").objects.isEmpty)
        #expect(try company.daybook("run", "offer", "--json").status == 3)
        let items = try shown(company, "offer-1")
        #expect(items.count == 1)
        #expect(items.first?["why"]?.text?.hasSuffix("SUMMARY") == true)
        #expect(items.first?["derived"]?["stream"]?.text == "derived/summaries")
        #expect(items.first?["knowledge"]?["entry"]?.text == "handbook")
        let before = try #require(try company.daybook("log", "--json").objects.last?["position"]?.integer)
        try revise(company, price: 39)
        #expect(try summary(company) == nil)
        #expect(try summary(company, "--at", "@\(before)") == text)
        #expect(try company.daybook("run", "offer", "--json").status == 3)
        #expect(
            try shown(company, "offer-2").allSatisfy {
                $0["derived"] == nil && $0["knowledge"]?["version"]?.integer == 2
            })
        #expect(try company.daybook("replay", "--all").status == 0)
        #expect(try company.daybook("verify").status == 0)
    }

    @Test func `whoever read one of a poisoned entry is exposed, and a revert finds them`() throws {
        let company = try company()
        #expect(try company.daybook("knowledge", "summarize", "handbook").status == 0)
        try revise(company, price: 1)
        #expect(try company.daybook("knowledge", "summarize", "handbook").status == 0)
        #expect(try summary(company)?.isEmpty == false)
        #expect(try company.daybook("run", "offer", "--json").status == 3)
        #expect(try shown(company, "offer-1").first?["derived"] != nil)
        let exposed = try company.daybook("exposure", "handbook@2", "--json")
        #expect(exposed.objects.compactMap { $0["job"]?.text } == ["offer-1"], "\(exposed.output)")
        #expect(try company.daybook("exposure", "handbook@2").output.contains("summary"))
        #expect(try company.daybook("exposure", "handbook@1", "--json").objects.isEmpty)
        let revert = try company.daybook("knowledge", "revert", "handbook", "--to", "1", "--reason", "wrong", "--json")
        #expect(revert.status == 0, "\(revert.errors)")
        #expect(revert.objects.first?["jobs"]?.elements?.first?["job"]?.text == "offer-1")
        // Neither the poisoned summary nor that of the first version, which is not this one.
        #expect(try summary(company) == nil)
        try company.daybook("work")
        let again = try shown(company, "offer-1").filter { $0["knowledge"]?["version"]?.integer == 3 }
        #expect(!again.isEmpty && again.allSatisfy { $0["derived"] == nil })
    }

    @Test func `one by a model is requested, recorded and counted; what is no summary is not shown`() throws {
        let company = try company()
        let server = try ModelServer("ok", "cut")
        defer { server.end() }
        try company.edit(
            "daybook.yaml", "  writing: heuristic\n",
            "  writing: {url: \(server.url), model: tiny, price: {input: $100, output: $100}}\n")
        try company.edit("agents/parrot.md", "model: parrot", "model: writing")
        let made = try company.daybook("knowledge", "summarize", "handbook", "--agent", "parrot", "--json")
        #expect(made.status == 0, "\(made.errors)")
        #expect(made.objects.first?["cost_microdollars"]?.integer == 12_000)
        #expect(try summary(company) == "said the model")
        let figures = try company.daybook("metrics", "--json").objects.first { $0["kind"] == "derived" }
        #expect(figures?["stream"] == "derived/summaries" && figures?["cost_microdollars"]?.integer == 12_000)
        try revise(company, price: 49)
        let broken = try company.daybook("knowledge", "summarize", "handbook", "--agent", "parrot")
        #expect(broken.status == 1)
        #expect(try summary(company) == nil)
        #expect(try company.daybook("agent", "disable", "parrot").status == 0)
        #expect(
            try company.daybook("knowledge", "summarize", "handbook", "--agent", "parrot").errors.contains(
                "switched off"))
    }

    @Test func `one of somebody's record is sealed, and forgotten with them`() throws {
        let company = try Company()
        try FileManager.default.createDirectory(atPath: company.path("notes"), withIntermediateDirectories: true)
        try company.write(
            "notes/customer-17.md",
            "---\ntitle: Ann\nsubject: ann.q@example.com\n---\n\nWants purple envelopes, and never a call.\n")
        #expect(try company.daybook("knowledge", "import", "notes").status == 0)
        #expect(try company.daybook("knowledge", "summarize", "customer-17").status == 0)
        let shown = try company.daybook("knowledge", "show", "customer-17", "--summary")
        #expect(shown.output.contains("purple"), "\(shown.errors)")
        for (path, bytes) in company.files(below: ".daybook") where !path.hasPrefix("keys/subjects") {
            #expect(!bytes.contains(Array("purple".utf8)), "\(path)")
        }
        #expect(try company.daybook("forget", "ann.q@example.com", "--yes").status == 0)
        #expect(try company.daybook("knowledge", "show", "customer-17", "--summary").status != 0)
        #expect(try company.daybook("verify").status == 0)
    }

    // MARK: - Of several entries

    private func overview(_ company: Company, _ more: String...) throws -> JSON? {
        try DaybookBinary.run(["knowledge", "show", "terms", "--json"] + more, in: company.folder).objects.first
    }

    /// The company with a second entry, and a flow that recalls what sums both up.
    private func companyWithTerms() throws -> Company {
        let company = try company()
        let added = try company.daybook(
            "knowledge", "add", "refunds", "-", "--collection", "product",
            input: "Whoever complains within 30 days is refunded what Pro costs.\n")
        #expect(added.status == 0, "\(added.errors)")
        try company.edit("agents/parrot.md", "read: [product]", "read: [product, terms]")
        try company.edit("flows/offer.yaml", "from: handbook", "from: terms")
        #expect(try company.daybook("check").status == 0)
        return company
    }

    @Test func `one of several entries is recalled by its name while each of them is what it was`() throws {
        let company = try companyWithTerms()
        let made = try company.daybook("knowledge", "summarize", "handbook", "refunds", "--as", "terms", "--json")
        #expect(made.status == 0, "\(made.errors)")
        #expect(made.objects.first?["name"] == "terms")
        #expect(made.objects.first?["sources"] == ["handbook@1", "refunds@1"])
        #expect(try company.daybook("knowledge", "summarize", "handbook", "refunds", "--as", "terms").status == 0)
        #expect(try company.daybook("knowledge", "list", "--summaries", "--json").objects.count == 1)
        #expect(try overview(company)?["holds"] == true)
        #expect(try summary(company) == nil)
        #expect(try company.daybook("run", "offer", "--json").status == 3)
        let items = try shown(company, "offer-1")
        #expect(items.count == 1 && items.first?["why"]?.text?.hasSuffix("SUMMARY") == true)
        let sources = items.first?["derived"]?["sources"]?.elements ?? []
        #expect(sources.compactMap { $0["entry"]?.text } == ["handbook", "refunds"])
        for version in ["handbook@1", "refunds@1"] {
            let exposed = try company.daybook("exposure", version, "--json").objects
            #expect(exposed.compactMap { $0["job"]?.text } == ["offer-1"])
        }
        let before = try company.head()
        // Any change of any source ends it; what it was made of is looked through instead.
        let revised = try company.daybook("knowledge", "revise", "refunds", "-", input: "Nobody is refunded.\n")
        #expect(revised.status == 0, "\(revised.errors)")
        let stale = try company.daybook("knowledge", "list", "--summaries")
        #expect(stale.output.contains("stale: refunds@1 is @2 now"), "\(stale.output)")
        #expect(try overview(company)?["changed"] == ["refunds@1"])
        #expect(try overview(company, "--at", "@\(before)")?["holds"] == true)
        #expect(try company.daybook("run", "offer", "--json").status == 3)
        let instead = try shown(company, "offer-2")
        #expect(!instead.isEmpty && instead.allSatisfy { $0["derived"] == nil })
        let entries = Set(instead.compactMap { $0["knowledge"]?["entry"]?.text })
        #expect(entries.isSubset(of: ["handbook", "refunds"]))
        // A revert to the very words does not bring it back.
        #expect(try company.daybook("knowledge", "revert", "refunds", "--to", "1", "--reason", "wrong").status == 0)
        #expect(try overview(company)?["holds"] == false)
        // Made again of what is known now.
        let again = try company.daybook("knowledge", "summarize", "--as", "terms", "--json")
        #expect(again.objects.first?["sources"] == ["handbook@1", "refunds@3"], "\(again.errors)")
        #expect(try overview(company)?["holds"] == true)
        #expect(try company.daybook("knowledge", "retire", "refunds").status == 0)
        #expect(try company.daybook("knowledge", "show", "terms").output.contains("refunds is retired"))
        #expect(try company.daybook("run", "offer", "--json").status == 3)
        #expect(
            try shown(company, "offer-3").allSatisfy {
                $0["derived"] == nil && $0["knowledge"]?["entry"] == "handbook"
            })
        let replay = try company.daybook("replay", "--all", "--json")
        #expect(replay.status == 0 && replay.objects.last?["derived"] == 1)
        #expect(replay.objects.last?["derived_reproduced"] == 1)
        let derived = try #require(replay.objects.first { $0["stream"] == "derived/summaries" })
        #expect(derived["decisions"] == 2 && derived["same"] == 2 && derived["verdict"] == "reproduced")
        #expect(try company.daybook("replay", "derived/summaries").output.contains("Exact."))
        #expect(try company.daybook("replay", "derived/nothing").status == 66)
        #expect(try company.daybook("rebuild", "knowledge", "--json").objects.first?["identical"] == true)
    }

    @Test func `one of several entries keeps its name to itself, and to one client`() throws {
        let company = try companyWithTerms()
        for name in ["handbook", "product", "outcomes"] {
            let taken = try company.daybook("knowledge", "summarize", "refunds", "--as", name)
            #expect(taken.status == 64 && taken.errors.contains("something else"), "\(taken.errors)")
        }
        #expect(try company.daybook("knowledge", "summarize", "--as", "terms").status == 66)
        for customer in ["acme", "birch"] {
            let added = try company.daybook(
                "knowledge", "add", "\(customer)-deal", "-", "--collection", "product", "--customer", customer,
                input: "The price agreed with them is secret.\n")
            #expect(added.status == 0, "\(added.errors)")
        }
        let both = try company.daybook("knowledge", "summarize", "acme-deal", "birch-deal", "--as", "deals")
        #expect(both.status == 64 && both.errors.contains("acme and birch"), "\(both.errors)")
        #expect(try company.daybook("knowledge", "summarize", "acme-deal", "refunds", "--as", "terms").status == 0)
        // Whoever is about nobody, or about another client, is shown neither the summary nor the deal.
        for (customer, expected) in [("", false), ("birch", false), ("acme", true)] {
            let about = customer.isEmpty ? [] : ["--customer", customer]
            let run = try DaybookBinary.run(["run", "offer", "--json"] + about, in: company.folder)
            let job = try #require(run.objects.first?["job"]?.text, "\(run.errors)")
            let items = try shown(company, job)
            #expect(items.contains { $0["derived"] != nil } == expected, "\(customer)")
            #expect(items.contains { $0["knowledge"]?["entry"] == "acme-deal" } == expected, "\(customer)")
            #expect(!items.isEmpty)
        }
    }
}
