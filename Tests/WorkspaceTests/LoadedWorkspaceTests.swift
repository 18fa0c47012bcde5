import Events
import Testing
import Wire
import Workspace

@Suite struct LoadedWorkspaceTests {
    @Test func `a sound workspace gives its definitions and nothing to complain about`() throws {
        let workspace = try Fixture().load()
        #expect(workspace.notes.isEmpty)
        #expect(workspace.flows.map(\.definition.name) == ["letter"])
        #expect(workspace.agents.map(\.definition.name) == ["planner", "writer"])
        #expect(workspace.models.map(\.definition.alias) == ["coder", "local", "writing"])
        #expect(workspace.connectors.map(\.definition.name) == ["mail"])
        #expect(workspace.budgets.dayMicrodollars == 2_000_000)
        #expect(workspace.budgets.monthMicrodollars == 25_000_000)
        #expect(workspace.knowledgeFiles.map(\.id) == ["pricing"])
        #expect(workspace.knowledgeFiles.first?.body == "Pro costs $39 a month.")
        #expect(workspace.knowledgeFiles.first?.form == .fact)
        #expect(workspace.agent("writer")?.source.path == "agents/writer.md")
        #expect(workspace.agent("writer")?.source.bytes == Array(Fixture.writer.utf8))
    }

    @Test func `values that YAML 1.1 would turn into something else stay the text that was written`() throws {
        let facts = try Fixture().load().business.definition.facts
        #expect(facts.map(\.name) == ["country", "name", "opens", "version"])
        #expect(facts.map(\.value) == ["NO", "Small Levers", "12:30", "1.10"])
    }

    @Test func `needs follow from expressions, and steps stand in an order in which they can run`() throws {
        let steps = """
            steps:
              - id: publish
                effect: mail.send
                with: {to: ana@example.com, mail: "${{ steps.edit }}"}
              - {id: edit, review: draft, shows: publish}
              - id: draft
                agent: writer
                needs: [read]
                with: {questions: "${{ steps.plan.questions }}"}
              - {id: read, read: [{feed: sources/feed.xml}]}
              - {id: plan, agent: planner}

            """
        let fixture = try Fixture()
        try fixture.write("flows/letter.yaml", steps)
        let flow = try #require(try fixture.load().flow("letter")).definition
        #expect(flow.steps.map(\.id) == ["read", "plan", "draft", "edit", "publish"])
        #expect(flow.steps.map(\.needs) == [[], [], ["plan", "read"], ["draft"], ["edit"]])
    }

    @Test func `a ladder goes from the agent's model to the heuristic to a person, and names none twice`() throws {
        let flow = try #require(try Fixture().load().flow("letter")).definition
        let ladders = flow.steps.compactMap { step in
            if case .agent(let work) = step.work { work.ladder } else { nil }
        }
        #expect(ladders == [["writing", "person"], ["local", "heuristic", "person"]])
    }

