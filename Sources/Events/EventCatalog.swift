public import Wire

/// Every event that a ledger can hold, by its number: to show one without knowing its stream.
public enum EventCatalog {
    /// Whether an event came from outside or was concluded.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case observation
        case decision
    }

    /// What the schema says of one event.
    public struct Entry: Sendable, Hashable {
        /// The number in the record's header.
        public let type: UInt16
        /// Such as `JobQueued`.
        public let name: String
        /// The name as a field of JSON, such as `jobQueued`.
        public let field: String
        public let kind: Kind
        /// The list it stands in: `job` for `JobEvent`.
        public let category: String
        /// The newest revision of its shape, counted from 1.
        public let revision: UInt8
    }

    /// In the order of their numbers.
    public static var entries: [Entry] { generatedEntries }

    /// Nil for a number that this build does not know.
    public static func entry(of type: UInt16) -> Entry? { byType[type] }

    /// Nil for a name that this build does not know.
    public static func entry(named name: String) -> Entry? { entries.first { $0.name == name } }

    /// An event's fields as JSON, in its newest shape.
    ///
    /// - Parameter revision: of the payload.
    /// - Throws: `WireError` if this build does not understand the event.
    public static func json(
        type: UInt16, revision: UInt8, payload: [UInt8], style: JSONStyle = .display
    ) throws(WireError) -> JSON {
        var reader = WireReader(payload.span.bytes)
        return try event(of: type, revision: revision, from: &reader).json(style: style)
    }

    private static let byType = Dictionary(uniqueKeysWithValues: generatedEntries.map { ($0.type, $0) })
}
