public import EventSourcing

/// A version of a knowledge entry, with the text that is to be found.
public struct KnowledgeText: Sendable, Hashable {
    public let entry: String
    public let version: StreamVersion
    public let collection: String
    /// Counts for every chunk of the text.
    public let title: String
    /// Markdown.
    public let text: String
    /// Where the version stands in the log: says which is newest.
    public let position: Position

    public init(
        entry: String, version: StreamVersion, collection: String, title: String, text: String, position: Position
    ) {
        self.entry = entry
        self.version = version
        self.collection = collection
        self.title = title
        self.text = text
        self.position = position
    }
}

/// A chunk that was found.
public struct Hit: Sendable, Hashable {
    public let entry: String
    public let version: StreamVersion
    public let collection: String
    public let title: String
    /// Counted from 1.
    public let chunk: UInt32
    /// How many chunks the entry has.
    public let chunks: UInt32
    public let text: String
    /// In millionths; 0 for one that was not searched for.
    public let scoreMillionths: Int64
    /// Estimated.
    public let tokens: UInt32
}
