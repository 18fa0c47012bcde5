import Events
import Jobs
import Wire

extension StepReader {
    static let recallsMax = 16
    static let recallDefault: UInt32 = 5

    mutating func agent(_ fields: Fields) -> AgentWork? {
        let name = fields["agent"].flatMap { agentName($0) }
        let bindings = fields["with"].map { readBindings($0) }
        let recalls = fields["recall"].map { readRecalls($0, agent: name.flatMap { context.agents[$0] }) }
        let remember = fields["remember"].map { readRemember($0) }
        let rungs = fields["ladder"].map { ladder($0) }
        let retry = retry(fields)
        let timeout = timeout(fields, or: Self.agentTimeoutDefault)
        guard let name, let bindings = settled(bindings, or: []), let recalls = settled(recalls, or: []),
            let remember = settled(remember.map { $0.map { Remember?.some($0) } }, or: Remember?.none),
            let retry, let timeout, let agent = context.agents[name],
            let rungs = settled(rungs, or: defaultLadder(of: agent))
        else { return nil }
        return AgentWork(
            agent: name, with: bindings, recall: recalls, retry: retry, timeoutMs: timeout, ladder: rungs,
            remember: remember)
    }

    /// `{into: product, form: fact, each: learnt}`
    private func readRemember(_ node: YAMLNode) -> Remember? {
        guard let fields = Fields(node, of: "`remember`", in: file, keys: ["into", "form", "each"]) else { return nil }
        let into = fields.required("into", hint: "the collection it is for").flatMap { file.identifier($0, "into") }
        let form = fields["form"].map { file.word($0, "form", of: KnowledgeFile.forms) }
        let each = fields["each"].map { file.identifier($0, "each") }
        if into == KnowledgeFile.outcomes {
            file.error(
                "`\(KnowledgeFile.outcomes)` means recorded figures, and cannot hold knowledge",
                at: fields.position(of: "into"), hint: "name another collection")
            return nil
        }
        guard let into, let form = settled(form, or: .document), let each = settled(each, or: "") else { return nil }
        return Remember(into: into, form: form, each: each)
    }

    private func agentName(_ node: YAMLNode) -> String? {
        guard let name = file.text(node, "agent") else { return nil }
        if context.agentNames.contains(name) { return name }
        file.error(
            "unknown agent \"\(name.excerpt)\"", at: node.position,
            hint: NearestName.hint(for: name, among: context.agentNames.names) ?? "agents are the files of agents/")
        return nil
    }

    /// The agent's model, then the heuristic unless that is what the model is, then a person.
    private func defaultLadder(of agent: AgentDefinition) -> [String] {
        let model = context.settings.models.first { $0.definition.alias == agent.model }
        let isHeuristic = agent.model == BusinessFile.heuristic || model?.definition.kind == .heuristic
        return [agent.model] + (isHeuristic ? [] : [BusinessFile.heuristic]) + [BusinessFile.person]
    }

    private func ladder(_ node: YAMLNode) -> [String]? {
        let rungs = file.texts(node, "ladder") { element in
            if case .scalar(let scalar) = element.content, scalar.text == BusinessFile.person { return scalar.text }
            return context.settings.modelAlias(element, "ladder", in: file)
        }
        guard let rungs else { return nil }
        guard !rungs.isEmpty else {
            file.error("a ladder has at least one rung", at: node.position, hint: "[writing, heuristic, person]")
            return nil
        }
        guard !rungs.dropLast().contains(BusinessFile.person) else {
            file.error(
                "`person` is the last rung: nobody comes after a person", at: node.position, hint: "put it at the end")
            return nil
        }
        return rungs
    }

    private mutating func readBindings(_ node: YAMLNode) -> [Binding]? {
        guard let pairs = file.pairs(node, "with", max: 32) else { return nil }
        var bindings: [Binding] = []
        for pair in pairs {
            guard let value = bindingValue(pair.value, pair.key) else { continue }
            bindings.append(Binding(name: pair.key, value: value))
        }
        return bindings.count == pairs.count ? bindings : nil
    }

    private mutating func bindingValue(_ node: YAMLNode, _ key: String) -> Binding.Value? {
        if case .scalar(let scalar) = node.content {
            if scalar.isPlain, let json = Self.json(plain: scalar.text) { return .json(json.description) }
            return template(node, key).map { .template($0.text) }
        }
        return json(node, key).map { .json($0.description) }
    }

