import Events
import Testing
import Workspace

@Suite struct FlowProblemTests {
    private static let flow = "flows/letter.yaml"
    private static let mail = "mail: \"${{ steps.edit }}\""
    private static let topic = "{topic: \"${{ inputs.topic }}\"}"

    static let references = [
        BadInput(
            flow, "agent: writer", "agent: wrtier",
            "10:12: unknown agent \"wrtier\"", hint: "did you mean \"writer\"?"),
        BadInput(flow, "- id: read", "- id: plan", "7:9: two steps are called \"plan\", the first in line 4"),
        BadInput(
            flow, "agent: planner", "agent: planner\n    needs: [edit]",
            "4:9: steps wait for each other in a circle: plan -> edit -> draft -> plan", hint: "each arrow is a need"),
        BadInput(flow, "agent: planner", "agent: planner\n    needs: [plan]", "6:13: step \"plan\" needs itself"),
        BadInput(flow, topic, "{topic: \"${{ steps.plan.topic }}\"}", "6:24: step \"plan\" needs itself"),
        BadInput(
            flow, "agent: planner", "agent: planner\n    needs: [raed]",
            "6:13: no step is called \"raed\"", hint: "did you mean \"read\"?"),
        BadInput(flow, "${{ steps.plan }}", "${{ steps.pln }}", "12:18: no step is called \"pln\"", hint: "\"plan\""),
        BadInput(
            flow, "${{ steps.plan }}", "${{ steps.plan.question }}",
            "12:18: `steps.plan` has no `question`", hint: "did you mean \"questions\"?"),
        BadInput(
            flow, "${{ steps.plan }}", "${{ steps.plan.topic.first }}",
            "12:18: `steps.plan.topic` has nothing inside it"),
        BadInput(
            flow, "${{ steps.plan }}", "${{ steps.plan.questions.first }}",
            "12:18: `steps.plan.questions` is a list"),
        BadInput(
            flow, "${{ steps.plan }}", "${{ steps.publish }}",
            "12:18: \"publish\" sends something and makes nothing that a step could be given"),
        BadInput(
            flow, "inputs.topic", "inputs.topik",
            "6:24: unknown input \"topik\"", hint: "did you mean \"topic\"?"),
        BadInput(flow, "{inputs: {topic: {type: text}}}", "{}", "6:24: unknown input \"topic\"", hint: "declare it"),
        BadInput(flow, "${{ steps.read }}", "${{ steps.read", "13:22: `${{` is not closed: `}}` is missing"),
        BadInput(flow, "inputs.topic", "secrets.KEY", "6:24: an agent is never given `secrets`"),
        BadInput(flow, "inputs.topic", "now", "6:24: an agent is never given `now`"),
        BadInput(
            flow, "inputs.topic", "1 + 1",
            "6:24: `1 + 1` is not a path; write for example `steps.plan.questions`"),
        BadInput(
            flow, "\"Notes: ${{ steps.read }}\"", "|\n        Notes\n        and ${{ steps.raed }}",
            "15:17: no step is called \"raed\""),
        BadInput(
            flow, "agent: planner", "agent: planner\n    recall: {r: {from: issues, last: 3}}",
            "6:24: nothing is known under \"issues\""),
    ]

