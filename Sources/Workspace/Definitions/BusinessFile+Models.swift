import Events

extension BusinessFile {
    /// Tokens of one answer, where daybook.yaml does not say.
    static let outputTokensDefault: UInt32 = 2_048
    /// Bytes of one answer of a command, where daybook.yaml does not say.
    static let outputBytesDefault: UInt64 = 1 << 20
    static let outputBytesMax: UInt64 = 64 << 20

    mutating func readModels(_ fields: Fields, _ folder: WorkspaceFolder) {
        guard let node = fields["models"] else { return }
        guard let pairs = fields.file.pairs(node, "models", max: 64) else {
            modelNames.isComplete = false
            return
        }
        modelNames.names = Set(pairs.map(\.key))
        for pair in pairs {
            guard Identifier.isValid(pair.key), ![Self.heuristic, Self.person].contains(pair.key) else {
                fields.file.error(
                    "a model cannot be called \"\(pair.key)\"", at: pair.position,
                    hint: Identifier.isValid(pair.key) ? "the word is taken" : Identifier.rule(dots: true))
                continue
            }
            guard let kind = Self.model(pair.value, fields.file, folder) else { continue }
            let definition = ModelDefinition(alias: pair.key, kind: kind)
            models.append(DefinitionFile(definition: definition, source: fields.file.source))
        }
        models.sort { $0.definition.alias < $1.definition.alias }
    }

    private static func model(
        _ node: YAMLNode, _ file: TextFile, _ folder: WorkspaceFolder
    ) -> ModelDefinition.Kind? {
        guard case .mapping(let pairs) = node.content else {
            return file.parsed(node, "model", hint: "`heuristic`, `{url: ..., model: ...}` or `{command: [...]}`") {
                $0 == heuristic ? .heuristic : nil
            }
        }
        if pairs.contains(where: { $0.key == "command" }) {
            return command(node, file, folder).map { .command($0) }
        }
        return chat(node, file).map { .chat($0) }
    }

    private static func chat(_ node: YAMLNode, _ file: TextFile) -> ChatModel? {
        let keys = ["url", "model", "key", "max_tokens", "temperature", "seed", "price"]
        guard let fields = Fields(node, of: "a model", in: file, keys: keys) else { return nil }
        let url = fields.required("url", hint: "for example http://127.0.0.1:11434/v1").flatMap { webAddress($0, file) }
        let model = fields.required("model", hint: "the name that the server gives it").flatMap {
            file.line($0, "model")
        }
        let key = fields["key"].map { file.secret($0, "key") }
        let tokens = fields["max_tokens"].map { file.integer($0, "max_tokens", in: 1...1_000_000) }
        let temperature = fields["temperature"].map { node in
            file.parsed(node, "temperature", hint: "a number from 0 to 2, such as 0.7") { text in
                Decimals.parse(text, places: 3).flatMap { $0 <= 2_000 ? UInt32($0) : nil }
            }
        }
        let seed = fields["seed"].map { file.integer($0, "seed", in: 1...UInt32.max) }
        let price = fields["price"].map { Self.prices($0, file) }
        guard let url, let model, let key = settled(key, or: ""), let temperature = settled(temperature, or: 0),
            let tokens = settled(tokens, or: outputTokensDefault), let seed = settled(seed, or: 0),
            let price = settled(price, or: (0, 0))
        else { return nil }
        if !key.isEmpty, url.address.scheme == "http", !url.address.isLoopback {
            file.error(
                "the key would cross the network in the clear", at: fields.position(of: "key"),
                hint: "use an https URL")
            return nil
        }
        return ChatModel(
            url: url.text, model: model, keyVariable: key, maxOutputTokens: tokens, temperaturePermille: temperature,
            inputMicrodollars: price.input, outputMicrodollars: price.output, seed: seed)
    }

    static func webAddress(_ node: YAMLNode, _ file: TextFile) -> (text: String, address: WebAddress)? {
        let hint = "an http or https URL without a user in it, such as http://127.0.0.1:11434/v1"
        return file.parsed(node, "url", hint: hint) { text in
            WebAddress(text, schemes: ["http", "https"]).map { (text, $0) }
        }
    }

    /// Of a million tokens.
    private static func prices(_ node: YAMLNode, _ file: TextFile) -> (input: UInt64, output: UInt64)? {
        guard let fields = Fields(node, of: "`price`", in: file, keys: ["input", "output"]),
            let input = fields.required("input").flatMap({ file.money($0, "input") }),
            let output = fields.required("output").flatMap({ file.money($0, "output") })
        else { return nil }
        return (input, output)
    }

    private static func command(_ node: YAMLNode, _ file: TextFile, _ folder: WorkspaceFolder) -> CommandModel? {
        let keys = ["command", "pass_env", "workdir", "max_output", "reconcile"]
        guard let fields = Fields(node, of: "a command", in: file, keys: keys) else { return nil }
        let arguments = fields.required("command").flatMap { node -> [String]? in
            guard let elements = file.list(node, "command") else { return nil }
            let texts = elements.compactMap { file.text($0, "command") }
            guard texts.count == elements.count else { return nil }
            if texts.isEmpty { file.error("`command` is empty", at: node.position, hint: "[program, argument, ...]") }
            return texts.isEmpty ? nil : texts
        }
        let variables = fields["pass_env"].map { node in
            file.texts(node, "pass_env") { element in
                file.parsed(element, "pass_env", hint: "names of environment variables, such as HOME") {
                    Identifier.isVariable($0) ? $0 : nil
                }
            }
        }
        let workdir = fields["workdir"].map { file.path($0, "workdir", in: folder) }
        let bytes = fields["max_output"].map { node in
            file.parsed(node, "max_output", hint: "a size such as 64KiB or 1MiB, of at most 64MiB") { text in
                ByteCounts.parse(text).flatMap { 1...outputBytesMax ~= $0 ? $0 : nil }
            }
        }
        let reconcile = fields["reconcile"].map {
            file.word($0, "reconcile", of: ["pure": Reconciling.pure, "unsafe": .unsafe])
        }
        guard let arguments, let variables = settled(variables, or: []), let workdir = settled(workdir, or: ""),
            let bytes = settled(bytes, or: outputBytesDefault), let reconcile = settled(reconcile, or: .unsafe)
        else { return nil }
        return CommandModel(
            arguments: arguments, passEnv: variables, workdir: workdir, outputBytesMax: bytes, reconcile: reconcile)
    }
}

/// A value that was read, the default if its key does not stand there, nil if what stands there is wrong.
func settled<Value>(_ value: Value??, or standard: Value) -> Value? {
    switch value {
    case .none: standard
    case .some(let read): read
    }
}

extension TextFile {
    /// A path that stays inside the workspace, without `./` and a trailing slash.
    func path(_ node: YAMLNode, _ key: String, in folder: WorkspaceFolder) -> String? {
        guard let text = line(node, key) else { return nil }
        if let refusal = folder.refusal(of: text) {
            error(refusal, at: node.position, hint: "name a place inside the workspace")
            return nil
        }
        let components = text.split(separator: "/").filter { $0 != "." }
        if components.first == ".daybook" {
            error("`.daybook` is Daybook's own folder", at: node.position, hint: "name another place")
            return nil
        }
        return components.isEmpty ? "." : components.joined(separator: "/")
    }
}
