import Foundation
import Testing
import Wire

@Suite struct `Files taken into the knowledge` {
    private func results(_ imported: DaybookBinary.Result) -> [String: String] {
        Dictionary(
            imported.objects.compactMap { line in line["entry"]?.text.map { ($0, line["result"]?.text ?? "") } },
            uniquingKeysWith: { $1 })
    }

    private func show(_ entry: String, in company: Company) throws -> JSON? {
        try company.daybook("knowledge", "show", entry, "--json").objects.first
    }

    private func drift(_ path: String, in company: Company) throws -> JSON? {
        try company.daybook("status", "--json").objects.first?["drift"]?.elements?.first { $0["path"]?.text == path }
    }

    private func makeFolder(_ name: String, in company: Company) throws {
        try FileManager.default.createDirectory(atPath: company.path(name), withIntermediateDirectories: true)
    }

    @Test func `of every format become entries, and the same again writes nothing`() throws {
        let company = try Company()
        try makeFolder("files/site/guide", in: company)
        try company.write(
            "files/Plum Jam.md",
            "---\ntags: [Sweet Things]\ncustomer: acme\nvalid_from: 2026-01-01\nkind: fact\n---\nUse ripe plums.\n")
        try company.write("files/customers.csv", "id;Name;Price;Notes\nacme;Acme GmbH;39.00 USD;\"Pays\nlate\"\n")
        try company.write("files/parts.jsonl", #"{"sku":"A-1","title":"Lid","price":2.50,"in_stock":true}"# + "\n")
        try company.write(
            "files/in.mbox",
            "From a@b Mon Nov  2 09:13:41 2026\nFrom: Ana <a@b>\nSubject: Jars\nMessage-ID: <1@b>\n\n"
                + ">From now on blue.\n"
        )
        try company.write(
            "files/news.atom",
            "<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry><title>Glass</title><id>urn:1</id>"
                + "<link href=\"https://x/1\"/><summary>It breaks.</summary></entry></feed>")
        try company.write(
            "files/site/guide/index.html", "<body><nav>Home</nav><h1>Guide</h1><p>See <a href='x.html'>x</a></p></body>"
        )
        let first = try company.daybook("knowledge", "import", "files", "--json")
        #expect(first.status == 0, "\(first.errors)")
        let names = results(first).keys.sorted()
        #expect(results(first).values.allSatisfy { $0 == "added" } && names.count == 6)
        let jam = try show("plum-jam", in: company)
        #expect(jam?["customer"] == "acme" && jam?["form"] == "fact" && jam?["tags"]?.elements == ["sweet-things"])
        let acme = try show("acme", in: company)
        #expect(acme?["form"] == "customer" && acme?["collection"] == "customers" && acme?["title"] == "Acme GmbH")
        #expect(acme?["text"] == "- price: 39.00 USD\n\nPays\nlate")
        #expect(try show("a-1", in: company)?["text"] == "- price: 2.5\n- in_stock: yes")
        let jars = try show(names.first { $0.hasPrefix("jars-") } ?? "", in: company)
        #expect(jars?["text"]?.text?.hasSuffix("\n\nFrom now on blue.") == true)
        let glass = try show(names.first { $0.hasPrefix("glass-") } ?? "", in: company)
        #expect(glass?["text"]?.text?.contains("https://x/1") == true)
        #expect(try show("site-guide", in: company)?["text"] == "# Guide\n\nSee [x](x.html)")
        let head = try company.daybook("log", "--json").objects.count
        let again = try company.daybook("knowledge", "import", "files", "--json")
        #expect(results(again).count == 6 && results(again).values.allSatisfy { $0 == "unchanged" })
        #expect(try company.daybook("log", "--json").objects.count == head)
    }

    @Test func `tell of what cannot be read, and lose only that`() throws {
        let company = try Company()
        try company.write("parts.csv", "id,v\na,1\nb\nc,3\na,4\n")
        let dry = try company.daybook("knowledge", "import", "parts.csv", "--dry-run")
        #expect(dry.output.contains("Would be: 2 added") && dry.errors.contains("parts.csv:3:1: 1 column"))
        #expect(try company.daybook("knowledge", "import", "parts.csv", "--strict").status == 65)
        #expect(try company.daybook("knowledge", "show", "a").status == 66)
        let imported = try company.daybook("knowledge", "import", "parts.csv", "--json")
        #expect(imported.status == 1 && results(imported) == ["a": "added", "c": "added"])
        let problems = imported.objects.filter { $0["problem"] != nil }
        #expect(problems.compactMap { $0["line"]?.integer } == [3, 5])
        try makeFolder("notes", in: company)
        try company.write("notes/good.md", "Good.\n")
        try company.write("notes/bad.csv", "a,a\n1,2\n")
        #expect(try company.daybook("knowledge", "import", "notes").status == 65)
        let skipped = try company.daybook("knowledge", "import", "notes", "--skip-bad", "--json")
        #expect(skipped.status == 1 && results(skipped) == ["good": "added"])
    }

    @Test func `keep what a person changed, and join both changes where they do not touch`() throws {
        let company = try Company()
        try makeFolder("notes", in: company)
        try company.write("notes/oil.md", "# Oil\n\nKeep it dark.\n\nUse it soon.\n\nNever heat it.\n")
        #expect(try company.daybook("knowledge", "import", "notes").status == 0)
        let mine = "# Oil\n\nKeep it dark.\n\nUse it soon.\n\nNever heat it much.\n"
        #expect(
            try company.daybook("knowledge", "add", "oil", "-", "--revise", "--title", "Oil", input: mine).status == 0)
        #expect(try drift("notes/oil.md", in: company)?["side"] == "ledger")
        try company.edit("notes/oil.md", "dark", "cool")
        #expect(try drift("notes/oil.md", in: company)?["side"] == "both")
        #expect(results(try company.daybook("knowledge", "import", "notes", "--json")) == ["oil": "merged"])
        let text = try show("oil", in: company)?["text"]?.text ?? ""
        #expect(text.contains("Keep it cool.") && text.contains("Never heat it much."))
        // The file says less than the entry now, and that is as it should be.
        #expect(results(try company.daybook("knowledge", "import", "notes", "--json")) == ["oil": "kept"])
        try company.edit("notes/oil.md", "Use it soon", "Use it now")
        #expect(results(try company.daybook("knowledge", "import", "notes", "--json")) == ["oil": "merged"])
        #expect(try show("oil", in: company)?["text"]?.text?.contains("Never heat it much.") == true)
        try company.edit("notes/oil.md", "heat it.", "heat it at all.")
        let conflict = try company.daybook("knowledge", "import", "notes", "--json")
        #expect(conflict.status == 1 && results(conflict) == ["oil": "conflict"])
        #expect(try show("oil", in: company)?["text"]?.text?.contains("much") == true)
    }