    static let steps = [
        BadInput(flow, "shows: publish", "show: publish", "16:5: a review step has no key \"show\"", hint: "\"shows\""),
        BadInput(flow, "id: plan", "id: Plan", "4:9: `id` cannot be \"Plan\"", hint: "a-z, 0-9"),
        BadInput(flow, "id: plan", "id: __proto__", "4:9: `id` cannot be \"__proto__\"", hint: "begins with a letter"),
        BadInput(flow, "agent: planner", "wait: {event: x}", "5:5: `wait` is not taken", hint: "this version has"),
        BadInput(
            flow, "agent: planner", "agent: planner\n    read: []",
            "4:5: a step does one thing, and this has `agent` and `read`"),
        BadInput(
            flow, "agent: planner", "agent: planner\n    timeout: 10 minutes",
            "6:14: `timeout` cannot be \"10 minutes\"", hint: "10m"),
        BadInput(flow, "agent: planner", "agent: planner\n    timeout: 0s", "6:14: `timeout` cannot be \"0s\""),
        BadInput(flow, "agent: planner", "agent: planner\n    retry: {max: 3.5}", "6:18: `max` cannot be \"3.5\""),
        BadInput(flow, "agent: planner", "agent: planner\n    ladder: [writing, smal]", "6:23: unknown model \"smal\""),
        BadInput(
            flow, "agent: planner", "agent: planner\n    ladder: [person, writing]",
            "6:13: `person` is the last rung: nobody comes after a person"),
        BadInput(
            flow, "agent: planner", "agent: planner\n    ladder: [writing, writing]",
            "6:23: \"writing\" stands twice in `ladder`"),
        BadInput(
            flow, "agent: planner", "agent: [planner]",
            "5:12: `agent` is a text, and this is a list", hint: "quote it"),
        BadInput(flow, topic, "", "6:10: `with` is a mapping (`name: value`), and this is nothing"),
        BadInput(flow, topic, "{topic: [\"${{ inputs.topic }}\"]}", "6:20: an expression inside a list or a mapping"),
        BadInput(
            flow, "{feed: sources/feed.xml}", "{feed: ../feed.xml}",
            "8:19: `../feed.xml` leads out of the workspace"),
        BadInput(
            flow, "{feed: sources/feed.xml}", "{folder: /etc}",
            "8:21: `/etc` is absolute; paths are relative to the workspace"),
        BadInput(
            flow, "{feed: sources/feed.xml}", "{feed: \"ftp://example.com/x\"}",
            "8:19: `feed` cannot be \"ftp://example.com/x\""),
        BadInput(flow, "{feed: sources/feed.xml}", "{feed: a, folder: b}", "8:12: a source is one feed or one folder"),
        BadInput(
            flow, "{feed: sources/feed.xml}", "{feed: sources/none.xml}",
            "8:19: note: sources/none.xml does not exist yet"),
        BadInput(flow, "{type: text}", "{type: txt}", "2:38: `type` cannot be \"txt\"", hint: "did you mean \"text\"?"),
        BadInput(flow, "name: letter", "name: lettre", "1:7: the name is \"lettre\" and the file is called \"letter\""),
    ]

    static let gates = [
        BadInput(
            flow, "review: draft", "review: read",
            "15:13: \"read\" is a read step; a person reviews what an agent made"),
        BadInput(flow, "review: draft", "review: drfat", "15:13: no step is called \"drfat\"", hint: "\"draft\""),
        BadInput(
            flow, "shows: publish", "shows: draft",
            "16:12: \"draft\" is an agent step; `shows` names the effect whose exact bytes are approved"),
        BadInput(flow, "shows: publish", "shows: publsh", "16:12: no step is called \"publsh\"", hint: "\"publish\""),
        BadInput(flow, "\n    shows: publish", "", "16:9: nobody would see what \"publish\" sends before it is sent"),
        BadInput(
            flow, mail, "mail: \"${{ steps.draft }}\"",
            "19:42: \"publish\" would send something else than what \"edit\" approved"),
        BadInput(
            flow, mail, "mail: \"Dear ${{ steps.edit }}\"",
            "19:37: `mail` is one expression: the review that approved it"),
        BadInput(flow, "list:weekly", "list:weakly", "19:16: unknown list \"weakly\"", hint: "\"weekly\""),
        BadInput(flow, "list:weekly", "everybody", "19:16: `to` cannot be \"everybody\""),
        BadInput(flow, "list:weekly", "${{ steps.plan.topic }}", "19:21: a recipient never comes from a step's output"),
        BadInput(flow, "mail.send", "mial.send", "18:13: unknown connector \"mial\"", hint: "did you mean \"mail\"?"),
        BadInput(flow, "mail.send", "mail.post", "18:13: `effect` cannot be \"mail.post\""),
        BadInput(
            flow, "shows: publish", "shows: publish\n    on_respond: {redo: read}",
            "17:24: doing \"read\" again would not change \"draft\"", hint: "known: draft, plan"),
        BadInput(
            flow, "shows: publish", "shows: publish\n    expires: {after: 1h, remind: 2h}",
            "17:34: the reminder would come after the end"),
        BadInput(
            flow, "shows: publish", "shows: publish\n    expires: {after: 1h, then: sleep}",
            "17:32: `then` cannot be \"sleep\"", hint: "cancel, fail, park"),
    ]

