import Foundation
import Testing
import Wire

/// How thoroughly an agent looks, how long it may take, and what time means to it: what its file says, in its jobs.
@Suite struct `A recall` {
    /// A company whose parrot recalls what it is told to, with more settings of its knowledge.
    private func company(_ settings: String, from: String, query: String, k: Int = 2) throws -> Company {
        let company = try Company()
        try company.addParrot()
        try company.edit(
            "agents/parrot.md", "knowledge: {read: [product], k: 2, max_tokens: 500}",
            "knowledge: {read: [facts], k: 2\(settings)}")
        try company.edit(
            "flows/offer.yaml", "recall: {price: {from: pricing, query: \"what Pro costs\", k: 1}}",
            "recall: {facts: {from: \(from), query: \"\(query)\", k: \(k)}}")
        return company
    }

    private func add(_ entry: String, _ text: String, to company: Company) throws {
        let added = try company.daybook(
            "knowledge", "add", entry, "-", "--title", "A fact", "--collection", "facts", input: text + "\n")
        try #require(added.status == 0, "\(added.errors)")
    }

    /// The context of a new job's draft.
    private func context(_ company: Company) throws -> JSON {
        let run = try company.daybook("run", "offer", "--json")
        let job = try #require(run.objects.first?["job"]?.text, "\(run.errors)")
        let events = try company.daybook("job", "events", job, "--json").objects
        return try #require(events.first { $0["event"] == "ContextAssembled" }?["data"])
    }

    private func entries(_ context: JSON) -> [String] {
        (context["items"]?.elements ?? []).compactMap { $0["knowledge"]?["entry"]?.text }
    }

    private func ends(_ value: JSON?, _ name: String) -> Bool { value?.text?.hasSuffix(name) == true }

    /// Has a server make vectors.
    private func use(_ server: ModelServer, in company: Company) throws {
        let settings = try company.read("daybook.yaml")
        try company.write(
            "daybook.yaml",
            settings + "\nembedder: {url: \"\(server.url)\", model: tiny, dimensions: 5, price: $1}\n")
    }

    /// What the server was asked for vectors of, request by request.
    private func heard(_ company: Company) throws -> [[String]] {
        try company.read("heard.jsonl").split(separator: "\n").compactMap { try? JSON(parsing: String($0)) }
            .map { ($0["body"]?["input"]?.elements ?? []).compactMap(\.text) }
    }

    @Test(.enabled(if: Model.isThere, Model.lack), arguments: ["live", "batch"])
    func `takes in what was asked for and nothing that is only there, and says what it left out`(
        _ mode: String
    ) throws {
        let company = try company(", mode: \(mode)", from: "facts", query: "what is the secret code", k: 5)
        try add("code", "The secret code of the door is swordfish.", to: company)
        try add("cats", "Cats sleep in the afternoon.", to: company)
        try add("tax", "The tax office sends its letters in spring.", to: company)
        let found = try context(company)
        #expect(entries(found) == ["code"])
        let cut = found["cut"]?.elements ?? []
        #expect(cut.count == 2 && cut.allSatisfy { ends($0["reason"], "UNLIKE") } && found["cutTotal"]?.integer == 2)
        let audit = try company.daybook("audit", "offer-1.draft", "--cut").output
        #expect(audit.contains("2 chunks too unlike what was asked"))
        #expect(try company.daybook("replay", "--all").status == 0)
        // The owner finds the nearest, however far; who looks as the agent, what the agent is given.
        func search(_ more: String...) throws -> Set<String> {
            let result = try DaybookBinary.run(
                ["knowledge", "search", "what is the secret code", "--in", "facts", "--json"] + more,
                in: company.folder)
            return Set(result.objects.compactMap { $0["entry"]?.text })
        }
        #expect(try search() == ["code", "cats", "tax"])
        #expect(try search("--as", "parrot") == ["code"])
    }

    // MARK: - Through a server