    @Test func `that are gone are told, and retired only if that is asked for`() throws {
        let company = try Company()
        try makeFolder("notes", in: company)
        try company.write("notes/a.md", "A.\n")
        try company.write("notes/b.md", "B.\n")
        try company.write("notes/c.csv", "id,v\nx,1\ny,2\n")
        #expect(try company.daybook("knowledge", "import", "notes").status == 0)
        try FileManager.default.removeItem(atPath: company.path("notes/b.md"))
        try company.write("notes/c.csv", "id,v\nx,1\n")
        #expect(try drift("notes/b.md", in: company)?["side"] == "missing")
        #expect(try drift("notes/c.csv#y", in: company)?["side"] == "missing")
        let told = results(try company.daybook("knowledge", "import", "notes", "--json"))
        #expect(told == ["a": "unchanged", "x": "unchanged", "b": "gone", "y": "gone"])
        // Nobody knows what a row said that cannot be read.
        try company.write("notes/c.csv", "id,v\nx,1\ny\n")
        let broken = results(try company.daybook("knowledge", "import", "notes", "--retire-gone", "--json"))
        #expect(broken == ["a": "unchanged", "x": "unchanged", "b": "retired"])
        #expect(try show("b", in: company)?["retired"] == true && show("y", in: company)?["retired"] == false)
        #expect(try drift("notes/b.md", in: company) == nil)
    }

