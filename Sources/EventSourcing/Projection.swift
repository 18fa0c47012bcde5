public import Wire

/// A fold of many streams into rows that can be read. Pure: the same events give the same rows, always.
public protocol Projection: Sendable {
    /// What people call the view: `jobs`, `inbox`.
    static var name: String { get }
    /// Raised when the meaning of the rows changes; a view of another revision is rebuilt.
    static var revision: UInt32 { get }

    /// Applies one event to the rows.
    ///
    /// - Throws: for an event that it should understand and does not. The view stops there and says so.
    func apply(_ event: RecordedEvent, to rows: inout some Rows) throws
}

/// The rows of one view, while events are folded into them: canonical bytes by key.
///
/// A key is printable ASCII, 1 to `Row.keyBytesMax` bytes.
public protocol Rows {
    subscript(key: String) -> [UInt8]? { get set }
    /// The keys with this prefix, sorted.
    func keys(startingWith prefix: String) -> [String]
}

extension Rows {
    /// The row under a key, as a message.
    ///
    /// - Throws: `WireError` if the bytes are not one.
    public func row<Message: WireMessage>(
        _ key: String, as _: Message.Type = Message.self
    ) throws(WireError) -> Message? {
        guard let bytes = self[key] else { return nil }
        return try Message(wireBytes: bytes)
    }

    /// Puts a row under a key, in place of what was there.
    public mutating func set(_ key: String, to row: some WireMessage) {
        self[key] = row.wireBytes
    }
}
