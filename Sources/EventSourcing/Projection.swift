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

/// The rows of one view: canonical bytes by key.
public protocol Rows {
    subscript(key: String) -> [UInt8]? { get set }
    /// The keys with this prefix, sorted.
    func keys(startingWith prefix: String) -> [String]
}
