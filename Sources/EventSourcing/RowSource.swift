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

    /// Whether a row can be kept under this key.
    public static func isValid(key: String) -> Bool {
        1...keyBytesMax ~= key.utf8.count && key.utf8.allSatisfy { 0x20...0x7e ~= $0 }
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
