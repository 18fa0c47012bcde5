import Events

/// Output shapes: `{subject: text(60), body: markdown, claims: [{text: text, source?: url}]}`.
struct ShapeReader {
    static let depthMax = 8
    static let fieldsMax = 32
    /// The longest text that a shape may allow, in characters.
    static let lengthMax: UInt64 = 100_000

    static let words: KeyValuePairs<String, ShapeKind> = [
        "text": .text, "markdown": .markdown, "number": .number, "boolean": .boolean, "url": .url,
    ]

    let file: TextFile

    /// Nil once its problem is reported.
    func shape(_ node: YAMLNode, depth: Int = 0) -> Shape? {
        guard depth < Self.depthMax else {
            file.error("a shape is at most \(Self.depthMax) deep", at: node.position)
            return nil
        }
        switch node.content {
        case .scalar(let scalar): return word(scalar.text, at: node)
        case .sequence(let elements):
            guard let element = elements.first, elements.count == 1 else {
                file.error(
                    "a list has one shape for all its elements, and here are \(elements.count)", at: node.position,
                    hint: "for example `[text]` or `[{text: text, source: url}]`")
                return nil
            }
            return self.shape(element, depth: depth + 1).map { Shape(.list, element: [$0]) }
        case .mapping(let pairs): return object(pairs, at: node, depth: depth)
        }
    }

    private func object(_ pairs: [YAMLPair], at node: YAMLNode, depth: Int) -> Shape? {
        guard (1...Self.fieldsMax).contains(pairs.count) else {
            file.error("an object has 1 to \(Self.fieldsMax) fields", at: node.position)
            return nil
        }
        var fields: [NamedShape] = []
        for pair in pairs {
            let isOptional = pair.key.hasSuffix("?")
            let name = isOptional ? String(pair.key.dropLast()) : pair.key
            guard Identifier.isFieldName(name) else {
                file.error(
                    "\"\(name.excerpt)\" is no field's name", at: pair.position,
                    hint: "\(Identifier.fieldRule); a `?` behind it makes the field optional")
                return nil
            }
            guard !fields.contains(where: { $0.name == name }) else {
                file.error("the field \"\(name)\" stands twice", at: pair.position, hint: "remove one of the two")
                return nil
            }
            guard let shape = shape(pair.value, depth: depth + 1) else { return nil }
            fields.append(NamedShape(name: name, shape: shape, optional: isOptional))
        }
        return Shape(.object, fields: fields)
    }

    private func word(_ text: String, at node: YAMLNode) -> Shape? {
        if let word = Self.words.first(where: { $0.key == text }) { return Shape(word.value) }
        for (name, kind) in Self.words where [.text, .markdown].contains(kind) && text.hasPrefix(name + "(") {
            if text.hasSuffix(")"), let length = Decimals.parse(text.dropFirst(name.count + 1).dropLast(), places: 0),
                1...Self.lengthMax ~= length
            {
                return Shape(kind, lengthMax: UInt32(length))
            }
            file.error(
                "`\(text.excerpt)` is no shape", at: node.position,
                hint: "a length is 1 to \(Self.lengthMax) characters: text(60)")
            return nil
        }
        file.error(
            text.isEmpty ? "a shape is missing" : "`\(text.excerpt)` is no shape", at: node.position,
            hint: NearestName.nearest(to: text, among: Self.words.map(\.key)).map { "did you mean `\($0)`?" }
                ?? "text, text(60), markdown, number, boolean, url, [shape] or {name: shape}")
        return nil
    }
}

extension Shape {
    init(_ kind: ShapeKind, lengthMax: UInt32 = 0, fields: [NamedShape] = [], element: [Shape] = []) {
        self.init(kind: kind, lengthMax: lengthMax, fields: fields, element: element)
    }

    /// Why nothing lies at these steps into a value of this shape; nil if something does.
    func refusal(of path: ArraySlice<String>, in place: String) -> (message: String, hint: String?)? {
        guard let name = path.first else { return nil }
        let rest = path.dropFirst()
        switch kind {
        case .object:
            if let field = fields.first(where: { $0.name == name }) {
                return field.shape.refusal(of: rest, in: "\(place).\(name)")
            }
            return ("`\(place)` has no `\(name)`", NearestName.hint(for: name, among: fields.map(\.name)))
        case .list:
            guard Decimals.parse(name, places: 0) != nil, let element = element.first else {
                return ("`\(place)` is a list", "take all of it, or one by its number: `\(place).0`")
            }
            return element.refusal(of: rest, in: "\(place).\(name)")
        default: return ("`\(place)` has nothing inside it", "its shape is a single value")
        }
    }
}
