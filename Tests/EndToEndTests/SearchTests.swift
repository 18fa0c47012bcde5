import Foundation
import Testing
import Wire

/// What the owner asks for, with the built command.
@Suite struct `A search, end to end` {
    /// Where there is surely no model.
    private static let noModel = ["DAYBOOK_EMBEDDER": "/nowhere/minilm.pack"]

    private func entries(_ result: DaybookBinary.Result) -> [String] {
        result.objects.compactMap { $0["entry"]?.text }
    }

    private func add(_ entry: String, _ text: String, _ more: String..., to company: Company) throws {
        let added = try DaybookBinary.run(
            ["knowledge", "add", entry, "-", "--title", entry] + more, in: company.folder, input: text + "\n")
        try #require(added.status == 0, "\(added.errors)")
    }

    @Test(.enabled(if: Model.isThere, Model.lack))
    func `finds a paraphrase by its meaning, and says how`() throws {
        let company = try Company()
        try add("evening", "The shop shuts its doors at six in the evening.", "--collection", "product", to: company)
        let asked = ["knowledge", "search", "what time does the store close", "-k", "3", "--json", "--explain"]
        let found = try DaybookBinary.run(asked, in: company.folder)
        let hit = try #require(found.objects.first)
        #expect(hit["entry"] == "evening" && hit["version"]?.integer == 1 && hit["chunk"]?.integer == 1)
        #expect(hit["meaning"]?["rank"]?.integer == 1 && hit["words"] == .null && hit["why"] == "meaning")
        let explained = try #require(found.objects.last?["explain"])
        #expect(explained["embedder"]?.text?.hasPrefix("all-MiniLM-L6-v2@") == true)
        #expect(explained["weights"]?["meaning"] != nil && explained["cut"]?.elements?.isEmpty == false)
        // By words alone it is none, and that is said once, with what to do.
        let words = try DaybookBinary.run(asked, in: company.folder, environment: Self.noModel)
        #expect(!entries(words).contains("evening"))
        #expect(words.errors.contains("Found by words alone") && words.errors.contains("tools/setup-embedder"))
    }

    @Test(arguments: [true, false])
    func `narrows by kind, tag, collection, validity and moment`(withModel: Bool) throws {
        let company = try Company()
        let environment = withModel ? [:] : Self.noModel
        func found(_ more: String...) throws -> Set<String> {
            let result = try DaybookBinary.run(
                ["knowledge", "search", "zebra crossing", "-k", "100", "--json"] + more, in: company.folder,
                environment: environment)
            try #require(result.status == 0, "\(result.errors)")
            return Set(entries(result).filter { $0.hasPrefix("z-") })
        }
        try add("z-one", "A zebra crossing in town.", "--tag", "road", "--collection", "product", to: company)
        try add(
            "z-two", "Another zebra crossing.", "--tag", "road", "--tag", "old", "--valid-to", "2020-01-01", to: company
        )
        let before = try company.head()
        try add("z-three", "A third zebra crossing.", "--collection", "issues", to: company)
        #expect(try found() == ["z-one", "z-two", "z-three"])
        #expect(try found("--tag", "road") == ["z-one", "z-two"])
        #expect(try found("--tag", "road", "--tag", "old") == ["z-two"])
        #expect(try found("--in", "issues") == ["z-three"])
        #expect(try found("--kind", "template").isEmpty)
        #expect(try found("--valid-at", "2026-01-01") == ["z-one", "z-three"])
        #expect(try found("--at", "@\(before)") == ["z-one", "z-two"])
        #expect(try company.daybook("knowledge", "search", "x", "--kind", "poem").status == 64)
        #expect(try company.daybook("knowledge", "search", "x", "--as", "nobody").status == 66)
    }

