import Testing
import Workspace

@Suite struct YAMLProblemTests {
    private static let flow = "flows/letter.yaml"

    static let problems = [
        BadInput(flow, "name: letter", "name: &n letter", "1:7: anchors (`&name`) are not taken"),
        BadInput(flow, "name: letter", "name: *n", "1:7: aliases (`*name`) are not taken"),
        BadInput(flow, "name: letter", "name: !!str letter", "1:7: tags (`!name`) are not taken"),
        BadInput(flow, "name: letter", "name: letter\nname: letter", "2:1: \"name\" stands twice, first in line 1"),
        BadInput(flow, "name: letter", "%YAML 1.1\n---\nname: letter", "1:1: a YAML directive"),
        BadInput(flow, "name: letter", "name: letter\n---\nname: letter", "2:1: a second document begins here"),
        BadInput(flow, "name: letter", "name: letter\n<<: {a: b}", "2:1: a flow has no key \"<<\""),
        BadInput(
            flow, "name: letter", "name: letter\nnmae: letter",
            "2:1: a flow has no key \"nmae\"", hint: "\"name\""),
        BadInput(flow, "name: letter", "name: a: b", "1:8: a second `: ` in one line", hint: "quote it"),
        BadInput(flow, "\"${{ steps.edit }}\"}", "\"x", "19:37: the quote that opens here is never closed"),
        BadInput(flow, "name: letter", "name: letter\n\tx: y", "2:1: a tab where spaces belong", hint: "spaces"),
        BadInput(flow, "name: letter", "name: @letter", "1:7: no value can begin with this character", hint: "quote"),
        BadInput(
            flow, "name: letter", "name: [letter",
            "2:3: the bracket or brace in line 1 is not closed, or a comma is missing"),
        BadInput(
            flow, "name: letter", "name: {{ letter }}", "1:8: a name was expected here, and a bracket or brace begins",
            hint: "quote it"),
        BadInput(
            flow, "\"${{ inputs.topic }}\"", "${{ inputs.topic }}",
            "6:20: the bracket or brace in line 6 is not closed, or a comma is missing", hint: "quote it"),
        BadInput(flow, "name: letter", "name:", "1:6: `name` is empty"),
        BadInput(
            flow, "name: letter", "name: null",
            "1:7: `name` is empty", hint: "quote it if you mean the text \"null\""),
        BadInput(
            flow, "name: letter", "name: [Draft] letter",
            "1:15: the indentation does not fit, or something stands behind a value"),
        BadInput(
            "daybook.yaml", "country: NO", "country: [NO]",
            "1:41: `country` is a text, and this is a list", hint: "quote it"),
    ]

    @Test(arguments: problems) func `a YAML trap is told once, with its place`(bad: BadInput) throws {
        try bad.check()
    }

    @Test func `an alias bomb costs nothing`() throws {
        let levels = (1...20).map { level in
            "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", "))]\n"
        }
        let bomb = "a0: &a0 [x, x, x]\n" + levels.joined()
        let found = try Fixture.diagnostics("daybook.yaml", bomb)
        #expect(
            found == [
                "daybook.yaml:1:5: anchors (`&name`) are not taken\n"
                    + "  hint: write the value out where it is used; quote a text that begins with `&`"
            ])
    }

    @Test func `depth and size have limits`() throws {
        for (depth, place) in [(33, "1:33"), (100_000, "1:1")] {
            let deep = String(repeating: "[", count: depth)
            #expect(try Fixture.diagnostics("daybook.yaml", deep) == ["daybook.yaml:\(place): nested deeper than 32"])
        }
        let wide = "a: [" + String(repeating: "x, ", count: 30_000) + "]"
        #expect(try Fixture.diagnostics("daybook.yaml", wide).first?.contains("more than 20000 values") == true)
        let large = String(repeating: "#", count: 262_145)
        #expect(try Fixture.diagnostics("daybook.yaml", large) == ["daybook.yaml: larger than 262144 bytes"])
    }

    @Test(arguments: [
        "? ", "- ", "a: ", "{a", "[", "\"", "'", "|\n", "a: b\n", "#", "\n", "&a ", "*a ", "!t ", "${{ ", "- - a\n",
    ])
    func `a quarter of a mebibyte of anything is read at once`(piece: String) throws {
        let text = String(repeating: piece, count: 262_000 / piece.utf8.count)
        let found = try Fixture.diagnostics("daybook.yaml", text)
        #expect(!found.isEmpty)
    }

    @Test func `what is no text has its place too`() throws {
        let fixture = try Fixture()
        try fixture.write("daybook.yaml", Array("a: b\nü: \u{e9}".utf8) + [0xff])
        #expect(fixture.diagnostics == ["daybook.yaml:2:5: not UTF-8\n  hint: save the file as UTF-8 text"])
        try fixture.write("daybook.yaml", "a: b\u{0}")
        #expect(fixture.diagnostics == ["daybook.yaml:1:5: a control character\n  hint: save the file as UTF-8 text"])
    }

    @Test func `carriage returns, a byte order mark and comments change nothing`() throws {
        let fixture = try Fixture()
        let plain = try fixture.load().manifest(for: "letter")
        for (path, text) in Fixture.files where path.hasSuffix(".yaml") || path.hasSuffix(".md") {
            try fixture.write(path, "\u{feff}" + text.replacing("\n", with: "\r\n"))
        }
        try fixture.write("flows/letter.yaml", "# A comment.\n" + Fixture.letter)
        #expect(try fixture.load().manifest(for: "letter") == plain)
    }

    @Test func `many problems are all told, up to a limit, and the rest is counted`() throws {
        let steps = (0..<60).map { "  - {id: s\($0), agent: nobody}\n" }
        let fixture = try Fixture()
        try fixture.write("flows/letter.yaml", "steps:\n" + steps.joined())
        #expect(fixture.diagnostics.count == 50)
        #expect(fixture.diagnostics.last?.hasPrefix("flows/letter.yaml:51:") == true)
    }
}
