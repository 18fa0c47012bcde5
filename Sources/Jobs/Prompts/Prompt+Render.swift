public import Events
import Wire

extension Prompt {
    /// The native document: what the heuristic and command agents are given on standard input.
    static func native(_ parts: PromptParts) -> JSON {
        .fields(
            ("format", 1),
            (
                "task",
                .fields(
                    ("job", .string(parts.job)), ("step", .string(parts.step)),
                    ("agent", .string(parts.agent.name)), ("goal", .string(parts.agent.goal)))
            ),
            ("instructions", .string(parts.instructions)),
            ("with", parts.with),
            (
                "context",
                .array(
                    parts.context.map { item, text in
                        .fields(
                            ("label", .string(item.label)), ("source", .string(item.source.label)),
                            ("text", .string(text)))
                    })
            ),
            ("notes", .array(parts.notes.map { .string($0) })),
            ("output", parts.agent.output.native))
    }

    /// The body of an OpenAI-compatible `POST /chat/completions`.
    static func chat(_ parts: PromptParts, _ model: ChatModel) -> JSON {
        var fields: [JSON.Field] = [
            JSON.Field("model", .string(model.model)),
            JSON.Field(
                "messages",
                [
                    .fields(("role", "system"), ("content", .string(parts.instructions))),
                    .fields(("role", "user"), ("content", .string(question(parts)))),
                ]),
            JSON.Field("max_tokens", .number(model.maxOutputTokens)),
            JSON.Field("temperature", .number(decimal(permille: model.temperaturePermille))),
        ]
        if model.seed > 0 { fields.append(JSON.Field("seed", .number(model.seed))) }
        // Without a schema local servers do not enforce JSON at all.
        fields.append(
            JSON.Field(
                "response_format",
                .fields(
                    ("type", "json_schema"),
                    (
                        "json_schema",
                        .fields(
                            ("name", .string(parts.agent.name)), ("strict", true), ("schema", parts.agent.output.schema)
                        )
                    ))))
        return .object(fields)
    }

    private static func question(_ parts: PromptParts) -> String {
        var text = ""
        if !parts.agent.goal.isEmpty { text += "# Goal\n\n\(parts.agent.goal)\n\n" }
        for field in parts.with.members ?? [] {
            text += "# \(field.name)\n\n\(field.value.text ?? field.value.pretty)\n\n"
        }
        for (item, content) in parts.context {
            text += "# \(item.label): \(item.source.label)\n\n\(content)\n\n"
        }
        for note in parts.notes { text += "# A note from the owner\n\n\(note)\n\n" }
        return text + "# Answer\n\nOne JSON object of this shape, and nothing else:\n\n\(parts.agent.output.outline)\n"
    }

    /// 300 reads `0.3`: no float is involved.
    private static func decimal(permille: UInt32) -> String {
        var digits = String(permille % 1_000 + 1_000).dropFirst()
        while digits.count > 1, digits.hasSuffix("0") { digits.removeLast() }
        return "\(permille / 1_000).\(digits)"
    }
}

extension ContextItem.Source {
    /// How people and prompts name it: `pricing@2 1/4`, `metrics`, `newsletter-7@12`, `lists/weekly.csv`.
    public var label: String {
        switch self {
        case .knowledge(let source):
            switch (source.chunk, source.chunks) {
            case (0, 2...): "\(source.entry)@\(source.version) summary"
            case (_, 2...): "\(source.entry)@\(source.version) \(source.chunk)/\(source.chunks)"
            default: "\(source.entry)@\(source.version)"
            }
        case .view(let source) where source.view == SessionLabel.view:
            // The exchange or the job, without what kind of row it is: `newsletter-7@12`.
            String(source.key.split(separator: "/").last ?? "")
        case .view(let source): source.key.isEmpty ? source.view : "\(source.view) \(source.key)"
        case .file(let source): source.path
        case .delivered: "already delivered"
        }
    }
}
