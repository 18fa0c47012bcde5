public import Wire

/// The log: the one place where truth is kept. LMDB is one adapter, memory another; both pass one contract suite.
public protocol EventLog: Sendable {
    /// Makes a commit durable, whole or not at all.
    ///
    /// When it returns, the commit is flushed. A commit that is already in the log under its id is not written again:
    /// the receipt says so. The same id with other events is refused as invalid.
    func append(_ commit: NewCommit) async throws(AppendFailure) -> Receipt

    /// The position of the last event; 0 for an empty log.
    func head() throws(ReadFailure) -> Position

    /// Up to `limit` events behind a position, in order.
    func events(after position: Position, limit: Int) throws(ReadFailure) -> [RecordedEvent]

    /// The events of one stream behind a version, oldest first; empty for a stream that does not exist.
    func events(of stream: StreamName, after version: StreamVersion) throws(ReadFailure) -> [RecordedEvent]

    /// Lends the events behind a position, in order, until the body says false or `limit` were lent.
    ///
    /// Nothing is copied where the log can help it. A reader may take as long as it likes: what it sees is renewed now
    /// and then, and events that came meanwhile are lent too.
    /// - Returns: the position of the last event lent; `position` if there was none.
    /// - Throws: `ReadFailure`, or what the body throws.
    @discardableResult
    func forEachEvent(
        after position: Position, limit: Int, _ body: (borrowing EventView) throws -> Bool
    ) throws -> Position

    /// Lends the events of one stream behind a version, oldest first, until the body says false.
    ///
    /// - Throws: `ReadFailure`, or what the body throws.
    func forEachEvent(
        of stream: StreamName, after version: StreamVersion, _ body: (borrowing EventView) throws -> Bool
    ) throws

    /// The number of events in a stream; 0 for one that does not exist.
    func version(of stream: StreamName) throws(ReadFailure) -> StreamVersion

    /// The names of all streams of a category, sorted.
    func streams(in category: String) throws(ReadFailure) -> [StreamName]

    /// The positions of a commit's events, by the commit's id.
    func commit(_ id: CommitID) throws(ReadFailure) -> ClosedRange<Position>?

    /// A commit as one byte string, by its id; nil if it is not in the log.
    func record(of id: CommitID) throws(ReadFailure) -> CommitRecord?

    /// The bytes with this SHA-256; nil if the log does not keep them.
    func artifact(_ digest: Digest) throws(ReadFailure) -> [UInt8]?

    /// The digests of kept artifacts that start with these hexadecimal digits, at most `limit`.
    func artifacts(startingWith hex: String, limit: Int) throws(ReadFailure) -> [Digest]

    /// Waits until the log has grown beyond a position, also by another process; returns the new head.
    ///
    /// - Throws: `ReadFailure`, also when the task is cancelled.
    func grown(beyond position: Position) async throws(ReadFailure) -> Position
}

extension EventLog {
    /// Every event behind a position, in order: first what is there, then what comes, until cancelled.
    ///
    /// Each element is a batch of at most `limit` events.
    public func subscribe(
        from position: Position, limit: Int = 1_024
    ) -> AsyncThrowingStream<[RecordedEvent], any Error> {
        AsyncThrowingStream { continuation in
            let reading = Task {
                var place = position
                do {
                    while !Task.isCancelled {
                        let batch = try events(after: place, limit: limit)
                        if let last = batch.last {
                            place = last.position
                            continuation.yield(batch)
                        } else {
                            _ = try await grown(beyond: place)
                        }
                    }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in reading.cancel() }
        }
    }
}

/// Why a commit was not taken. Nothing of it is in the log, unless the outcome is unknown.
public enum AppendFailure: Error, Sendable, Hashable {
    /// A stream does not stand where the commit expected it.
    case wrongExpectedVersion(stream: StreamName, expected: StreamVersion, actual: StreamVersion)
    /// A guarded stream has moved.
    case guardFailed(stream: StreamName, expected: StreamVersion, actual: StreamVersion)
    /// The log does not end where the commit expected it.
    case wrongExpectedHead(expected: Position, actual: Position)
    /// The commit breaks a named limit, or names a stream twice.
    case invalid(String)
    /// The log could not be written; acknowledged events are intact. In words for the user.
    case unavailable(String)
    /// It may or may not have been taken: send the same commit again, or ask for its id.
    case outcomeUnknown(String)
}

/// Why the log could not be read, in words for the user.
public struct ReadFailure: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}
