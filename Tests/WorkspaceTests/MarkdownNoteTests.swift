import Events
import Foundation
import Testing
import Workspace

@Suite struct MarkdownNoteTests {
    private func parse(_ text: String) throws -> MarkdownNote {
        try MarkdownNote.parse(Array(text.utf8), named: "jam", path: "jam.md")
    }

    private func problem(_ text: String) -> String {
        do {
            return "no problem, but \(try parse(text))"
        } catch {
            return "\(error)"
        }
    }

    @Test func `plain Markdown is named by its first heading`() throws {
        let note = try parse("\n# Plum jam\n\nUse ripe plums.\n\n")
        #expect(note.title == nil && note.name == "Plum jam" && note.collection == nil && note.form == nil)
        #expect(note.body == "# Plum jam\n\nUse ripe plums.")
        #expect(try parse("Use ripe plums.").name == "jam")
    }

    @Test func `frontmatter counts, and keys of other programs do not matter`() throws {
        let note = try parse("---\ntitle: Jam\ntags: [a, b]\nform: fact\nfigures: {jars: 4}\n---\n\n# Else\n\nPlums.\n")
        #expect(note.name == "Jam" && note.form == .fact)
        #expect(note.body == "# Else\n\nPlums.\n\nFigures: jars 4.")
    }

    @Test func `what is no text, no YAML, or nothing is refused with its place`() {
        #expect(problem("").contains("jam.md: there is no text in it"))
        #expect(problem("a\u{0}b").contains("jam.md:1:2: a control character"))
        #expect(problem("---\ntitle: [\n---\nText\n").contains("jam.md:"))
        #expect(problem("---\njust words\n---\nText\n").contains("jam.md:2:1: the frontmatter is no mapping"))
        #expect(problem("---\ntitle: Jam\n").contains("jam.md:1:1: the frontmatter that opens here is never closed"))
        #expect(problem("---\ncollection: outcomes\n---\nText\n").contains("`outcomes` means recorded figures"))
    }

    @Test func `a folder gives its files, and those of its folders as collections`() throws {
        let fixture = try Fixture()
        try fixture.write("notes/Olive Oil.md", "Keep it dark.\n")
        try fixture.write("notes/kitchen/jam.md", "Plums.\n")
        try fixture.write("notes/kitchen/deeper/no.md", "Not read.\n")
        try fixture.write("notes/other.txt", "Not read.\n")
        let notes = try MarkdownNote.read(at: "\(fixture.directory)/notes")
        #expect(notes.map(\.id) == ["olive-oil", "jam"])
        #expect(notes.map(\.collection) == [nil, "kitchen"])
        #expect(notes.map(\.source.path) == ["Olive Oil.md", "kitchen/jam.md"])
        let one = try MarkdownNote.read(at: "\(fixture.directory)/notes/kitchen/jam.md")
        #expect(one.map(\.id) == ["jam"] && one.first?.collection == nil)
    }
}
