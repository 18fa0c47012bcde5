import Events

/// `daybook.yaml`, read.
struct BusinessFile {
    static let path = "daybook.yaml"

    var business: DefinitionFile<BusinessDefinition>?
    var owner: String?
    var models: [DefinitionFile<ModelDefinition>] = []
    var connectors: [DefinitionFile<ConnectorDefinition>] = []
    var budgets = Budgets()
    var acceptRules: [AcceptRule] = []
    /// Nil for the model on this machine, in its usual place.
    var embedder: EmbedderChoice?
    /// Also of those that are broken, so that each mistake is told once.
    var facts = KnownNames()
    var modelNames = KnownNames()
    var connectorNames = KnownNames()

    /// Reports what is wrong, and keeps what is right.
    init(in folder: WorkspaceFolder, _ collector: DiagnosticCollector) {
        guard folder.exists(Self.path) else {
            collector.report(
                Diagnostic(
                    path: Self.path, message: "there is no such file, so this is no workspace",
                    hint: "`daybook init newsletter DIR` makes one"))
            forget()
            return
        }
        let keys = ["business", "owner", "models", "connectors", "rules", "budget", "knowledge", "embedder"]
        let errors = collector.errorCount
        guard let file = TextFile.yaml(Self.path, in: folder, collector), let node = file.compose(),
            let fields = Fields(node, of: Self.path, in: file, keys: keys)
        else {
            forget()
            return
        }
        if collector.errorCount > errors {
            // A section may only be misspelt.
            modelNames.isComplete = fields["models"] != nil
            connectorNames.isComplete = fields["connectors"] != nil
        }
        readBusiness(fields)
        readOwner(fields)
        readModels(fields, folder)
        readConnectors(fields, folder)
        readRules(fields)
        readBudget(fields)
        readKnowledge(fields)
        readEmbedder(fields, folder)
    }

    private mutating func forget() {
        facts.isComplete = false
        modelNames.isComplete = false
        connectorNames.isComplete = false
    }

    private mutating func readBusiness(_ fields: Fields) {
        let file = fields.file
        guard let node = fields.required("business", hint: "`business: {name: Small Levers, audience: solo founders}`"),
            let pairs = file.pairs(node, "business", max: 64)
        else {
            facts.isComplete = false
            return
        }
        if !pairs.contains(where: { $0.key == "name" }) {
            file.error("`business` needs `name`", at: node.position, hint: "`name: Small Levers`")
        }
        facts.names = Set(pairs.map(\.key)).union(["name"])
        let values = pairs.compactMap { pair in
            file.text(pair.value, pair.key).map { BusinessFact(name: pair.key, value: $0) }
        }
        let definition = BusinessDefinition(facts: values.sorted { $0.name < $1.name })
        business = DefinitionFile(definition: definition, source: file.source)
    }

    private mutating func readOwner(_ fields: Fields) {
        guard let node = fields["owner"],
            let owner = Fields(node, of: "`owner`", in: fields.file, keys: ["name", "notify"])
        else { return }
        if let name = owner["name"] { self.owner = fields.file.line(name, "name") }
        guard let notify = owner["notify"],
            let channels = Fields(notify, of: "`notify`", in: fields.file, keys: ["mail", "ntfy", "webhook"])
        else { return }
        for key in ["ntfy", "webhook"] {
            if let channel = channels[key] { _ = fields.file.secret(channel, key) }
        }
        if let mail = channels["mail"] {
            _ = fields.file.parsed(mail, "mail", hint: "an address such as you@example.com", MailAddress.parse)
        }
        owner.noteIdle("notify")
    }

    private func readRules(_ fields: Fields) {
        guard let node = fields["rules"], let rules = fields.file.list(node, "rules") else { return }
        for rule in rules {
            guard let rule = Fields(rule, of: "a rule", in: fields.file, keys: ["scope", "models"]) else { continue }
            if let scope = rule.required("scope") { _ = fields.file.line(scope, "scope") }
            if let models = rule.required("models") {
                _ = fields.file.texts(models, "models") { element in
                    modelAlias(element, "models", in: fields.file)
                }
            }
        }
        fields.noteIdle("rules")
    }

    /// `knowledge: {accept: [{agent: observer, into: results}]}`
    private mutating func readKnowledge(_ fields: Fields) {
        guard let node = fields["knowledge"],
            let knowledge = Fields(node, of: "`knowledge`", in: fields.file, keys: ["accept"]),
            let accept = knowledge["accept"], let rules = fields.file.list(accept, "accept")
        else { return }
        for rule in rules {
            guard let rule = Fields(rule, of: "a rule of `accept`", in: fields.file, keys: ["agent", "into"]) else {
                continue
            }
            let agent = rule.required("agent", hint: "whose proposals need no person").flatMap {
                fields.file.identifier($0, "agent")
            }
            let into = rule.required("into", hint: "the collection they are for").flatMap {
                fields.file.identifier($0, "into")
            }
            if let agent, let into { acceptRules.append(AcceptRule(agent: agent, into: into)) }
        }
    }

    private mutating func readBudget(_ fields: Fields) {
        guard let node = fields["budget"],
            let budget = Fields(node, of: "`budget`", in: fields.file, keys: ["day", "month", "warn"])
        else { return }
        budgets.dayMicrodollars = budget["day"].flatMap { fields.file.money($0, "day") }
        budgets.monthMicrodollars = budget["month"].flatMap { fields.file.money($0, "month") }
        budgets.warnPercent = budget["warn"].flatMap { warn in
            fields.file.parsed(warn, "warn", hint: "a share such as 80%") { text in
                guard text.hasSuffix("%"), let share = Decimals.parse(text.dropLast(), places: 0), 1...100 ~= share
                else { return nil }
                return UInt32(share)
            }
        }
        budget.noteIdle("warn")
    }

    /// An alias of this file, or the built-in `heuristic`.
    func modelAlias(_ node: YAMLNode, _ key: String, in file: TextFile) -> String? {
        guard let alias = file.text(node, key) else { return nil }
        if alias == Self.heuristic || modelNames.contains(alias) { return alias }
        file.error(
            "unknown model \"\(alias.excerpt)\"", at: node.position,
            hint: Self.modelHint(alias, among: modelNames.names.union([Self.heuristic])))
        return nil
    }

    /// The agent that needs no model, as models and ladders name it.
    static let heuristic = "heuristic"
    /// The last rung: the owner does it.
    static let person = "person"

    private static func modelHint(_ alias: String, among names: Set<String>) -> String? {
        if ["sonnet", "opus", "haiku", "inherit"].contains(alias) {
            return "name a model of daybook.yaml: `models: {\(alias == "inherit" ? "writing" : alias): {url: ..., "
                + "model: ...}}`"
        }
        return NearestName.hint(for: alias, among: names)
    }
}
