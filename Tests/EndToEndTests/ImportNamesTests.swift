import Foundation
import Testing
import Wire

@Suite struct `The name and the place of what is taken in` {
    /// What became of each entry.
    private func results(_ imported: DaybookBinary.Result) -> [String: String] {
        Dictionary(
            imported.objects.compactMap { line in line["entry"]?.text.map { ($0, line["result"]?.text ?? "") } },
            uniquingKeysWith: { $1 })
    }

    private func take(_ company: Company, _ arguments: String...) throws -> [String: String] {
        results(try DaybookBinary.run(["knowledge", "import", "--json"] + arguments, in: company.folder))
    }

    private func folder(_ name: String, in company: Company) throws {
        try FileManager.default.createDirectory(atPath: company.path(name), withIntermediateDirectories: true)
    }

    private func show(_ entry: String, in company: Company) throws -> JSON? {
        try company.daybook("knowledge", "show", entry, "--json").objects.first
    }

    @Test func `never is another file's, as long as that is there`() throws {
        let company = try Company()
        try folder("shop", in: company)
        try company.write("shop/pricing.md", "Tea costs 4 euro.\n")
        #expect(try take(company, "shop") == ["shop-pricing": "added"])
        #expect(try show("pricing", in: company)?["version"]?.integer == 1)
        #expect(try take(company, "shop") == ["shop-pricing": "unchanged"])
        try company.write("shop/stock.csv", "id,count\npricing,3\n")
        #expect(try take(company, "shop/stock.csv") == ["stock-pricing": "added"])
    }

    @Test func `goes with a file that was moved or called otherwise`() throws {
        let company = try Company()
        try folder("notes/old", in: company)
        try company.write("notes/rates.md", "# Rates\n\nAn hour costs 80 euro.\n")
        try company.write("notes/old/tea.md", "# Tea\n\nBrew it for three minutes.\n")
        #expect(try take(company, "notes") == ["rates": "added", "tea": "added"])
        try company.edit("notes/rates.md", "80", "90")
        #expect(try take(company, "notes") == ["rates": "revised", "tea": "unchanged"])
        // The folder is the tea's collection, so it says something else now, too.
        let files = FileManager.default
        try files.moveItem(atPath: company.path("notes/rates.md"), toPath: company.path("notes/prices.md"))
        try files.moveItem(atPath: company.path("notes/old/tea.md"), toPath: company.path("notes/tea.md"))
        #expect(try take(company, "notes") == ["rates": "moved", "tea": "revised"])
        #expect(try take(company, "notes") == ["rates": "unchanged", "tea": "unchanged"])
        try company.edit("notes/prices.md", "90", "95")
        #expect(try take(company, "notes") == ["rates": "revised", "tea": "unchanged"])
        #expect(try show("rates", in: company)?["version"]?.integer == 4)
        #expect(try company.daybook("status").output.contains("prices") == false)
    }

    @Test func `tells apart what Latin letters cannot write`() throws {
        let company = try Company()
        try folder("notes", in: company)
        let names = ["営業", "ремонт", "Кафе 24", "Чай 24", "Crème brûlée"]
        for name in names { try company.write("notes/\(name).md", "# \(name)\n\nAbout \(name).\n") }
        let first = try take(company, "notes")
        #expect(first.count == 5 && first.values.allSatisfy { $0 == "added" } && first["creme-brulee"] == "added")
        #expect(first.keys.contains { $0.hasPrefix("24-") })
        #expect(try take(company, "notes/営業.md").values.allSatisfy { $0 == "unchanged" })
        try company.write("names.csv", "name,town\nАнна,Omsk\nОльга,Tomsk\n")
        #expect(try take(company, "names.csv").count == 2)
    }

    @Test func `keeps what an import said of it`() throws {
        let company = try Company()
        try folder("notes/inner", in: company)
        try company.write("notes/inner/oil.md", "Keep it dark.\n")
        try company.write("notes/tea.md", "Drink it hot.\n")
        #expect(
            try take(company, "notes", "--collection", "board", "--kind", "template")
                == ["oil": "added", "tea": "added"])
        #expect(try take(company, "notes") == ["oil": "unchanged", "tea": "unchanged"])
        #expect(try take(company, "notes/inner") == ["oil": "unchanged"])
        try company.edit("notes/tea.md", "hot", "cold")
        #expect(try company.daybook("status").output.contains("notes/tea.md"))
        #expect(try take(company, "notes") == ["oil": "unchanged", "tea": "revised"])
        let tea = try show("tea", in: company)
        #expect(tea?["collection"] == "board" && tea?["form"] == "template")
        #expect(try take(company, "notes/tea.md", "--collection", "kitchen") == ["tea": "revised"])
        #expect(try show("tea", in: company)?["collection"] == "kitchen")
    }

    @Test func `may hold a number sign`() throws {
        let company = try Company()
        try folder("notes", in: company)
        try company.write("notes/c#-tips.md", "Use spans.\n")
        #expect(try take(company, "notes") == ["c-tips": "added"])
        #expect(try !company.daybook("status").output.contains("c#-tips"))
        #expect(try take(company, "notes", "--retire-gone") == ["c-tips": "unchanged"])
    }

    @Test func `is told where two items of a feed share it, and only one is lost`() throws {
        let company = try Company()
        let item = "<item><title>One</title><guid>g1</guid><description>"
        try company.write(
            "feed.rss",
            "<rss version=\"2.0\"><channel>\(item)a</description></item>\(item)b</description></item></channel></rss>")
        let imported = try company.daybook("knowledge", "import", "feed.rss", "--json")
        #expect(imported.status == 1 && results(imported).values.sorted() == ["added"])
        #expect(imported.objects.count { $0["problem"] != nil } == 1)
    }

    @Test func `is read in the charset that the owner names`() throws {
        let company = try Company()
        let bytes: [UInt8] = Array("Caf".utf8) + [0xe9] + Array(" au lait\n".utf8)
        try Data(bytes).write(to: URL(filePath: company.path("cafe.md")))
        let refused = try company.daybook("knowledge", "import", "cafe.md")
        #expect(refused.status == 65 && refused.errors.contains("--charset windows-1252"))
        #expect(try take(company, "cafe.md", "--charset", "windows-1252") == ["cafe": "added"])
        #expect(try show("cafe", in: company)?["text"]?.text?.contains("Café au lait") == true)
    }
}
