import Events

/// `agents/<name>.md`: frontmatter, and the instructions below it.
struct AgentFile {
    static let folder = "agents"
    /// Chunks of knowledge, where the file does not say.
    static let kDefault: UInt32 = 6
    static let kMax: UInt32 = 50
    /// Tokens of knowledge, where the file does not say.
    static let knowledgeTokensDefault: UInt32 = 1_500

    static let keys = ["name", "description", "goal", "model", "knowledge", "session", "budget", "output"]

    /// Keys of Claude Code's subagents that ask for something Daybook does not do.
    static let refusals: Fields.Refusals = [
        "hooks": "Daybook runs no hooks; remove it",
        "mcpServers": "this version gives agents no servers; remove it",
        "skills": "write what the agent must know into its instructions, or into knowledge/",
        "memory": "what an agent may recall stands under `knowledge: {read: [...], k: 6}`, and what it is shown of "
            + "its last answers under `session: {ttl: 2h}`",
        "effort": "settings of a model stand in daybook.yaml",
        "isolation": "a command's folder is `workdir` in daybook.yaml",
        "initialPrompt": "a step's inputs stand under `with` in the flow",
    ]

    /// Keys of Claude Code's subagents that change nothing here: an agent has no tools and is asked once a step.
    static let idle = ["tools", "disallowedTools", "permissionMode", "maxTurns", "background", "color"]

    /// Nil once its problem is reported.
    static func read(
        _ path: String, named stem: String, in folder: WorkspaceFolder, settings: BusinessFile,
        collections: Set<String>, _ collector: DiagnosticCollector
    ) -> DefinitionFile<AgentDefinition>? {
        guard let (file, body) = TextFile.markdown(path, in: folder, collector), let node = file.compose(),
            let fields = Fields(node, of: "an agent", in: file, keys: keys + idle, refusals: refusals)
        else { return nil }
        for key in idle { fields.noteIdle(key) }
        guard file.checkName(fields, stem: stem, dots: true) else { return nil }
        let description = fields.required("description", hint: "one line: what it does").flatMap {
            file.text($0, "description", bytesMax: 1_024)
        }
        let goal = fields["goal"].map { file.text($0, "goal", bytesMax: 1_024) }
        let model = fields["model"].map { settings.modelAlias($0, "model", in: file) }
        let knowledge = fields["knowledge"].map { Knowledge($0, file, collections: collections) }
        let session = fields["session"].flatMap { sessionPolicy($0, in: file) }
        let budget = fields["budget"].map { Budget($0, file) }
        let output = fields["output"].map { ShapeReader(file: file).shape($0) }
        let instructions = InstructionCheck(file: file, body: body, facts: settings.facts).run()
        guard let description, let goal = settled(goal, or: ""), let budget = settled(budget, or: Budget()),
            let model = settled(model, or: BusinessFile.heuristic), let knowledge = settled(knowledge, or: Knowledge()),
            let output = settled(output, or: Shape(.markdown)), let instructions,
            session != nil || fields["session"] == nil
        else { return nil }
        let definition = AgentDefinition(
            name: stem, description: description, goal: goal, model: model, instructions: instructions,
            knowledge: knowledge.collections.sorted(), k: knowledge.k, knowledgeTokensMax: knowledge.tokens,
            jobMicrodollarsMax: budget.job, dayMicrodollarsMax: budget.day, output: output,
            session: session, retrieval: knowledge.mode, knowledgeMsMax: knowledge.milliseconds,
            halfLifeMs: knowledge.halfLife)
        return DefinitionFile(definition: definition, source: file.source)
    }

    private struct Knowledge {
        var collections: [String] = []
        var k: UInt32 = 0
        var tokens: UInt32 = 0
        var mode: RetrievalMode?
        var milliseconds: UInt64?
        var halfLife: UInt64?

        private static let keys = ["read", "k", "max_tokens", "mode", "max_time", "half_life"]
        private static let modes: KeyValuePairs<String, RetrievalMode> = ["live": .live, "batch": .batch]

        init() {}

        init?(_ node: YAMLNode, _ file: TextFile, collections known: Set<String>) {
            guard let fields = Fields(node, of: "`knowledge`", in: file, keys: Self.keys),
                let read = fields.required("read", hint: "the collections: `read: [issues, product]`"),
                let collections = file.texts(read, "read", { Self.collection($0, file, known) }),
                let k = settled(fields["k"].map { file.integer($0, "k", in: 1...kMax) }, or: kDefault),
                let tokens = settled(
                    fields["max_tokens"].map { file.integer($0, "max_tokens", in: 1...100_000) },
                    or: knowledgeTokensDefault)
            else { return nil }
            mode = fields["mode"].flatMap { file.word($0, "mode", of: Self.modes) }
            milliseconds = fields["max_time"].flatMap { file.duration($0, "max_time") }
            halfLife = fields["half_life"].flatMap { file.duration($0, "half_life") }
            self.collections = collections
            self.k = k
            self.tokens = tokens
        }

        /// Only a note: a collection may begin with an entry that no file holds.
        private static func collection(_ node: YAMLNode, _ file: TextFile, _ known: Set<String>) -> String? {
            guard let name = file.identifier(node, "read") else { return nil }
            if !known.contains(name), let nearest = NearestName.nearest(to: name, among: known.sorted()) {
                file.note(
                    "no file of knowledge is in \"\(name)\"", at: node.position, hint: "did you mean \"\(nearest)\"?")
            }
            return name
        }
    }

    /// Micro-dollars; 0 for no limit.
    private struct Budget {
        var job: UInt64 = 0
        var day: UInt64 = 0

        init() {}

        init?(_ node: YAMLNode, _ file: TextFile) {
            guard let fields = Fields(node, of: "`budget`", in: file, keys: ["job", "day"]),
                let job = settled(fields["job"].map { Self.limit($0, "job", file) }, or: 0),
                let day = settled(fields["day"].map { Self.limit($0, "day", file) }, or: 0)
            else { return nil }
            self.job = job
            self.day = day
        }

        /// `$0` would read as no limit.
        private static func limit(_ node: YAMLNode, _ key: String, _ file: TextFile) -> UInt64? {
            guard let amount = file.money(node, key) else { return nil }
            if amount == 0 {
                file.error(
                    "a budget of nothing", at: node.position,
                    hint: "`model: heuristic` costs nothing; `daybook agent disable NAME` stops an agent")
            }
            return amount == 0 ? nil : amount
        }
    }
}

extension TextFile {
    /// Whether a `name`, if there is one, is that of the file. Reports it otherwise.
    func checkName(_ fields: Fields, stem: String, dots: Bool) -> Bool {
        guard Identifier.isValid(stem, dots: dots) else {
            error("\"\(stem.excerpt)\" is no name", at: nil, hint: "rename the file: \(Identifier.rule(dots: dots))")
            return false
        }
        guard let node = fields["name"] else { return true }
        guard let name = text(node, "name") else { return false }
        guard name == stem else {
            error(
                "the name is \"\(name.excerpt)\" and the file is called \"\(stem)\"", at: node.position,
                hint: "give both the same name")
            return false
        }
        return true
    }
}
