import Foundation
import Testing
import Wire

/// Sizes that a continuous build can bear, and counts instead of times: what grows with the square of them fails here.
@Suite struct `A large import` {
    /// Words that hardly any other page has.
    private func page(_ number: Int) -> String {
        let words = (0..<60).map { "w\(number % 1_000)x\($0)y\(number / 1_000)" }.joined(separator: " ")
        return "# Page \(number)\n\nEdition: 7\n\n\(words)\n\nAll of this stands below every page of this handbook.\n"
    }

    private func makePages(_ count: Int, in company: Company) throws {
        try FileManager.default.createDirectory(atPath: company.path("pages/more"), withIntermediateDirectories: true)
        for number in 0..<count {
            try company.write("pages/\(number % 2 == 0 ? "" : "more/")page-\(number).md", page(number))
        }
    }

    private func sums(_ company: Company, _ arguments: String...) throws -> JSON {
        let imported = try DaybookBinary.run(
            ["knowledge", "import", "--no-index", "--json", "--summary"] + arguments, in: company.folder)
        guard let sums = imported.objects.first, imported.objects.count == 1 else {
            throw Company.Failure(words: imported.errors)
        }
        return sums
    }

    @Test func `is a few commits, reads each file once, and knows it again by its stamp`() throws {
        let company = try Company()
        let count = 2_500
        try makePages(count, in: company)
        // Nearly the same as one of them, and just the same as another.
        try company.write("pages/copy.md", page(70).replacing("handbook", with: "manual"))
        try company.write("pages/twin.md", page(71))
        // A stamp that is younger could hide a change.
        Thread.sleep(forTimeInterval: 2.2)
        let first = try sums(company, "pages")
        #expect(first["added"]?.integer == Int64(count + 2) && first["files_as_known"]?.integer == 0)
        #expect(try #require(first["commits"]?.integer) <= 4)
        #expect(first["contradictions"]?.integer == 2)
        let head = try company.daybook("status", "--json").objects.first
        #expect(head?["drift"]?.elements?.filter { $0["kind"] == "knowledge" }.isEmpty == true)
        let again = try sums(company, "pages")
        #expect(again["unchanged"]?.integer == Int64(count + 2) && again["bytes"]?.integer == 0)
        try company.write("pages/page-8.md", "# Page 8\n\nQuite another text.\n")
        #expect(
            try company.daybook("status", "--json").objects.first?["drift"]?.elements?
                .contains { $0["path"] == "pages/page-8.md" && $0["side"] == "file" } == true)
        let changed = try sums(company, "pages")
        #expect(changed["revised"]?.integer == 1 && changed["files_as_known"]?.integer == Int64(count + 1))
        // What is beside the ledger may go at any time.
        for name in ["files.seen", "texts.sketches"] {
            try FileManager.default.removeItem(atPath: company.path(".daybook/views/\(name)"))
        }
        #expect(try sums(company, "pages")["unchanged"]?.integer == Int64(count + 2))
        try FileManager.default.removeItem(atPath: company.path("pages/more"))
        #expect(try sums(company, "pages", "--retire-gone")["retired"]?.integer == Int64(count / 2))
        #expect(try company.daybook("verify").status == 0)
    }

    @Test func `that is ended by Ctrl-C leaves whole commits, and goes on`() throws {
        let company = try Company()
        let count = 4_000
        try makePages(count, in: company)
        let errors = company.path("errors")
        let sketches = company.path(".daybook/views/texts.sketches")
        let events = try company.daybook("status", "--json").objects.first?["events"]?.integer ?? 0
        // What the template's own import left.
        try FileManager.default.removeItem(atPath: sketches)
        let child = try ChildProcess(
            [DaybookBinary.path, "knowledge", "import", "pages", "--no-index"], in: company.folder,
            environment: ProcessInfo.processInfo.environment, errors: errors)
        // It compares the first commit with what is known just before it writes it.
        let deadline = Date.now.addingTimeInterval(DaybookBinary.secondsMax)
        while !FileManager.default.fileExists(atPath: sketches), Date.now < deadline { usleep(2_000) }
        kill(child.id, SIGINT)
        #expect(child.wait(secondsMax: DaybookBinary.secondsMax) == 128 + SIGINT)
        #expect(try company.read("errors").contains("Next: the same command goes on from there"))
        let written = try #require(company.daybook("status", "--json").objects.first?["events"]?.integer) - events
        #expect(written > 0 && written < count)
        let rest = try sums(company, "pages")
        #expect(rest["added"]?.integer == Int64(count) - written && rest["unchanged"]?.integer == written)
        #expect(try company.daybook("verify").status == 0)
    }

    @Test func `without a name for a page gives it one`() throws {
        let company = try Company()
        try FileManager.default.createDirectory(atPath: company.path("site"), withIntermediateDirectories: true)
        try company.write("site/operator_.html", "<h1>One</h1><p>Adds.</p>")
        try company.write("site/operator__.html", "<h1>Two</h1><p>Subtracts.</p>")
        let imported = try company.daybook("knowledge", "import", "site", "--json")
        let names = Set(imported.objects.compactMap { $0["entry"]?.text })
        #expect(imported.status == 0 && names.count == 2 && names.contains("operator"))
        #expect(try sums(company, "site")["unchanged"]?.integer == 2)
    }

    @Test func `leaves out what it does not read, and says how much of what kind`() throws {
        let company = try Company()
        try FileManager.default.createDirectory(atPath: company.path("site"), withIntermediateDirectories: true)
        try company.write("site/oil.md", "# Oil\n\nKeep it dark.\n")
        for name in ["a.pdf", "b.PDF", "c.png", "README"] { try company.write("site/\(name)", "?") }
        for (name, text) in [("empty.md", ""), ("blank.txt", " \n\n")] { try company.write("site/\(name)", text) }
        let imported = try company.daybook("knowledge", "import", "site", "--no-index")
        #expect(imported.status == 0, "\(imported.errors)")
        #expect(imported.output.contains("4 files of kinds that are not read: 2 .pdf, 1 .png, 1 without an ending"))
        #expect(imported.errors.contains("site/empty.md: is empty") && imported.errors.contains("site/blank.txt: is"))
        #expect(try sums(company, "site")["files_ignored"]?.integer == 4)
        // What was emptied is not gone.
        try company.write("site/oil.md", "")
        let again = try sums(company, "site", "--retire-gone")
        #expect(again["retired"]?.integer == 0 && again["gone"]?.integer == 0)
        #expect(try company.daybook("status").output.contains("is empty now"))
    }

    @Test(.enabled(if: Model.isThere, Model.lack))
    func `gives what is new its vectors, as many as are wanted`() throws {
        let company = try Company()
        try makePages(12, in: company)
        let left = try sums(company, "pages")
        #expect(left["vectors"]?.integer == 0 && left["vectors_left"]?.integer == 0)
        try company.write("pages/more.md", page(70))
        let made = try company.daybook("knowledge", "import", "pages", "--index", "--json", "--summary").objects.first
        #expect(made?["vectors"]?.integer ?? 0 >= 13 && made?["vectors_left"]?.integer == 0)
        #expect(try company.daybook("knowledge", "index", "--json").objects.first?["vectors"]?.integer == 0)
    }
}
