/// Typed readers of one value. Each returns nil once it has reported what is wrong.
extension TextFile {
    /// The longest text of one value, in bytes.
    static let textBytesMax = 16_384
    /// The most elements of a list, where nothing smaller is said.
    static let elementsMax = 200

    /// A text, exactly as written: `NO`, `1.10` and `12:30` too.
    func text(_ node: YAMLNode, _ key: String, bytesMax: Int = textBytesMax) -> String? {
        guard case .scalar(let scalar) = node.content else {
            error(
                "`\(key)` is a text, and this is \(node.kindName)", at: node.position,
                hint: "quote it: a text that begins with `[` or `{` stands in quotes")
            return nil
        }
        guard !node.isNothing else {
            let isWord = !scalar.text.isEmpty
            error(
                "`\(key)` is empty", at: node.position,
                hint: isWord ? "quote it if you mean the text \"\(scalar.text)\"" : "write a text, or remove the key")
            return nil
        }
        guard scalar.text.utf8.count <= bytesMax else {
            error("`\(key)` is longer than \(bytesMax) bytes", at: node.position)
            return nil
        }
        guard !scalar.text.unicodeScalars.contains(where: { $0.value < 0x20 && $0 != "\n" && $0 != "\t" }) else {
            error("`\(key)` has a control character in it", at: node.position)
            return nil
        }
        return scalar.text
    }

    /// A text of one line that is not blank.
    func line(_ node: YAMLNode, _ key: String) -> String? {
        guard let text = text(node, key, bytesMax: 1_000) else { return nil }
        guard !text.unicodeScalars.contains(where: { ["\n", "\t", "\u{2028}", "\u{2029}", "\u{85}"].contains($0) })
        else {
            error("`\(key)` is one line", at: node.position)
            return nil
        }
        guard !text.allSatisfy(\.isWhitespace) else {
            error("`\(key)` is blank", at: node.position, hint: "write a text, or remove the key")
            return nil
        }
        return text
    }

    /// Runs a parser over a text.
    func parsed<Value>(
        _ node: YAMLNode, _ key: String, hint: String, _ parse: (String) -> Value?
    ) -> Value? {
        guard let text = text(node, key) else { return nil }
        if let value = parse(text) { return value }
        error("`\(key)` cannot be \"\(text.excerpt)\"", at: node.position, hint: hint)
        return nil
    }

    func integer(_ node: YAMLNode, _ key: String, in range: ClosedRange<UInt32>) -> UInt32? {
        parsed(node, key, hint: "a whole number from \(range.lowerBound) to \(range.upperBound)") {
            Decimals.parse($0, places: 0).flatMap(UInt32.init(exactly:)).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// Only `true` and `false`, so that nobody has to guess.
    func boolean(_ node: YAMLNode, _ key: String) -> Bool? {
        parsed(node, key, hint: "write `true` or `false`") { $0 == "true" ? true : $0 == "false" ? false : nil }
    }

    /// Milliseconds, more than none.
    func duration(_ node: YAMLNode, _ key: String) -> UInt64? {
        parsed(node, key, hint: "a duration such as 100ms, 30s, 10m, 48h or 3d, of at most 366d", Durations.parse)
    }

    /// Micro-dollars.
    func money(_ node: YAMLNode, _ key: String) -> UInt64? {
        parsed(node, key, hint: "an amount such as $0.20, with the dollar sign", Money.parse)
    }

    func word<Value>(_ node: YAMLNode, _ key: String, of words: KeyValuePairs<String, Value>) -> Value? {
        guard let text = text(node, key) else { return nil }
        if let found = words.first(where: { $0.key == text }) { return found.value }
        error(
            "`\(key)` cannot be \"\(text.excerpt)\"", at: node.position,
            hint: NearestName.hint(for: text, among: words.map(\.key)))
        return nil
    }

    /// A name as `Identifier` has it.
    func identifier(_ node: YAMLNode, _ key: String, dots: Bool = true) -> String? {
        parsed(node, key, hint: Identifier.rule(dots: dots)) { Identifier.isValid($0, dots: dots) ? $0 : nil }
    }

    /// The elements of a list.
    func list(_ node: YAMLNode, _ key: String, max: Int = elementsMax) -> [YAMLNode]? {
        guard case .sequence(let elements) = node.content else {
            error(
                "`\(key)` is a list, and this is \(node.kindName)", at: node.position,
                hint: "write `\(key): [...]`, or one `- ` a line")
            return nil
        }
        guard elements.count <= max else {
            error("`\(key)` has more than \(max) elements", at: node.position)
            return nil
        }
        return elements
    }

    /// The pairs of a mapping whose keys are free; a key that is no name is reported and left out.
    func pairs(_ node: YAMLNode, _ key: String, max: Int = elementsMax) -> [YAMLPair]? {
        guard case .mapping(let pairs) = node.content else {
            error("`\(key)` is a mapping (`name: value`), and this is \(node.kindName)", at: node.position)
            return nil
        }
        guard pairs.count <= max else {
            error("`\(key)` has more than \(max) entries", at: node.position)
            return nil
        }
        return pairs.filter { pair in
            if Identifier.isFieldName(pair.key) { return true }
            error("\"\(pair.key.excerpt)\" is no name", at: pair.position, hint: Identifier.fieldRule)
            return false
        }
    }

    /// A list of distinct texts.
    func texts(_ node: YAMLNode, _ key: String, _ read: (YAMLNode) -> String?) -> [String]? {
        guard let elements = list(node, key) else { return nil }
        var values: [String] = []
        for element in elements {
            guard let value = read(element) else { return nil }
            guard !values.contains(value) else {
                error("\"\(value.excerpt)\" stands twice in `\(key)`", at: element.position)
                return nil
            }
            values.append(value)
        }
        return values
    }

    /// The name of an environment variable. A secret itself is refused, and never repeated in the message.
    func secret(_ node: YAMLNode, _ key: String) -> String? {
        guard let text = text(node, key) else { return nil }
        if text.hasPrefix("env:"), Identifier.isVariable(text.dropFirst(4)) { return String(text.dropFirst(4)) }
        error(
            "`\(key)` never stands in a file", at: node.position,
            hint: "put it into an environment variable and write `\(key): env:ITS_NAME`; "
                + "change it if this file was ever shared")
        return nil
    }
}