    @Test func `finds in several collections, all there is, and says who nobody knows`() throws {
        let company = try Company()
        func search(_ more: String...) throws -> DaybookBinary.Result {
            try DaybookBinary.run(["knowledge", "search", "zebra crossing"] + more, in: company.folder)
        }
        try add("z-one", "A zebra crossing in town.", "--collection", "product", to: company)
        try add("z-two", "Another zebra crossing.", "--collection", "issues", to: company)
        try add("z-three", "A third zebra crossing.", "--customer", "acme", "--collection", "voice", to: company)
        let both = Set(entries(try search("--in", "product", "--in", "issues", "--json")))
        #expect(both.isSuperset(of: ["z-one", "z-two"]) && !both.contains("z-three"))
        #expect(try search("--in", "product", "--in", "nowhere").status == 66)
        #expect(entries(try search("-k", "1000000", "--json")).count >= 3)
        #expect(try search("-k", "0").status == 64)
        let unknown = try search("--customer", "ACME")
        #expect(unknown.status == 0 && unknown.errors.contains("No entry is about ACME; known: acme"))
        #expect(!(try search("--customer", "acme")).errors.contains("No entry"))
    }

    @Test(arguments: ["   ", "?", "%", "\u{1}", "🚲", "価格"])
    func `finds nothing for what has no word that anybody knows`(_ query: String) throws {
        let company = try Company()
        try add("dash", "#y", to: company)
        #expect(entries(try company.daybook("knowledge", "search", query, "--json")).isEmpty)
    }

