public import Wire

/// Whether an event came from outside or was concluded.
public enum EventKind: UInt8, Sendable {
    /// It cannot be computed again: an answer of a model, a person's decision, the time.
    case observation = 0
    /// The pure core concluded it from the events before it, and can conclude it again.
    case decision = 1
}

/// One event as it lies in the log.
public struct RecordedEvent: Sendable, Equatable {
    public let position: Position
    public let stream: StreamName
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
    /// Who: `owner`, `driver`, `cli`. Never an address or a real name.
    public let actor: String
    /// The position of the event that caused it, often the observation of its turn; 0 for none.
    public let causation: Position
    /// The canonical bytes.
    public let payload: [UInt8]

    public init(
        position: Position, stream: StreamName, version: StreamVersion, previous: Position, commit: Position,
        index: UInt32, type: UInt16, revision: UInt8, kind: EventKind, time: Timestamp, actor: String,
        causation: Position, payload: [UInt8]
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
        self.actor = actor
        self.causation = causation
        self.payload = payload
    }
}

extension RecordedEvent {
    /// The payload as an event of this union, in its newest shape.
    public func decode<Union: EventUnion>(_: Union.Type = Union.self) throws(WireError) -> Union {
        try Union(type: type, revision: revision, from: payload.span.bytes)
    }
}
