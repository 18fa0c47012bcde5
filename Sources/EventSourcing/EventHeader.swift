/// What is known of an event without its payload: numbers only, so it is copied for nothing.
public struct EventHeader: Sendable, Hashable {
    public let position: Position
    /// The number of its stream: the position of the stream's first event.
    public let stream: Position
    /// Its place in the stream, counted from 1.
    public let version: StreamVersion
    /// The position of the stream's event before it; 0 for the first.
    public let previous: Position
    /// The position of the first event of its commit.
    public let commit: Position
    /// Its place in the commit, counted from 0.
    public let index: UInt32
    /// The event's number in the schema; the type of its payload.
    public let type: UInt16
    /// The revision of the payload's shape, counted from 1.
    public let revision: UInt8
    public let kind: EventKind
    public let time: Timestamp
    /// The position of the event that caused it; 0 for none.
    public let causation: Position

    @inlinable
    public init(
        position: Position, stream: Position, version: StreamVersion, previous: Position, commit: Position,
        index: UInt32, type: UInt16, revision: UInt8, kind: EventKind, time: Timestamp, causation: Position
    ) {
        self.position = position
        self.stream = stream
        self.version = version
        self.previous = previous
        self.commit = commit
        self.index = index
        self.type = type
        self.revision = revision
        self.kind = kind
        self.time = time
        self.causation = causation
    }
}

extension EventHeader {
    /// Of an event that was copied out of the log.
    ///
    /// - Parameter stream: the number of its stream, which the copy does not carry.
    public init(_ event: RecordedEvent, stream: Position) {
        self.init(
            position: event.position, stream: stream, version: event.version, previous: event.previous,
            commit: event.commit, index: event.index, type: event.type, revision: event.revision, kind: event.kind,
            time: event.time, causation: event.causation)
    }
}
