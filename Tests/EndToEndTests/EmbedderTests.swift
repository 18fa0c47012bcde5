import Foundation
import Testing
import Wire

@Suite struct `A server that makes vectors` {
    /// A company with two notes, and a server that it asks; what the server heard is in `heard.jsonl`.
    private func company(_ script: [String] = ["ok"], more: String = "") throws -> (Company, ModelServer) {
        let company = try Company()
        let server = try ModelServer(["log:\(company.path("heard.jsonl"))"] + script)
        try FileManager.default.createDirectory(atPath: company.path("notes"), withIntermediateDirectories: true)
        try company.write("notes/oil.md", "# Olive oil\n\nKeep it away from the sun.\n")
        try company.write("notes/returns.md", "# Complaints\n\nWhoever complains is reimbursed.\n")
        let settings = try company.read("daybook.yaml")
        try company.write(
            "daybook.yaml",
            settings + "\nembedder: {url: \"\(server.url)\", model: tiny, dimensions: 5, price: $1\(more)}\n")
        return (company, server)
    }

    /// The texts that the server was sent, request by request.
    private func heard(_ company: Company) throws -> [[String]] {
        guard FileManager.default.fileExists(atPath: company.path("heard.jsonl")) else { return [] }
        return try company.read("heard.jsonl").split(separator: "\n").compactMap { try? JSON(parsing: String($0)) }
            .map { ($0["body"]?["input"]?.elements ?? []).compactMap(\.text) }
    }

    private func found(_ company: Company, _ words: String...) throws -> [String] {
        try DaybookBinary.run(["knowledge", "search", "--json"] + words, in: company.folder).objects
            .compactMap { $0["entry"]?.text }
    }

    private func derived(_ company: Company) throws -> [String] {
        try company.daybook("log", "--json").objects.compactMap { $0["event"]?.text ?? $0["type"]?.text }
            .filter { $0.hasPrefix("Derivation") }
    }

    @Test func `is asked once for each text, with a record before and behind, and never to make the index again`()
        throws
    {
        let (company, server) = try company()
        #expect(try company.daybook("knowledge", "import", "notes").status == 0)
        #expect(try heard(company).isEmpty)
        let dry = try company.daybook("knowledge", "embed", "--dry-run", "--json")
        #expect(dry.status == 0, "\(dry.errors)")
        let texts = try #require(dry.objects.first?["texts"]?.integer)
        #expect(texts > 2 && dry.objects.first?["cost_microdollars"]?.integer ?? 0 > 0)
        #expect(try heard(company).isEmpty && derived(company).isEmpty)
        let made = try company.daybook("knowledge", "embed", "--json")
        #expect(made.status == 0, "\(made.errors)")
        #expect(made.objects.first?["texts"]?.integer == texts)
        #expect(made.objects.first?["cost_microdollars"]?.integer == 10 * texts)
        #expect(try heard(company).joined().count == texts)
        #expect(try derived(company) == ["DerivationAsked", "DerivationRequested", "DerivationEnded"])
        let figures = try company.daybook("metrics", "--json").objects.first { $0["kind"] == "derived" }
        #expect(figures?["ok"]?.integer == 1 && figures?["cost_microdollars"]?.integer == 10 * texts)
        // Again, there is nothing to ask for.
        #expect(try company.daybook("knowledge", "embed", "--json").objects.first?["texts"]?.integer == 0)
        #expect(try heard(company).count == 1)
        // What is looked for is sent only if that is said, and once.
        let words = try company.daybook("knowledge", "search", "refund")
        #expect(words.errors.contains("--ask") && !words.output.contains("returns@1"))
        let asked = try company.daybook("knowledge", "search", "refund", "--ask", "--json")
        #expect(asked.objects.first?["entry"] == "returns" && asked.objects.first?["why"] == "meaning")
        #expect(try found(company, "refund").first == "returns")
        #expect(try heard(company).count == 2)
        // Without the server and without all that can be made again: the log is enough.
        withExtendedLifetime(server) { server.end() }
        for folder in ["views", "vectors"] {
            try? FileManager.default.removeItem(atPath: company.path(".daybook/\(folder)"))
        }
        #expect(try found(company, "refund").first == "returns")
        #expect(try company.daybook("verify").status == 0)
    }