    @Test func `of one name in two folders are two entries, and stay so`() throws {
        let company = try Company()
        try makeFolder("notes/a", in: company)
        try makeFolder("notes/b", in: company)
        try company.write("notes/a/readme.md", "A.\n")
        try company.write("notes/b/readme.md", "B.\n")
        let first = try company.daybook("knowledge", "import", "notes", "--json")
        #expect(results(first) == ["readme": "added", "notes-b-readme": "added"])
        try FileManager.default.removeItem(atPath: company.path("notes/a/readme.md"))
        let second = try company.daybook("knowledge", "import", "notes", "--json")
        #expect(results(second) == ["notes-b-readme": "unchanged", "readme": "gone"])
    }

    @Test func `say what a revert made current, if they are as they were imported`() throws {
        let company = try Company()
        try company.edit("knowledge/pricing.md", "$39", "$29")
        #expect(try company.daybook("knowledge", "import").status == 0)
        let reverted = try company.daybook("knowledge", "revert", "pricing", "--to", "1", "--write-back", "--json")
        #expect(reverted.objects.first?["write_back"]?["result"] == "written", "\(reverted.output)\(reverted.errors)")
        #expect(try company.read("knowledge/pricing.md").contains("$39"))
        #expect(try drift("knowledge/pricing.md", in: company) == nil)
        let after = try company.daybook("knowledge", "import", "--json")
        #expect(results(after)["pricing"] == "unchanged")
        try company.edit("knowledge/pricing.md", "$39", "$19")
        try company.daybook("knowledge", "import")
        try company.edit("knowledge/pricing.md", "$19", "$9")
        let refused = try company.daybook("knowledge", "revert", "pricing", "--to", "1", "--write-back", "--json")
        #expect(refused.objects.first?["write_back"]?["result"] == "refused")
        #expect(try company.read("knowledge/pricing.md").contains("$9"))
    }

    @Test func `that a person retired are left out until they are restored`() throws {
        let company = try Company()
        try makeFolder("notes", in: company)
        try FileManager.default.removeItem(atPath: company.path("knowledge/pricing.md"))
        try company.write("notes/pricing.md", "Pro costs $29 a month.\n")
        // The entry goes with the file that bears its name now.
        #expect(try company.daybook("knowledge", "import", "notes").status == 0)
        #expect(
            try company.daybook("knowledge", "revert", "pricing", "--to", "1", "--retire-source", "no.md").status == 64)
        let reverted = try company.daybook(
            "knowledge", "revert", "pricing", "--to", "1", "--retire-source", "notes/pricing.md")
        #expect(reverted.status == 0 && reverted.output.contains("notes/pricing.md is not imported again"))
        try company.write("notes/pricing.md", "Pro costs $19 a month.\n")
        #expect(results(try company.daybook("knowledge", "import", "notes", "--json")) == ["pricing": "left_out"])
        #expect(try company.daybook("knowledge", "show", "pricing").output.contains("$39"))
        #expect(try drift("notes/pricing.md", in: company)?["side"] == "retired")
        let restored = try company.daybook("knowledge", "import", "notes", "--restore-source", "--json")
        #expect(results(restored)["pricing"] != "left_out")
        #expect(try company.daybook("verify").status == 0)
    }

    @Test(arguments: [["knowledge", "import", "--watch"], ["work", "--watch"]])
    func `are taken in as they change, for as long as a run goes`(_ command: [String]) throws {
        let company = try Company()
        let child = try ChildProcess(
            [DaybookBinary.path] + command, in: company.folder, environment: ProcessInfo.processInfo.environment,
            output: company.path("out"), errors: company.path("err"))
        defer { child.end() }
        func waits(for condition: () throws -> Bool) throws -> Bool {
            for _ in 0..<600 {
                if try condition() { return true }
                Thread.sleep(forTimeInterval: 0.1)
            }
            return false
        }
        #expect(try waits { (try? company.read("err"))?.contains("Ctrl-C") == true })
        try company.edit("knowledge/pricing.md", "$39", "$49")
        #expect(
            try waits {
                // It begins to watch a moment after it says so; each of these is another chance to notice.
                try company.write("knowledge/voice-too.md", "---\ntitle: Voice\n---\nCalm, again.\n")
                return try company.daybook("knowledge", "show", "pricing").output.contains("$49")
            })
        #expect(try waits { try company.daybook("knowledge", "show", "voice-too").status == 0 })
    }
}
