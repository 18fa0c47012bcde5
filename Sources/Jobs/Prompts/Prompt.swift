import Events
import Sealing
import Wire

/// A request before it is written down: the exact bytes, and the pieces they are made of.
struct Prompt {
    let provider: ProviderKind
    let modelName: String
    let pieces: [Piece]
    /// The contents of pieces that exist nowhere else yet, as they are kept.
    let contents: [[UInt8]]
    /// The exact bytes handed to the executor, and the digest that names them.
    let request: Content
    let outputTokensMax: UInt32
    let timeoutMs: UInt64
    let reservedMicrodollars: UInt64
    let reconcile: Reconcile

    /// The request of a `read:` step: nothing but what to read.
    static func reading(_ work: ReadWork) -> Prompt {
        let sources = work.sources.map { source in
            switch source {
            case .feed(let path): JSON.fields(("feed", .string(path)))
            case .folder(let path): JSON.fields(("folder", .string(path)))
            }
        }
        let request = JSON.fields(
            ("format", 1), ("sources", .array(sources)), ("items_max", .number(work.itemsMax)))
        return Prompt(
            provider: .read, modelName: "", pieces: [], contents: [], request: Content(request.bytes, with: NoKeys()),
            outputTokensMax: 0,
            timeoutMs: work.timeoutMs, reservedMicrodollars: 0, reconcile: .pure)
    }
}

/// What a model is told, in the order in which it is told.
struct PromptParts {
    /// Whom the `with` is about.
    let aboutWith: Set<SubjectID>
    /// Whom any part is about.
    let about: Set<SubjectID>
    let job: String
    let step: String
    let agent: AgentDefinition
    let instructions: String
    let with: JSON
    let context: [(item: ContextItem, text: String)]
    let notes: [String]
}