    @Test func `is not asked for more than the budgets leave`() throws {
        let (company, server) = try company()
        defer { server.end() }
        let settings = try company.read("daybook.yaml").split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !$0.hasPrefix("budget:") }
        try company.write("daybook.yaml", settings.joined(separator: "\n") + "\nbudget: {day: $0.000001}\n")
        #expect(try company.daybook("knowledge", "import", "notes").status == 0)
        let refused = try company.daybook("knowledge", "embed")
        #expect(refused.status == 1)
        #expect(refused.errors.contains("the budgets leave"), "\(refused.errors)")
        #expect(try heard(company).isEmpty && derived(company).isEmpty)
    }

    @Test func `is asked at once for what is written, where daybook.yaml says so`() throws {
        let (company, server) = try company(more: ", on_write: yes")
        defer { server.end() }
        #expect(try company.daybook("knowledge", "embed").status == 0)
        let before = try heard(company).joined().count
        #expect(before > 0)
        #expect(try company.daybook("knowledge", "add", "shelf", "-", input: "Store it in the shade.\n").status == 0)
        #expect(try heard(company).joined().count == before + 1)
        #expect(try company.daybook("knowledge", "embed", "--json").objects.first?["texts"]?.integer == 0)
    }

    @Test func `that fails leaves what was written as it is, and is asked again`() throws {
        let (company, server) = try company(["html", "ok"], more: ", on_write: yes")
        defer { server.end() }
        let added = try company.daybook("knowledge", "add", "shelf", "-", input: "Store it in the shade.\n")
        #expect(added.status == 0 && added.errors.contains("no vectors yet"))
        #expect(try company.daybook("knowledge", "show", "shelf").status == 0)
        #expect(try company.daybook("knowledge", "embed").status == 0)
        let figures = try company.daybook("metrics", "--json").objects.first { $0["kind"] == "derived" }
        #expect(figures?["ok"]?.integer == 1 && figures?["failed"]?.integer == 1)
    }

    @Test(arguments: ["wide", "nan", "huge", "few", "twice", "500", "429", "429:1"])
    func `that answers nonsense or not at all is believed nothing, and paid no more than it asked for`(
        _ word: String
    ) throws {
        let (company, server) = try company([word, "ok"])
        defer { server.end() }
        #expect(try company.daybook("knowledge", "import", "notes").status == 0)
        let count = try #require(
            try company.daybook("knowledge", "embed", "--dry-run", "--json").objects.first?["texts"]?.integer)
        // What may pass is asked again at once; what is no answer ends the run.
        let mayPass = word.hasPrefix("4") || word.hasPrefix("5")
        let first = try company.daybook("knowledge", "embed", "--json")
        #expect(first.status == (mayPass ? 0 : 1), "\(first.errors)")
        #expect(first.errors.contains("made no vectors") != mayPass)
        let second = try company.daybook("knowledge", "embed", "--json")
        #expect(second.objects.first?["texts"]?.integer == (mayPass ? 0 : count), "\(second.errors)")
        #expect(try heard(company).map(\.count) == [Int(count), Int(count)])
        // Ten tokens a text, and a dollar a million: what is not even JSON says nothing of its cost.
        let charged = mayPass || word == "nan" ? 1 : 2
        let figures = try company.daybook("metrics", "--json").objects.first { $0["kind"] == "derived" }
        #expect(figures?["cost_microdollars"]?.integer == 10 * count * Int64(charged))
        #expect(figures?["ok"]?.integer == 1 && figures?["failed"]?.integer == 1)
        #expect(try company.daybook("replay", "--all").status == 0)
    }

    @Test func `whose answer nobody lived to hear is asked again, and that is on record`() throws {
        let (company, server) = try company(["hang", "ok"])
        defer { server.end() }
        #expect(try company.daybook("knowledge", "import", "notes").status == 0)
        let child = try ChildProcess(
            [DaybookBinary.path, "knowledge", "embed"], in: company.folder,
            environment: ProcessInfo.processInfo.environment, output: "/dev/null")
        let deadline = Date.now.addingTimeInterval(DaybookBinary.secondsMax)
        while try heard(company).isEmpty, Date.now < deadline { usleep(20_000) }
        child.end()
        #expect(try derived(company) == ["DerivationAsked", "DerivationRequested"])
        let again = try company.daybook("knowledge", "embed")
        #expect(again.status == 0, "\(again.errors)")
        let figures = try company.daybook("metrics", "--json").objects.first { $0["kind"] == "derived" }
        #expect(figures?["unresolved"]?.integer == 1 && figures?["ok"]?.integer == 1)
        #expect(try heard(company).count == 2)
    }

    @Test func `never hears again of somebody who was forgotten, and what it said of them is gone`() throws {
        let (company, server) = try company()
        defer { server.end() }
        try company.write(
            "notes/customer-17.md",
            "---\ntitle: Ann Quillfeather\nsubject: ann.q@example.com\n---\n\nWants purple envelopes.\n")
        #expect(try company.daybook("knowledge", "import", "notes").status == 0)
        #expect(try company.daybook("knowledge", "embed").status == 0)
        #expect(try heard(company).joined().contains { $0.contains("purple") })
        #expect(
            try company.daybook("knowledge", "search", "stationery", "--ask", "--json").objects.first?["entry"]
                == "customer-17")
        // In the clear nowhere but beside the key.
        for (path, bytes) in company.files(below: ".daybook") where !path.hasPrefix("keys/subjects") {
            #expect(!bytes.contains(Array("purple".utf8)), "\(path)")
        }
        #expect(try company.daybook("forget", "ann.q@example.com", "--yes").status == 0)
        let requests = try heard(company).count
        for folder in ["views", "vectors"] {
            try? FileManager.default.removeItem(atPath: company.path(".daybook/\(folder)"))
        }
        let again = try company.daybook("knowledge", "embed", "--json")
        #expect(again.status == 0 && again.objects.first?["texts"]?.integer == 0, "\(again.errors)")
        #expect(try heard(company).count == requests)
        #expect(try !found(company, "stationery").contains("customer-17"))
    }

    @Test func `that is away leaves words to a search and to jobs, which wait for it once`() throws {
        let (company, server) = try company()
        #expect(try company.daybook("knowledge", "import", "notes").status == 0)
        #expect(try company.daybook("knowledge", "embed").status == 0)
        withExtendedLifetime(server) { server.end() }
        let asked = try company.daybook("knowledge", "search", "sun", "--ask")
        #expect(asked.status == 0 && asked.output.contains("oil@1"), "\(asked.errors)")
        #expect(asked.errors.contains("words alone") && asked.errors.contains("made no vectors"))
        #expect(!asked.errors.contains("knowledge embed"))
        #expect(try derived(company).count == 6)
        // One after the other, in one process: whoever asks next leaves the server alone.
        let several = try company.daybook("knowledge", "search", "--ask", "-", input: "sun\nshade\nlight\n")
        #expect(several.objects.count == 3 && several.objects[0]["hits"]?.elements?.isEmpty == false)
        #expect(several.objects.allSatisfy { $0["by_words"]?.text?.contains("made no vectors") == true })
        #expect(try derived(company).count == 9)
        let run = try company.daybook("run", "newsletter", "-f", "topic=the sun", "--json")
        #expect(run.objects.first?["job"] == "newsletter-1", "\(run.errors)")
        #expect(try derived(company).count <= 12)
    }

    @Test func `of another width is another one, and no text has the vector of another`() throws {
        let (company, server) = try company()
        defer { server.end() }
        #expect(try company.daybook("knowledge", "import", "notes").status == 0)
        #expect(try company.daybook("knowledge", "embed").status == 0)
        let texts = try heard(company).joined().count
        #expect(try found(company, "refund", "--ask").first == "returns")
        try company.edit("daybook.yaml", "dimensions: 5", "dimensions: 1")
        let dry = try company.daybook("knowledge", "embed", "--dry-run", "--json")
        #expect(dry.objects.first?["texts"]?.integer == Int64(texts))
        for _ in 0..<2 {
            let words = try company.daybook("knowledge", "search", "sun", "--json")
            #expect(words.objects.first?["entry"] == "oil" && words.errors.contains("no vector yet"))
            #expect(words.objects.allSatisfy { $0["why"]?.text != "meaning" })
            try FileManager.default.removeItem(atPath: company.path(".daybook/views/search"))
        }
        try company.edit("daybook.yaml", "dimensions: 1", "dimensions: 5")
        #expect(try found(company, "refund").first == "returns")
    }

    @Test func `keeps the index by words as long as texts have no vector`() throws {
        let (company, server) = try company(more: ", on_write: yes")
        defer { server.end() }
        func segments() -> [String] {
            company.files(below: ".daybook/views/search/words").keys.filter { $0.hasSuffix("segment") }
        }
        #expect(try !found(company, "price").isEmpty)
        #expect(!segments().isEmpty)
        #expect(try company.daybook("knowledge", "embed", "--dry-run").status == 0)
        #expect(!segments().isEmpty)
        #expect(try company.daybook("knowledge", "embed").status == 0)
        _ = try found(company, "price")
        #expect(segments().isEmpty)
    }
}
