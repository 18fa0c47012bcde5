public import Events
import Wire

/// What a model, a program or the heuristic is told so that it says shortly what a text says.
public struct SummaryRequest: Sendable {
    /// Characters of a summary, unless somebody asks for others.
    public static let charactersMax: UInt32 = 600
    private static let field = "summary"

    public let provider: ProviderKind
    /// The exact bytes handed to the executor.
    public let bytes: [UInt8]
    public let maxOutputTokens: UInt32
    /// Of a million tokens.
    public let inputMicrodollars: UInt64
    public let outputMicrodollars: UInt64

    /// - Parameters:
    ///   - texts: what is to be summed up, and where it comes from.
    ///   - agent: whose instructions are followed; nil for Daybook's own.
    ///   - business: what the instructions may name.
    ///   - kind: of the model that is asked.
    public init(
        of texts: [(source: KnowledgeSource, text: String)], by agent: AgentDefinition?,
        business: BusinessDefinition, kind: ModelDefinition.Kind
    ) {
        let summary = Shape(kind: .text, lengthMax: Self.charactersMax, fields: [], element: [])
        let shape = Shape(
            kind: .object, lengthMax: 0, fields: [NamedShape(name: Self.field, shape: summary, optional: false)],
            element: [])
        let own = "Say in at most \(Self.charactersMax) characters what the source says. Add nothing to it."
        let instructions = agent.map { JobDecider.fill($0.instructions, from: business) + "\n\n" + own } ?? own
        let parts = PromptParts(
            aboutWith: [], about: [], job: "", step: Self.field,
            agent: AgentDefinition(
                name: agent?.name ?? Self.field, description: "", goal: "", model: "", instructions: "", knowledge: [],
                k: 0, knowledgeTokensMax: 0, jobMicrodollarsMax: 0, dayMicrodollarsMax: 0, output: shape),
            instructions: instructions, with: .object([]),
            context: texts.map { source, text in
                let item = ContextItem(
                    source: .knowledge(source), label: "source", content: Digest.of(Array(text.utf8)), rank: 1,
                    scoreMillionths: 0, tokens: 0, why: .named)
                return (item, text)
            }, notes: [])
        switch kind {
        case .chat(let chat):
            self.init(
                .chat, Prompt.chat(parts, chat).bytes, maxOutputTokens: chat.maxOutputTokens,
                inputMicrodollars: chat.inputMicrodollars, outputMicrodollars: chat.outputMicrodollars)
        case .heuristic: self.init(.heuristic, Prompt.native(parts).bytes)
        case .command: self.init(.command, Prompt.native(parts).bytes)
        }
    }

    private init(
        _ provider: ProviderKind, _ bytes: [UInt8], maxOutputTokens: UInt32 = 0, inputMicrodollars: UInt64 = 0,
        outputMicrodollars: UInt64 = 0
    ) {
        self.provider = provider
        self.bytes = bytes
        self.maxOutputTokens = maxOutputTokens
        self.inputMicrodollars = inputMicrodollars
        self.outputMicrodollars = outputMicrodollars
    }

    /// The summary in an answer; nil if it has none, or one that is longer than it was asked for.
    public static func summary(in answer: [UInt8]) -> String? {
        guard let text = (try? JSON(parsing: answer))?[field]?.text, !text.isEmpty, text.count <= charactersMax else {
            return nil
        }
        return text
    }
}