    /// Numbers, `true`, `false` and `null` as JSON has them, and nothing else: `NO` is a text.
    private static func json(plain text: String) -> JSON? {
        if text.isEmpty || text == "~" { return .null }
        guard let json = try? JSON(parsing: text) else { return nil }
        switch json {
        case .number, .bool, .null: return json
        default: return nil
        }
    }

    /// A literal list or mapping.
    private func json(_ node: YAMLNode, _ key: String) -> JSON? {
        switch node.content {
        case .scalar(let scalar):
            if scalar.isPlain, let json = Self.json(plain: scalar.text) { return json }
            guard !scalar.text.contains("${{") else {
                file.error(
                    "an expression inside a list or a mapping", at: node.position,
                    hint: "give it a name of its own directly under `with`")
                return nil
            }
            return file.text(node, key).map { .string($0) }
        case .sequence(let elements):
            let values = elements.compactMap { json($0, key) }
            return values.count == elements.count ? .array(values) : nil
        case .mapping(let pairs):
            if let brace = pairs.first(where: { $0.key.hasPrefix("{") || $0.key.contains("${") }) {
                file.error("a brace begins a mapping here", at: brace.position, hint: "quote it: \"${{ steps.plan }}\"")
                return nil
            }
            let fields = pairs.compactMap { pair in json(pair.value, key).map { JSON.Field(pair.key, $0) } }
            return fields.count == pairs.count ? .object(fields) : nil
        }
    }

    private mutating func readRecalls(_ node: YAMLNode, agent: AgentDefinition?) -> [Recall]? {
        guard let pairs = file.pairs(node, "recall", max: Self.recallsMax) else { return nil }
        var recalls: [Recall] = []
        for pair in pairs {
            guard let recall = recall(pair, agent: agent) else { continue }
            recalls.append(recall)
        }
        return recalls.count == pairs.count ? recalls : nil
    }

    private mutating func recall(_ pair: YAMLPair, agent: AgentDefinition?) -> Recall? {
        guard let fields = Fields(pair.value, of: "a recall", in: file, keys: ["from", "query", "k", "last"]) else {
            return nil
        }
        let from = fields.required("from", hint: "a collection of knowledge, `outcomes`, or an entry's id").flatMap {
            source($0, agent: agent)
        }
        let query = fields["query"].map { template($0, "query")?.text }
        let k = fields["k"].map { file.integer($0, "k", in: 1...AgentFile.kMax) }
        let last = fields["last"].map { file.integer($0, "last", in: 1...100) }
        guard (fields["query"] == nil) != (fields["last"] == nil), fields["k"] == nil || fields["last"] == nil else {
            file.error(
                "a recall takes the most similar (`query`, `k`) or the newest (`last`)", at: fields.position,
                hint: "`{from: issues, query: \"...\", k: 5}` or `{from: outcomes, last: 8}`")
            return nil
        }
        let kStandard = fields["query"] == nil ? 0 : Self.recallDefault
        guard let from, let query = settled(query, or: ""), let k = settled(k, or: kStandard),
            let last = settled(last, or: 0)
        else { return nil }
        return Recall(name: pair.key, from: from, query: query, k: k, last: last)
    }

    /// A role sees the collections that its file names, and figures.
    private func source(_ node: YAMLNode, agent: AgentDefinition?) -> String? {
        guard let from = file.identifier(node, "from") else { return nil }
        guard from != KnowledgeFile.outcomes, let agent else { return from }
        let collection = context.collections.contains(from) ? from : context.entries[from] ?? from
        guard agent.knowledge.contains(collection) else {
            let path = "\(AgentFile.folder)/\(agent.name).md"
            let known = context.collections.contains(collection)
            let nearest = NearestName.nearest(to: from, among: agent.knowledge)
            file.error(
                known ? "\(agent.name) may not read \"\(collection)\"" : "nothing is known under \"\(from)\"",
                at: node.position,
                hint: known
                    ? "add it to `knowledge: {read: [...]}` in \(path)"
                    : nearest.map { "did you mean \"\($0)\"?" } ?? "a collection that `read` in \(path) names")
            return nil
        }
        return from
    }
}
