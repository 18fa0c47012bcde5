import Events
import Testing
import Workspace

@Suite struct AgentProblemTests {
    private static let path = "agents/writer.md"
    private static let output = "{subject: text(60), body: markdown, claims?: [{text: text, source: url}]}"

    static let problems = [
        BadInput(path, "---\nname", "name", "1:1: there is no frontmatter"),
        BadInput(path, "\n---\nYou", "\n--\nYou", "1:1: the frontmatter that opens here is never closed"),
        BadInput(path, "You write.", "", "7:1: there are no instructions"),
        BadInput(path, "name: writer", "name: wrtier", "2:7: the name is \"wrtier\" and the file is called \"writer\""),
        BadInput(path, "description: Writes\n", "", "2:1: an agent needs `description`"),
        BadInput(path, "model: local", "model: lcoal", "4:8: unknown model \"lcoal\"", hint: "did you mean \"local\"?"),
        BadInput(path, "model: local", "model: sonnet", "4:8: unknown model \"sonnet\"", hint: "models: {sonnet:"),
        BadInput(
            path, "model: local", "model: local\nmemory: user",
            "5:1: `memory` is not taken", hint: "knowledge: {read:"),
        BadInput(path, "model: local", "model: local\nmcpServers: {a: b}", "5:1: `mcpServers` is not taken"),
        BadInput(
            path, "model: local", "model: local\ntools: Read, Grep",
            "5:1: note: `tools` is accepted, and not acted on by this version"),
        BadInput(
            path, "model: local", "model: local\ngoals: x",
            "5:1: an agent has no key \"goals\"", hint: "\"goal\""),
        BadInput(
            path, "model: local", "model: local\nknowledge: {read: issues}",
            "5:19: `read` is a list, and this is a text"),
        BadInput(
            path, "model: local", "model: local\nknowledge: {read: [a], maxTokens: 5}",
            "5:24: `knowledge` has no key \"maxTokens\"", hint: "\"max_tokens\""),
        BadInput(path, "model: local", "model: local\nknowledge: {read: [a], k: 0}", "5:27: `k` cannot be \"0\""),
        BadInput(
            path, "model: local", "model: local\nknowledge: {read: [prodct]}",
            "5:20: note: no file of knowledge is in \"prodct\"", hint: "did you mean \"product\"?"),
        BadInput(
            path, "model: local", "model: local\nsession: 2h",
            "5:10: `session` is a mapping (`key: value`), and this is a text",
            hint: "known: ttl, turns, tokens"),
        BadInput(
            path, "model: local", "model: local\nsession: {tll: 2h}",
            "5:11: `session` has no key \"tll\"", hint: "\"ttl\""),
        BadInput(path, "model: local", "model: local\nsession: {ttl: 2}", "5:16: `ttl` cannot be \"2\"", hint: "48h"),
        BadInput(
            path, "model: local", "model: local\nsession: {ttl: 31d}", "5:16: `ttl` of a session is 1s to 30d",
            hint: "knowledge/"),
        BadInput(
            path, "model: local", "model: local\nsession: {turns: 21}", "5:18: `turns` cannot be \"21\"",
            hint: "a whole number from 1 to 20"),
        BadInput(
            path, "model: local", "model: local\nsession: {tokens: 99}", "5:19: `tokens` cannot be \"99\"",
            hint: "100 to 10000"),
        BadInput(path, "model: local", "model: local\nbudget: {job: $0}", "5:15: a budget of nothing"),
        BadInput(path, "markdown", "markdwn", "5:35: `markdwn` is no shape", hint: "did you mean `markdown`?"),
        BadInput(path, "text(60)", "text(0)", "5:19: `text(0)` is no shape", hint: "1 to 100000"),
        BadInput(path, "text(60)", "{{text}}", "5:20: a name was expected here, and a bracket or brace begins"),
        BadInput(
            path, "claims?: [{text: text, source: url}]", "claims: [text, url]",
            "5:53: a list has one shape for all its elements, and here are 2"),
        BadInput(path, "claims?", "subject?", "5:45: the field \"subject\" stands twice"),
        BadInput(
            path, "You write.", "You write {{business.nmae}}.", "7:11: `business` in daybook.yaml has no \"nmae\"",
            hint: "did you mean \"name\"?"),
        BadInput(path, "You write.", "You\nwrite {{steps.plan}}.", "8:7: `{{steps.plan}}` is unknown"),
        BadInput(path, "You write.", "Grüße: {{business.name", "7:8: `{{` is not closed: `}}` is missing"),
        BadInput(
            path, "You write.", "You write ${{ steps.plan }}.", "7:11: `${{ }}` has no meaning in instructions",
            hint: "`with`"),
    ]

    @Test(arguments: problems) func `a problem of an agent is told once, with its place`(bad: BadInput) throws {
        try bad.check()
    }

    @Test func `a subagent of Claude Code is read as it is`() throws {
        let agent = """
            ---
            name: reviewer
            description: Use this agent to review a text. Use it proactively.
            tools: Read, Grep
            color: blue
            ---

            You review texts.

            """
        let fixture = try Fixture()
        try fixture.write("agents/reviewer.md", agent)
        let workspace = try fixture.load()
        let reviewer = try #require(workspace.agent("reviewer")).definition
        #expect(reviewer.model == "heuristic")
        #expect(reviewer.instructions == "You review texts.")
        #expect(workspace.notes.map(\.path) == ["agents/reviewer.md", "agents/reviewer.md"])
    }

    @Test func `an agent without a session has none, and an empty one has the defaults`() throws {
        let fixture = try Fixture()
        func session(_ line: String) throws -> SessionPolicy? {
            try fixture.write(
                "agents/reviewer.md", "---\nname: reviewer\ndescription: Reviews\n\(line)---\nYou review texts.\n")
            return try #require(try fixture.load().agent("reviewer")).definition.session
        }
        #expect(try session("") == nil)
        #expect(try session("session: {}\n") == SessionPolicy(ttlMs: 7_200_000, turns: 6, tokens: 800))
        #expect(
            try session("session: {ttl: 7d, turns: 2, tokens: 500}\n")
                == SessionPolicy(ttlMs: 604_800_000, turns: 2, tokens: 500))
    }

    @Test func `a broken agent is not blamed on the flows that use it`() throws {
        #expect(try Fixture.diagnostics(Self.path, "nothing").count == 1)
    }
}
