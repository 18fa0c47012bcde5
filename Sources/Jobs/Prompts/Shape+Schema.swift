import Events
import Wire

extension Shape {
    /// The shape for command agents and the heuristic: kinds by name.
    var native: JSON {
        switch kind {
        case .object:
            .fields(
                ("kind", "object"),
                (
                    "fields",
                    .array(
                        fields.map { field in
                            .fields(
                                ("name", .string(field.name)), ("optional", .bool(field.optional)),
                                ("shape", field.shape.native))
                        })
                ))
        case .list: .fields(("kind", "list"), ("element", firstElement?.native ?? .null))
        case .text, .markdown, .url:
            .fields(("kind", .string(kind.word)), ("max", .number(characterLimit)))
        case .number, .boolean: .fields(("kind", .string(kind.word)))
        }
    }

    /// The shape as JSON Schema (2020-12), with a limit on everything: small models ramble without one.
    var schema: JSON {
        switch kind {
        case .object:
            .fields(
                ("type", "object"),
                ("properties", .object(fields.map { JSON.Field($0.name, $0.shape.schema) })),
                ("required", .array(fields.filter { !$0.optional }.map { .string($0.name) })),
                ("additionalProperties", false))
        case .list:
            .fields(
                ("type", "array"), ("items", firstElement?.schema ?? true),
                ("maxItems", .number(Self.schemaElementsMax)))
        case .text, .markdown, .url: .fields(("type", "string"), ("maxLength", .number(characterLimit)))
        case .number: .fields(("type", "number"))
        case .boolean: .fields(("type", "boolean"))
        }
    }

    /// The shape for a reader: `{"subject": text of at most 60 characters, …}`.
    var outline: String {
        switch kind {
        case .object:
            "{"
                + fields.map { "\"\($0.name)\": \($0.shape.outline)\($0.optional ? " (optional)" : "")" }
                .joined(separator: ", ") + "}"
        case .list: "[\(firstElement?.outline ?? ""), …]"
        case .text: "text of at most \(characterLimit) characters"
        case .markdown: "Markdown"
        case .number, .boolean, .url: kind.word
        }
    }

    /// How many elements a model is allowed to make; people may make more.
    private static let schemaElementsMax = 8
}

extension ShapeKind {
    fileprivate var word: String {
        switch self {
        case .text: "text"
        case .markdown: "markdown"
        case .number: "number"
        case .boolean: "boolean"
        case .url: "url"
        case .list: "list"
        case .object: "object"
        }
    }
}
