import Foundation
import Testing
import Workspace

@Suite struct KnowledgeFileTests {
    private static let path = "knowledge/pricing.md"

    static let problems = [
        BadInput(path, "title: What Pro costs\n", "", "2:1: an entry of knowledge needs `title`"),
        BadInput(path, "form: fact", "form: facts", "4:7: `form` cannot be \"facts\"", hint: "did you mean \"fact\"?"),
        BadInput(
            path, "collection: product", "collection: outcomes",
            "3:1: `outcomes` means recorded figures, and cannot hold knowledge"),
        BadInput(path, "collection: product", "collection: Product", "3:13: `collection` cannot be \"Product\""),
        BadInput(path, "form: fact", "figures: {opens: [1]}", "4:18: `opens` is a text, and this is a list"),
    ]

    @Test(arguments: problems) func `a problem of an entry is told once, with its place`(bad: BadInput) throws {
        try bad.check()
    }

    @Test func `figures stand at the end of what is known, as they were written`() throws {
        let fixture = try Fixture()
        let text =
            "---\ntitle: One\nform: past_output\nfigures: {recipients: 371, open_rate: 48.0 %}\n---\n\nIt was read.\n\n"
        try fixture.write("knowledge/issues/issue-001.md", text)
        let entry = try #require(try fixture.load().knowledgeFiles.first { $0.id == "issue-001" })
        #expect(entry.collection == "issues")
        #expect(entry.body == "It was read.\n\nFigures: recipients 371, open rate 48.0 %.")
        #expect(entry.figures.map(\.value) == ["371", "48.0 %"])
        #expect(entry.path == "knowledge/issues/issue-001.md")
    }

    @Test func `two entries of one name are refused`() throws {
        let fixture = try Fixture()
        try fixture.write("knowledge/old/pricing.md", Fixture.pricing)
        #expect(fixture.diagnostics.count == 1)
        #expect(
            fixture.diagnostics.first?.hasPrefix("knowledge/old/pricing.md: knowledge/pricing.md has the same") == true)
    }

    @Test func `a file that leads out of the workspace is not opened`() throws {
        let fixture = try Fixture()
        let outside = try Fixture(["secret.md": Fixture.pricing])
        try FileManager.default.createSymbolicLink(
            atPath: "\(fixture.directory)/knowledge/leak.md", withDestinationPath: "\(outside.directory)/secret.md")
        #expect(fixture.diagnostics.count == 1)
        #expect(fixture.diagnostics.first?.contains("leads out of the workspace through a symbolic link") == true)
    }

    @Test func `a folder of sources that leads out of the workspace is refused`() throws {
        let fixture = try Fixture()
        try FileManager.default.createSymbolicLink(atPath: "\(fixture.directory)/out", withDestinationPath: "/etc")
        try fixture.write("flows/letter.yaml", Fixture.letter.replacing("sources/feed.xml", with: "out/hosts"))
        #expect(fixture.diagnostics.count == 1)
        #expect(fixture.diagnostics.first?.contains(":8:19: `out/hosts` leads out of the workspace") == true)
    }

    @Test func `a named pipe is no file, and does not hang the reader`() throws {
        let fixture = try Fixture()
        #expect(mkfifo("\(fixture.directory)/knowledge/pipe.md", 0o600) == 0)
        #expect(fixture.diagnostics == ["knowledge/pipe.md: this is not a regular file"])
    }
}