    @Test func `marks what does not hold, and counts no chunk beside a hit`() throws {
        let company = try Company()
        try add("z-old", "A zebra crossing.", "--valid-to", "2020-01-01", to: company)
        let old = try company.daybook("knowledge", "search", "zebra", "-k", "1")
        #expect(old.output.contains("(held until 20"), "\(old.output)")
        #expect(
            try company.daybook("knowledge", "search", "zebra", "-k", "1", "--valid-at", "2019-01-01").output
                .contains("held until") == false)
        #expect(try company.daybook("knowledge", "show", "z-old").output.contains(".000000Z") == false)
        let parts = (1...3).map { "## Part \($0)\n\nIt is about \(["figs", "kiwis", "plums"][$0 - 1]). " }
        try add(
            "fruit", parts.map { $0 + String(repeating: "So they say. ", count: 50) }.joined(separator: "\n\n"),
            to: company)
        let found = try company.daybook("knowledge", "search", "kiwis", "-k", "1", "--mode", "batch").output
        let heads = found.split(separator: "\n").filter { $0.contains("fruit@1 ") && !$0.contains("Next") }
        #expect(heads.first?.hasPrefix("1 ") == true && heads.count > 1)
        #expect(heads.dropFirst().allSatisfy { $0.hasPrefix("+   beside") })
    }

    @Test func `prints the lines that say what was asked`() throws {
        let company = try Company()
        try add(
            "long", (1...12).map { "Line \($0) is of no use." }.joined(separator: "\n") + "\nThe quokka sleeps.",
            to: company)
        #expect(try company.daybook("knowledge", "search", "quokka", "-k", "1").output.contains("| The quokka sleeps."))
    }

    @Test func `holds nothing before the first event`() throws {
        let company = try Company()
        let before = [
            ["--as", "writer", "--at", "@0"], ["--as", "writer", "--at", "2000-01-01"], ["--valid-at", "@0"],
        ]
        for options in before {
            let found = try DaybookBinary.run(["knowledge", "search", "price", "--json"] + options, in: company.folder)
            #expect(found.status == 0 && (options[0] == "--valid-at" || found.objects.isEmpty), "\(found.errors)")
        }
    }

    @Test func `finds an entry by its name`() throws {
        let company = try Company()
        try FileManager.default.createDirectory(atPath: company.path("notes"), withIntermediateDirectories: false)
        try company.write("notes/honey-from-anna.md", "# Supplier 7\n\nShe delivers on Fridays.\n")
        try company.write("notes/olive-oil.md", "Order twelve bottles from Kalamata.\n")
        try #require(try company.daybook("knowledge", "import", "notes").status == 0)
        for (query, entry) in [
            ("honey", "honey-from-anna"), ("honey-from-anna", "honey-from-anna"), ("issue-036", "issue-036"),
            ("olive oil", "olive-oil"),
        ] {
            let found = try company.daybook("knowledge", "search", query, "-k", "1", "--json")
            #expect(entries(found) == [entry])
        }
    }

    @Test func `finds a new version at once, and the same without its files`() throws {
        let company = try Company()
        func search(_ text: String) throws -> [String] {
            try company.daybook("knowledge", "search", text, "-k", "5", "--json").objects.map(\.description)
        }
        try add("tide", "The tide table hangs by the door.", to: company)
        #expect(try search("tide table").first?.contains("\"tide\"") == true)
        let revised = try company.daybook(
            "knowledge", "add", "tide", "-", "--revise", input: "The tide table hangs in the quokka room.\n")
        #expect(revised.status == 0)
        let first = try search("quokka")
        #expect(first.first?.contains("\"version\":2") == true)
        let files = FileManager.default
        let folder = company.path(".daybook/views/search")
        #expect(files.fileExists(atPath: folder))
        try files.removeItem(atPath: folder)
        #expect(try search("quokka") == first)
        // Damaged files are made again as well.
        for (path, bytes) in company.files(below: ".daybook/views/search") {
            var bytes = bytes
            bytes[bytes.count / 3] ^= 0xFF
            try bytes.write(to: URL(filePath: "\(folder)/\(path)"))
        }
        #expect(try search("quokka") == first)
        // Without a model there are no vectors.
        if Model.isThere { try files.removeItem(atPath: company.path(".daybook/vectors")) }
        try files.removeItem(atPath: folder)
        #expect(try search("quokka") == first)
    }

    @Test func `shows a poisoned fact to nobody any more once it is taken back`() throws {
        let company = try Company()
        try company.addParrot()
        try company.setPrice(3)
        for _ in 0..<3 { #expect(try company.daybook("run", "offer").status == 3) }
        let poisoned = try company.head()
        #expect(try company.daybook("knowledge", "revert", "pricing", "--bad", "2").status == 0)
        func found(_ more: String...) throws -> String {
            try DaybookBinary.run(
                ["knowledge", "search", "what does Pro cost", "-k", "50", "--json"] + more, in: company.folder
            ).output
        }
        #expect(!(try found()).contains("costs $3 a month"))
        #expect(try found("--at", "@\(poisoned)").contains("costs $3 a month"))
        let jobs = try company.daybook("exposure", "pricing@2", "--json").output
        for job in ["offer-1", "offer-2", "offer-3"] { #expect(jobs.contains(job)) }
        #expect(try company.daybook("run", "offer").status == 3)
        let context = try #require(try company.events("offer-4", named: "ContextAssembled").first)
        #expect(!context.description.contains("\"version\":2"))
        #expect(try company.daybook("replay", "offer-1").status == 0)
        #expect(try company.daybook("audit", "offer-1.draft").output.contains("pricing@2"))
    }

    @Test func `is made by several processes at once`() async throws {
        let company = try Company()
        for number in 0..<6 { try add("n-\(number)", "The walrus of number \(number).", to: company) }
        let answers = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask { [folder = company.folder] in
                    try DaybookBinary.run(["knowledge", "search", "walrus", "-k", "6", "--json"], in: folder)
                        .objects.count { $0["text"]?.text?.contains("walrus") == true }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers == [6, 6, 6, 6])
    }

    @Test func `answers one query after the other, with what is known when it is asked`() throws {
        let company = try Company()
        try add("z-one", "A zebra crossing in town.", to: company)
        let asked = try company.daybook("knowledge", "search", "-", "-k", "1", input: "zebra crossing\n\npro price\n")
        #expect(asked.status == 0 && asked.objects.count == 3, "\(asked.errors)")
        #expect(asked.objects[0]["query"] == "zebra crossing")
        #expect(asked.objects[0]["hits"]?.elements?.first?["entry"] == "z-one")
        #expect(asked.objects[2]["hits"]?.elements?.first?["entry"] == "pricing")
        #expect(asked.objects.allSatisfy { $0["microseconds"]?["search"]?.integer != nil })
    }

    @Test(.enabled(if: Model.isThere, Model.lack))
    func `leaves no index of another model or recipe behind`() throws {
        let company = try Company()
        let old = company.path(".daybook/views/search/0123abcd-0")
        try FileManager.default.createDirectory(atPath: old, withIntermediateDirectories: true)
        #expect(try company.daybook("knowledge", "index").status == 0)
        #expect(!FileManager.default.fileExists(atPath: old))
        let names = try FileManager.default.contentsOfDirectory(atPath: company.path(".daybook/views/search"))
        #expect(names.count == 1 && names[0].contains("-"))
    }
}
