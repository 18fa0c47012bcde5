import Foundation
import Testing
import Wire

@Suite struct `Knowledge, end to end` {
    /// The `result` of each file of an import, by entry.
    private func results(_ imported: DaybookBinary.Result) -> [String: String] {
        Dictionary(
            imported.objects.map { ($0["entry"]?.text ?? "", $0["result"]?.text ?? "") }, uniquingKeysWith: { $1 })
    }

    @Test func `an import takes in what is new, and an unchanged file writes nothing`() throws {
        let company = try Company()
        try FileManager.default.createDirectory(
            atPath: company.path("notes/kitchen"), withIntermediateDirectories: true)
        try company.write("notes/olive-oil.md", "# Olive oil\n\nKeep it dark.\n")
        try company.write("notes/kitchen/Plum Jam.md", "---\ntags: [sweet]\ntitle: Jam\n---\nUse ripe plums.\n")
        let first = try company.daybook("knowledge", "import", "notes", "--json")
        #expect(first.status == 0)
        #expect(results(first) == ["olive-oil": "added", "plum-jam": "added"])
        let jam = try company.daybook("knowledge", "show", "plum-jam", "--json").objects.first
        #expect(jam?["title"] == "Jam" && jam?["collection"] == "kitchen" && jam?["text"] == "Use ripe plums.")
        let head = try company.daybook("log", "--json").objects.count
        #expect(
            results(try company.daybook("knowledge", "import", "notes", "--json")).values.allSatisfy {
                $0 == "unchanged"
            })
        #expect(try company.daybook("knowledge", "import").output.contains("0 added, 0 revised"))
        #expect(try company.daybook("log", "--json").objects.count == head)
        #expect(try company.daybook("verify").status == 0)
    }

    @Test func `an import leaves alone what a person changed, and says so`() throws {
        let company = try Company()
        try company.setPrice(29)
        let kept = try company.daybook("knowledge", "import", "--json")
        #expect(kept.status == 0)
        #expect(results(kept)["pricing"] == "kept")
        try company.edit("knowledge/pricing.md", "$39", "$49")
        let conflict = try company.daybook("knowledge", "import", "knowledge/pricing.md", "--json")
        #expect(conflict.status == 1)
        #expect(results(conflict) == ["pricing": "conflict"])
        #expect(try company.daybook("knowledge", "show", "pricing").output.contains("$29"))
        let forced = try company.daybook("knowledge", "import", "--force", "--json")
        #expect(forced.status == 0)
        #expect(results(forced)["pricing"] == "revised")
        #expect(try company.daybook("knowledge", "show", "pricing").output.contains("$49"))
    }

    @Test func `one file that cannot be read keeps the whole import out`() throws {
        let company = try Company()
        try FileManager.default.createDirectory(atPath: company.path("notes"), withIntermediateDirectories: true)
        try company.write("notes/good.md", "Good.\n")
        try Data([0x61, 0xff]).write(to: URL(filePath: company.path("notes/bad.md")))
        let refused = try company.daybook("knowledge", "import", "notes")
        #expect(refused.status == 65)
        #expect(refused.errors.contains("bad.md:1:2: not UTF-8"))
        #expect(try company.daybook("knowledge", "show", "good").status == 66)
        try company.write("notes/bad.md", "Better.\n")
        try company.write("notes/Good.md", "Also good.\n")
        let twice = try company.daybook("knowledge", "import", "notes")
        #expect(twice.status == 65)
        #expect(twice.errors.contains("has the same name"))
    }

    @Test func `a revision keeps what it does not name, and never begins an entry`() throws {
        let company = try Company()
        #expect(try company.daybook("knowledge", "revise", "tone", "--tag", "voice").status == 66)
        _ = try company.daybook("knowledge", "add", "tone", "-", "--tag", "voice", input: "Calm.\n")
        #expect(try company.daybook("knowledge", "revise", "tone", "--title", "Tone").status == 0)
        #expect(try company.daybook("knowledge", "revise", "tone", "-", input: "Calm and short.\n").status == 0)
        let tone = try #require(try company.daybook("knowledge", "show", "tone", "--json").objects.first)
        #expect(tone["version"]?.integer == 3 && tone["text"] == "Calm and short.")
        #expect(tone["title"] == "Tone" && tone["tags"]?.elements == ["voice"])
    }

    @Test func `an entry is written down, revised from what its author saw, and compared`() throws {
        let company = try Company()
        func add(_ text: String, _ more: String...) throws -> DaybookBinary.Result {
            try DaybookBinary.run(
                ["knowledge", "add", "tone", "-", "--json"] + more, in: company.folder, input: text)
        }
        let added = try add("Calm.\nShort.\n", "--title", "Tone", "--collection", "product")
        #expect(added.objects.first?["result"] == "added" && added.objects.first?["version"]?.integer == 1)
        #expect(try add("Loud.\n").status == 64)
        #expect(try add("Calm.\nShort.\n", "--revise").objects.first?["result"] == "unchanged")
        #expect(try add("Calm.\nLong.\n", "--revise").objects.first?["version"]?.integer == 2)
        #expect(try add("Calm.\nNone.\n", "--base", "1").status == 75)
        let lines = try company.daybook("knowledge", "diff", "tone", "--json").objects
        #expect(lines.compactMap { $0["text"]?.text } == ["Short.", "Long."])
        let versions = try company.daybook("knowledge", "history", "tone", "--json").objects
        #expect(versions.compactMap { $0["version"]?.integer } == [2, 1])
        #expect(versions.allSatisfy { $0["title"] == "Tone" && $0["collection"] == "product" })
        #expect(try company.daybook("knowledge", "show", "tone", "@1").output.contains("Short."))
        let position = versions.last?["position"]?.integer ?? 0
        #expect(try company.daybook("knowledge", "show", "@\(position)").output.contains("Short."))
    }

    @Test func `a search ranks by words and finds no retired entry`() throws {
        let company = try Company()
        let hits = try company.daybook("knowledge", "search", "what", "Pro", "costs", "-k", "3", "--json").objects
        #expect(hits.count == 3)
        #expect(hits.first?["entry"] == "pricing" && hits.first?["version"]?.integer == 1)
        let scores = hits.compactMap { hit in
            if case .number(let digits)? = hit["score"] { Double(digits) } else { Double?.none }
        }
        #expect(scores.count == 3 && scores == scores.sorted(by: >))
        let product = try company.daybook("knowledge", "search", "price", "--collection", "product", "--json").objects
        #expect(!product.isEmpty && product.allSatisfy { $0["collection"] == "product" })
        #expect(try company.daybook("knowledge", "retire", "pricing", "--reason", "sold").status == 0)
        let rest = try company.daybook("knowledge", "search", "what Pro costs", "-k", "50", "--json").objects
        #expect(rest.allSatisfy { $0["entry"] != "pricing" })
        #expect(try company.daybook("knowledge", "list").output.contains("pricing ") == false)
        #expect(try company.daybook("knowledge", "history", "pricing").output.contains("because sold"))
        #expect(try company.daybook("knowledge", "revert", "pricing", "--to", "1").status == 0)
        #expect(try company.daybook("knowledge", "list").output.contains("pricing "))
    }

    @Test(arguments: [
        "66 show nothing", "66 show pricing@9", "66 history nothing", "64 diff pricing", "66 diff pricing 9",
        "66 search x --collection zzz", "64 search x -k 0", "66 import nowhere", "64 add Bad-Id -", "65 add empty -",
        "64 add x - --collection outcomes", "66 add x --file nowhere.md", "64 add x --file knowledge",
        "66 retire nothing", "66 revert pricing --to 7", "64 revert pricing --to x", "64 revert pricing",
        "64 revert pricing --to 1 --bad 1",
    ])
    func `bad input is one message and writes nothing`(_ line: String) throws {
        let words = line.split(separator: " ").map(String.init)
        let company = try Company()
        let head = try company.daybook("log", "--json").objects.count
        let refused = try DaybookBinary.run(["knowledge"] + words.dropFirst(), in: company.folder)
        #expect(String(refused.status) == words[0], "\(refused.errors)")
        #expect(!refused.errors.isEmpty && refused.output.isEmpty)
        #expect(try company.daybook("log", "--json").objects.count == head)
    }
}