    @Test(arguments: references) func `a broken reference is told once, with its place`(bad: BadInput) throws {
        try bad.check()
    }

    @Test(arguments: steps) func `a broken step is told once, with its place`(bad: BadInput) throws {
        try bad.check()
    }

    @Test(arguments: gates) func `a broken gate is told once, with its place`(bad: BadInput) throws {
        try bad.check()
    }

    @Test func `a mail needs a subject and a body from the agent that drafts it`() throws {
        let found = try Fixture.diagnostics(replacing: "body: markdown", with: "text: markdown", in: "agents/writer.md")
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("flows/letter.yaml:19:42: a mail has a `body`") == true)
    }

    @Test func `a role may only recall what its file lets it read`() throws {
        let fixture = try Fixture()
        try fixture.write(
            "flows/letter.yaml",
            Fixture.letter.replacing("agent: writer", with: "agent: writer\n    recall: {r: {from: pricing, last: 1}}"))
        #expect(fixture.diagnostics.count == 1)
        #expect(fixture.diagnostics.first?.contains(":11:24: writer may not read \"product\"") == true)
    }

    @Test func `what no part acts on yet is noted, and the workspace loads`() throws {
        let fixture = try Fixture()
        let schedule = ", schedule: [{cron: \"0 7 * * MON-FRI\", timezone: Europe/Berlin, missed: run_once}]}"
        try fixture.write(
            "flows/letter.yaml",
            Fixture.letter.replacing("{type: text}}}}", with: "{type: text}}}\(schedule)")
                + "outcomes: {of: publish, from: mail.analytics, at: [48h, 7d]}\n")
        try fixture.write(
            "daybook.yaml",
            Fixture.daybook.replacing("$25.00}", with: "$25.00, warn: 80%}")
                + "owner: {name: ines, notify: {ntfy: env:TOPIC}}\nrules: [{scope: clients/acme, models: [local]}]\n")
        let workspace = try fixture.load()
        #expect(workspace.owner == "ines")
        #expect(
            workspace.notes.map { $0.description.prefix { $0 != "`" } } == [
                "daybook.yaml:11:37: note: ", "daybook.yaml:12:21: note: ", "daybook.yaml:13:1: note: ",
                "flows/letter.yaml:2:47: note: ", "flows/letter.yaml:20:1: note: ",
            ])
        #expect(workspace.flow("letter")?.definition.outcomes.first?.atMs == [172_800_000, 604_800_000])
    }

    @Test(arguments: [
        "* * * * * *", "0 0 32 1 *", "60 * * * *", "0 7 * *", "0 7 * * mon,", "*/0 * * * *", "5-1 * * * *",
    ])
    func `a schedule that can never be is refused`(cron: String) throws {
        let found = try Fixture.diagnostics(
            replacing: "{type: text}}}}", with: "{type: text}}}, schedule: [{cron: \"\(cron)\"}]}", in: Self.flow)
        #expect(found.count == 2)
        #expect(found.contains { $0.contains("`cron` cannot be \"\(cron)\"") })
    }
}