    @Test func `sends what it looks for to the server once, and goes on by words without it`() throws {
        let company = try company("", from: "facts", query: "refund", k: 1)
        let server = try ModelServer(["log:\(company.path("heard.jsonl"))", "ok"])
        try use(server, in: company)
        try add("complaints", "Whoever complains is reimbursed.", to: company)
        try add("shelf", "Keep it in the shade.", to: company)
        #expect(try company.daybook("knowledge", "embed").status == 0)
        let texts = try heard(company).count
        let found = try context(company)
        #expect(entries(found) == ["complaints"] && ends(found["method"], "FUSED"))
        #expect(found["embedder"]?.text?.hasPrefix("tiny@") == true && found["omission"] == nil)
        #expect(found["items"]?.elements?.first?["cosineMillionths"] != nil)
        #expect(try heard(company).dropFirst(texts) == [["refund"]])
        // It is a text like any other: the next job asks nobody, with or without the server.
        withExtendedLifetime(server) { server.end() }
        #expect(try entries(context(company)) == ["complaints"])
        #expect(try heard(company).count == texts + 1)
        // Something else cannot be sent any more; the job goes on, and says how.
        try company.edit("flows/offer.yaml", "refund", "the shade")
        let byWords = try context(company)
        #expect(entries(byWords) == ["shelf"] && ends(byWords["method"], "LEXICAL"))
        #expect(byWords["embedder"] == nil && ends(byWords["omission"], "NO_VECTOR"))
        let figures = try company.daybook("metrics", "--json").objects.first { $0["kind"] == "derived" }
        #expect(figures?["failed"]?.integer == 1 && figures?["unresolved"]?.integer == 0)
        #expect(try company.daybook("replay", "--all").status == 0)
    }

    @Test func `waits for meaning no longer than it may, and says that words alone counted`() throws {
        let company = try company(", max_time: 500ms", from: "facts", query: "refund for the shade", k: 1)
        let server = try ModelServer(["ok", "hang", "ok"])
        defer { server.end() }
        try use(server, in: company)
        try add("complaints", "Whoever complains is reimbursed.", to: company)
        try add("shelf", "Keep it in the shade.", to: company)
        // All texts go in one request.
        #expect(try company.daybook("knowledge", "embed", "--json").objects.first?["requests"] == 1)
        let late = try context(company)
        #expect(entries(late) == ["shelf"] && ends(late["method"], "LEXICAL"))
        #expect(late["embedder"] == nil && ends(late["omission"], "TIME"))
        #expect(try company.daybook("audit", "offer-1", "--json").output.contains("\"omission\":\"time\""))
        // The server is quick again.
        let found = try context(company)
        #expect(ends(found["method"], "FUSED") && found["omission"] == nil)
        #expect(try company.daybook("replay", "--all").status == 0)
    }

    // MARK: - Live and batch

    @Test(arguments: ["live", "batch"])
    func `of a long entry is its summary for who reads little, and the entry for who reads more`(
        _ mode: String
    ) throws {
        let company = try company(", max_tokens: 5000, mode: \(mode)", from: "handbook", query: "price", k: 10)
        let filler = (1...60).map { "In week \($0) of the year the shelves are counted by two people." }
        let head = "---\ntitle: Handbook\ncollection: facts\nform: document\n---\n"
        try company.write("knowledge/handbook.md", head + filler.joined(separator: "\n\n") + "\n")
        #expect(try company.daybook("knowledge", "import").status == 0)
        #expect(try company.daybook("knowledge", "summarize", "handbook").status == 0)
        let items = try context(company)["items"]?.elements ?? []
        if mode == "live" {
            #expect(items.count == 1 && ends(items.first?["why"], "SUMMARY") && items.first?["derived"] != nil)
        } else {
            #expect(items.count > 1 && items.allSatisfy { $0["derived"] == nil })
        }
        #expect(items.allSatisfy { $0["knowledge"]?["entry"] == "handbook" })
    }

    // MARK: - Time

    @Test(arguments: ["", ", half_life: 10s"])
    func `prefers the newer of two that say the same, where time counts`(_ setting: String) throws {
        let company = try company(setting, from: "facts", query: "zebra crossing")
        try add("a-fact", "A zebra crossing in town.", to: company)
        Thread.sleep(forTimeInterval: 2.1)
        try add("b-fact", "A zebra crossing in town.", to: company)
        let found = try context(company)
        let scores = (found["items"]?.elements ?? []).compactMap { $0["scoreMillionths"]?.integer }
        try #require(scores.count == 2)
        if setting.isEmpty {
            #expect(entries(found).sorted() == ["a-fact", "b-fact"] && scores[0] == scores[1])
        } else {
            #expect(entries(found) == ["b-fact", "a-fact"] && scores[1] < scores[0])
        }
    }
}
