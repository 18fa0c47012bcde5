public import Wire

/// An event on its way into the log.
public struct NewEvent: Sendable, Equatable {
    public let type: UInt16
    public let revision: UInt8
    public let kind: EventKind
    /// The canonical bytes.
    public let payload: [UInt8]
    /// The place in the commit (counted from 0) of the event that caused it; nil for none.
    public let cause: UInt32?

    public init(type: UInt16, revision: UInt8 = 1, kind: EventKind, payload: [UInt8], cause: UInt32? = nil) {
        self.type = type
        self.revision = revision
        self.kind = kind
        self.payload = payload
        self.cause = cause
    }

    /// An event in its newest shape.
    public init(_ event: some EventUnion, kind: EventKind, cause: UInt32? = nil) {
        self.init(
            type: event.type, revision: event.revision, kind: kind, payload: event.wireBytes, cause: cause)
    }
}

/// What a stream must look like for an append to be taken.
public enum ExpectedVersion: Sendable, Hashable {
    case any
    case exactly(StreamVersion)

    /// The stream must not exist yet.
    public static let noStream = ExpectedVersion.exactly(0)

    public func matches(_ version: StreamVersion) -> Bool {
        switch self {
        case .any: true
        case .exactly(let expected): expected == version
        }
    }
}

/// The events for one stream, in order.
public struct StreamAppend: Sendable, Equatable {
    public let stream: StreamName
    public let expected: ExpectedVersion
    public let events: [NewEvent]

    public init(_ events: [NewEvent], to stream: StreamName, expecting expected: ExpectedVersion) {
        self.stream = stream
        self.expected = expected
        self.events = events
    }
}

/// A truth of another stream that a commit relies on: checked inside the write transaction.
public struct Guard: Sendable, Hashable {
    public let stream: StreamName
    public let version: StreamVersion

    public init(_ stream: StreamName, at version: StreamVersion) {
        self.stream = stream
        self.version = version
    }
}

/// Names a commit for ever: 16 bytes, time-ordered (RFC 9562, version 7). Made by the World, never by a decider.
public struct CommitID: Hashable, Sendable, CustomStringConvertible {
    public let high: UInt64
    public let low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// From a time in microseconds and 74 bits of chance.
    public init(time: Timestamp, random: (UInt64, UInt64)) {
        let milliseconds = UInt64(bitPattern: time / 1_000) & 0xffff_ffff_ffff
        high = milliseconds << 16 | 0x7000 | random.0 & 0x0fff
        low = 0x8000_0000_0000_0000 | random.1 & 0x3fff_ffff_ffff_ffff
    }

    /// 32 hexadecimal digits.
    public var description: String {
        [high, low].map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}

/// Everything that becomes true at once, or not at all.
public struct NewCommit: Sendable {
    /// The largest commit, in events.
    public static let eventsMax = 16_384
    /// The largest payload of one event, in bytes: content belongs in artifacts.
    public static let payloadBytesMax = 65_536
    /// The largest artifact, in bytes.
    public static let artifactBytesMax = 16 << 20

    public var id: CommitID
    /// The one time of every event in it.
    public var time: Timestamp
    public var actor: String
    public var appends: [StreamAppend]
    public var guards: [Guard]
    /// The head that it must follow: the position of the last event before it; nil for any.
    public var expectedHead: Position?
    /// Contents that its events refer to by digest. One that is already kept is not kept twice.
    public var artifacts: [[UInt8]]

    public init(
        id: CommitID, time: Timestamp, actor: String, appends: [StreamAppend], guards: [Guard] = [],
        expectedHead: Position? = nil, artifacts: [[UInt8]] = []
    ) {
        self.id = id
        self.time = time
        self.actor = actor
        self.appends = appends
        self.guards = guards
        self.expectedHead = expectedHead
        self.artifacts = artifacts
    }
}
