public import EventSourcing
public import Wire

/// A version of a knowledge entry, with the text that is to be found.
public struct KnowledgeText: Sendable, Hashable {
    /// The most bytes of a text that are indexed.
    public static let bytesMax = 64 << 20

    public let entry: String
    public let version: StreamVersion
    /// Decides which roles may see it.
    public let collection: String
    /// Whom it is about: only jobs about this customer may see it. Nil for everybody's.
    public let customer: String?
    /// What it is: a fact, a document, a template …
    public let kind: String
    public let tags: [String]
    /// Counts for every chunk of the text.
    public let title: String
    /// Markdown. Empty for a hollow version: one whose text must not be in this index.
    public let text: String
    /// Where the version stands in the log: says which is newest, and from where on it may be seen.
    public let position: Position
    /// When it was recorded.
    public let time: Timestamp
    /// When what it says holds.
    public let validity: Range<Timestamp>
    /// Where its text is kept.
    public let content: Digest?

    /// What holds always.
    public static let always = Timestamp.min..<Timestamp.max

    public init(
        entry: String, version: StreamVersion, collection: String, customer: String? = nil, kind: String = "",
        tags: [String] = [], title: String, text: String, position: Position, time: Timestamp = 0,
        validity: Range<Timestamp> = KnowledgeText.always, content: Digest? = nil
    ) {
        self.entry = entry
        self.version = version
        self.collection = collection
        self.customer = customer
        self.kind = kind
        self.tags = tags
        self.title = title
        self.text = text
        self.position = position
        self.time = time
        self.validity = validity
        self.content = content
    }
}

/// What the log says about the texts that are to be found.
public enum KnowledgeChange: Sendable, Hashable {
    /// A new version, which ends the one before.
    case text(KnowledgeText)
    /// From this position on the entry is found no more.
    case retired(entry: String, at: Position)

    public var entry: String {
        switch self {
        case .text(let text): text.entry
        case .retired(let entry, _): entry
        }
    }

    public var position: Position {
        switch self {
        case .text(let text): text.position
        case .retired(_, let position): position
        }
    }
}
