import Testing
import Workspace

@Suite struct AudienceTests {
    private func audience(_ csv: String) throws -> [String] {
        let fixture = try Fixture()
        try fixture.write("lists/weekly.csv", csv)
        return try fixture.load().audience("list:weekly")
    }

    @Test func `a list gives each address once, in its order`() throws {
        let csv =
            "name,Email\r\n\"Duarte, Ana\",ana@example.com\r\n\r\nTom, tom@example.com \r\nAna,ANA@example.com\r\n"
        #expect(try audience(csv) == ["ana@example.com", "tom@example.com"])
    }

    @Test func `one address is an audience of one`() throws {
        #expect(try Fixture().load().audience("ana@example.com") == ["ana@example.com"])
    }

    @Test(arguments: [
        "", "ana", "ana@", "@example.com", "a b@example.com", "ana@example", "ana@example.com\nBcc: x@y.z",
        "a..b@example.com", "<ana@example.com>", "ana@-example.com", "list:", "list:other",
    ])
    func `what is no address and no list is refused`(text: String) throws {
        let workspace = try Fixture().load()
        #expect(throws: WorkspaceProblems.self) { try workspace.audience(text) }
    }

    @Test(arguments: [
        ("email\nana@example.com\nnobody\n", "lists/weekly.csv:3:1: \"nobody\" is no e-mail address"),
        ("name,email\nAna\n", "lists/weekly.csv:2:1: this line has no `email`"),
        ("name\nAna\n", "lists/weekly.csv:1:1: the header has no column `email`"),
        ("", "lists/weekly.csv: there is nothing in it"),
        ("email\n\"ana@example.com\n", "lists/weekly.csv:2:1: the quote that opens here is never closed"),
        ("email\n\"ana@example.com\"x\n", "lists/weekly.csv:2:18: something stands behind a closing quote"),
    ])
    func `a broken list is told once, with its place`(csv: String, expected: String) throws {
        let found = try Fixture.diagnostics("lists/weekly.csv", csv)
        #expect(found.count == 1)
        #expect(found.first?.split(separator: "\n").first.map(String.init) == expected)
    }

    @Test func `a list has a limit`() throws {
        let lines = (0...MailingList.recipientsMax).map { "a\($0)@example.com\n" }
        let found = try Fixture.diagnostics("lists/weekly.csv", "email\n" + lines.joined())
        #expect(found == ["lists/weekly.csv:10002:1: more than 10000 recipients\n  hint: split the list"])
    }

    @Test func `an empty list reaches nobody and says so`() throws {
        let fixture = try Fixture()
        try fixture.write("lists/weekly.csv", "email\n")
        let workspace = try fixture.load()
        #expect(throws: WorkspaceProblems.self) { try workspace.audience("list:weekly") }
    }
}