    @Test func `durations, money, sizes and shapes are read exactly`() throws {
        let fixture = try Fixture()
        try fixture.write(
            "daybook.yaml",
            Fixture.daybook.replacing(
                "model: \"llama3.2:3b\"}",
                with: "model: m, key: env:KEY, max_tokens: 99, temperature: 0.7, seed: 3, "
                    + "price: {input: $0.80, output: $4}}"
            ).replacing(
                "pass_env: [HOME]", with: "pass_env: [HOME], workdir: ./work/, max_output: 64KiB, reconcile: pure"))
        try fixture.write(
            "agents/writer.md", Fixture.writer.replacing("model: local", with: "model: local\nbudget: {job: $0.20}"))
        let workspace = try fixture.load()
        #expect(
            workspace.model("local")?.definition.kind
                == .chat(
                    ChatModel(
                        url: "http://127.0.0.1:11434/v1", model: "m", keyVariable: "KEY", maxOutputTokens: 99,
                        temperaturePermille: 700, inputMicrodollars: 800_000, outputMicrodollars: 4_000_000, seed: 3)))
        #expect(
            workspace.model("coder")?.definition.kind
                == .command(
                    CommandModel(
                        arguments: ["cat"], passEnv: ["HOME"], workdir: "work", outputBytesMax: 65_536, reconcile: .pure
                    )))
        let writer = try #require(workspace.agent("writer")).definition
        #expect(writer.jobMicrodollarsMax == 200_000)
        #expect(writer.output.fields.map(\.name) == ["subject", "body", "claims"])
        #expect(writer.output.fields.map(\.optional) == [false, false, true])
        #expect(writer.output.fields.first?.shape.lengthMax == 60)
        #expect(writer.output.fields.last?.shape.element.first?.fields.last?.shape.kind == .url)
    }

    @Test func `a step's values keep their types only where JSON would give them one`() throws {
        let fixture = try Fixture()
        let with = "with: {topic: \"${{ inputs.topic }}\", n: 1.10, yes: true, c: NO, t: 12:30, q: \"5\", l: [1, NO]}"
        try fixture.write(
            "flows/letter.yaml", Fixture.letter.replacing("with: {topic: \"${{ inputs.topic }}\"}", with: with))
        let flow = try #require(try fixture.load().flow("letter")).definition
        guard case .agent(let work)? = flow.steps.first(where: { $0.id == "plan" })?.work else {
            Issue.record("the step is missing")
            return
        }
        #expect(
            work.with.map(\.value) == [
                .template("${{ inputs.topic }}"), .json("1.10"), .json("true"), .template("NO"), .template("12:30"),
                .template("5"), .json("[1,\"NO\"]"),
            ])
    }

    @Test func `a manifest holds all that a flow uses, and its artifacts hold what it names`() throws {
        let workspace = try Fixture().load()
        let pinned = try workspace.manifest(for: "letter")
        #expect(pinned.manifest.agents.map(\.name) == ["planner", "writer"])
        #expect(pinned.manifest.models.map(\.name) == ["heuristic", "local", "writing"])
        #expect(pinned.manifest.connectors.map(\.name) == ["mail"])
        let held = Set(pinned.artifacts.map { Digest.of($0) })
        let named = pinned.manifest.agents + pinned.manifest.models + pinned.manifest.connectors
        #expect(held.isSuperset(of: named.map(\.digest)))
        #expect(held.isSuperset(of: [pinned.digest, pinned.manifest.flow, pinned.manifest.business]))
        #expect(held.count == pinned.artifacts.count)
        #expect(try Manifest(wireBytes: #require(pinned.artifacts.first)) == pinned.manifest)
        #expect(workspace.agent("writer")?.digest == pinned.manifest.agents.last?.digest)
    }

    @Test func `equal files give an equal manifest, and a changed word another`() throws {
        let first = try Fixture().load().manifest(for: "letter")
        #expect(try Fixture().load().manifest(for: "letter") == first)
        let fixture = try Fixture()
        try fixture.write("agents/writer.md", Fixture.writer.replacing("You write.", with: "You write well."))
        let second = try fixture.load().manifest(for: "letter")
        #expect(second.digest != first.digest)
        #expect(second.manifest.flow == first.manifest.flow)
    }

    @Test func `an unknown flow is named with the one that was meant`() throws {
        let workspace = try Fixture().load()
        let problems = #expect(throws: WorkspaceProblems.self) { try workspace.manifest(for: "leter") }
        #expect(problems?.description == "flows: there is no flow \"leter\"\n  hint: did you mean \"letter\"?")
    }

    @Test func `inputs are checked and completed`() throws {
        let workspace = try Fixture().load()
        #expect(try workspace.inputs(for: "letter", given: []).description == #"{"topic":""}"#)
        #expect(
            try workspace.inputs(for: "letter", given: [("topic", "a \"b\"")]).description == #"{"topic":"a \"b\""}"#)
        let unknown = #expect(throws: WorkspaceProblems.self) {
            try workspace.inputs(for: "letter", given: [("topik", "x")])
        }
        #expect(unknown?.description.hasSuffix("no input \"topik\"\n  hint: did you mean \"topic\"?") == true)
        #expect(throws: WorkspaceProblems.self) {
            try workspace.inputs(for: "letter", given: [("topic", "x"), ("topic", "y")])
        }
        let fixture = try Fixture()
        try fixture.write("flows/letter.yaml", Fixture.letter.replacing("type: text", with: "required: true"))
        let strict = try fixture.load()
        let missing = #expect(throws: WorkspaceProblems.self) { try strict.inputs(for: "letter", given: []) }
        #expect(missing?.description.contains("the input \"topic\" is missing") == true)
    }

    @Test func `a path never leads out of the workspace`() throws {
        let fixture = try Fixture()
        let workspace = try fixture.load()
        #expect(try workspace.fullPath(of: "sources/feed.xml") == "\(workspace.directory)/sources/feed.xml")
        for path in ["../x", "/etc/passwd", "sources/../../x", "~/x", "", "a\u{0}b"] {
            #expect(throws: WorkspaceProblems.self) { try workspace.fullPath(of: path) }
        }
    }

    @Test func `a folder that is no workspace says how to make one`() throws {
        #expect(
            try Fixture([:]).diagnostics == [
                "daybook.yaml: there is no such file, so this is no workspace\n"
                    + "  hint: `daybook init newsletter DIR` makes one"
            ])
        #expect(throws: WorkspaceProblems.self) { try LoadedWorkspace.load(at: "/nowhere/at/all") }
    }
}
