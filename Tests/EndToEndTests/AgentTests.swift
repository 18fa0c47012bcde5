import Testing
import Wire

@Suite struct `Agents` {
    private func agent(_ name: String, of company: Company) throws -> JSON? {
        try company.daybook("agent", "list", "--json").objects.first { $0["name"]?.text == name }
    }

    @Test func `are listed with what they did, and with what changed since`() throws {
        let company = try Company()
        #expect(try agent("writer", of: company)?["ledger"] == .null)
        try company.daybook("run", "newsletter")
        let writer = try agent("writer", of: company)
        #expect(writer?["calls"] == 1 && writer?["file"] == writer?["ledger"])
        try company.edit("agents/writer.md", "You write", "You always write")
        let changed = try agent("writer", of: company)
        #expect(changed?["file"] != changed?["ledger"] && changed?["ledger"] == writer?["ledger"])
        #expect(
            try company.daybook("agent", "list").lines.contains {
                $0.contains("writer ") && $0.contains("changed since")
            })
    }

    @Test func `that are switched off are asked by no job until they are on again`() throws {
        let company = try Company()
        let off = try company.daybook("agent", "disable", "writer", "--reason", "too chatty", "--json")
        #expect(off.status == 0)
        #expect(off.objects.first?["changed"] == true)
        #expect(try company.daybook("agent", "disable", "writer", "--json").objects.first?["changed"] == false)
        #expect(try agent("writer", of: company)?["disabled"] == true)
        let run = try company.daybook("run", "newsletter", "--json")
        #expect(run.status == 6)
        let steps = try company.daybook("audit", "newsletter-1", "--json").objects
        #expect(!steps.contains { $0["step"] == "draft" && $0["request"] != .null })
        #expect(try company.daybook("agent", "enable", "writer").status == 0)
        #expect(try company.daybook("work").status == 0)
        #expect(try company.daybook("inbox", "--json").objects.count == 1)
        #expect(try company.daybook("replay", "--all").status == 0)
        #expect(try company.daybook("verify").status == 0)
    }

    @Test func `that nobody knows cannot be switched`() throws {
        let company = try Company()
        let head = try company.head()
        let result = try company.daybook("agent", "disable", "writr")
        #expect(result.status == 66)
        #expect(result.errors.contains("writer"))
        #expect(try company.head() == head)
    }
}
