public import Wire

/// Rows that can be read: those of a view, or some in memory.
public protocol RowSource {
    /// The row under a key; nil if there is none.
    func row(_ key: String) throws -> [UInt8]?

    /// The first rows whose keys have this prefix, sorted.
    ///
    /// - Parameters:
    ///   - after: only keys behind this one; nil for all.
    ///   - limit: at most so many.
    func rows(startingWith prefix: String, after: String?, limit: Int) throws -> [Row]
}

/// A row and its key.
public struct Row: Sendable, Hashable {
    /// The longest key, in bytes.
    public static let keyBytesMax = 480

    public let key: String
    /// The canonical bytes.
    public let bytes: [UInt8]

    public init(key: String, bytes: [UInt8]) {
        self.key = key
        self.bytes = bytes
    }
}

extension RowSource {
    /// The row under a key, as a message; nil if there is none.
    public func row<Message: WireMessage>(_ key: String, as _: Message.Type) throws -> Message? {
        try row(key).map { try Message(wireBytes: $0) }
    }

    /// The first rows whose keys have this prefix, as messages, sorted by key.
    public func rows<Message: WireMessage>(
        startingWith prefix: String, as _: Message.Type, limit: Int = .max
    ) throws -> [Message] {
        try rows(startingWith: prefix, after: nil, limit: limit).map { try Message(wireBytes: $0.bytes) }
    }
}

/// Rows in memory, for views that need no file.
public struct MemoryRows: Rows, RowSource, Sendable, Equatable {
    private var bytes: [String: [UInt8]] = [:]

    public init() {}

    public subscript(key: String) -> [UInt8]? {
        get { bytes[key] }
        set { bytes[key] = newValue }
    }

    public func keys(startingWith prefix: String) -> [String] {
        bytes.keys.filter { $0.hasPrefix(prefix) }.sorted()
    }

    public func row(_ key: String) -> [UInt8]? { bytes[key] }

    public func rows(startingWith prefix: String, after: String?, limit: Int) -> [Row] {
        let keys = keys(startingWith: prefix).drop { key in after.map { key <= $0 } ?? false }
        return keys.prefix(limit).compactMap { key in bytes[key].map { Row(key: key, bytes: $0) } }
    }
}
