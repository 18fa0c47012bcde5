public import Wire

/// One event, read where it lies in the log: nothing is copied or allocated.
///
/// It cannot outlive the closure that it is lent to.
public struct EventView: ~Escapable {
    public let header: EventHeader
    /// The canonical bytes.
    public let payload: RawSpan
    private let actorBytes: RawSpan
    /// Kept alive by whoever lends the view.
    private unowned(unsafe) let names: StreamNames
    /// Kept alive by whoever wants to know.
    private unowned(unsafe) var stopwatch: Stopwatch?

    /// - Parameters:
    ///   - actor: its UTF-8.
    ///   - names: gives the name of the stream, if somebody asks.
    @_lifetime(copy actor, copy payload)
    public init(_ header: EventHeader, actor: RawSpan, payload: RawSpan, names: StreamNames) {
        self.header = header
        self.payload = payload
        actorBytes = actor
        self.names = names
    }

    /// The same event; how long it takes to decode it is added up. The stopwatch must be kept as long as the view.
    @_lifetime(copy self)
    public func timed(by stopwatch: Stopwatch) -> EventView {
        var timed = self
        timed.stopwatch = stopwatch
        return timed
    }

    /// To be called before its payload is read, and what it says to be given to ``endDecoding(_:)`` afterwards.
    public func beginDecoding() -> UInt64 { stopwatch?.now() ?? 0 }

    public func endDecoding(_ begun: UInt64) { stopwatch?.add(since: begun) }

    /// The name of its stream.
    ///
    /// - Throws: `ReadFailure` if the log does not say it.
    public func stream() throws(ReadFailure) -> StreamName { try names.name(of: header.stream) }

    /// Who: `owner`, `driver`, `cli`. Never an address or a real name.
    public var actor: String { actorBytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }

    /// The payload as an event of this union, in its newest shape.
    @inlinable
    public func decode<Union: EventUnion>(_: Union.Type = Union.self) throws(WireError) -> Union {
        let begun = beginDecoding()
        defer { endDecoding(begun) }
        return try Union(type: header.type, revision: header.revision, from: payload)
    }

    /// Lends the same event with its payload in another shape.
    public func withPayload(
        _ payload: [UInt8], revision: UInt8, _ body: (borrowing EventView) throws -> Void
    ) throws {
        let header = EventHeader(
            position: header.position, stream: header.stream, version: header.version, previous: header.previous,
            commit: header.commit, index: header.index, type: header.type, revision: revision, kind: header.kind,
            time: header.time, causation: header.causation)
        try body(EventView(header, actor: actorBytes, payload: payload.span.bytes, names: names))
    }

    /// A copy that can be kept.
    public func copied() throws(ReadFailure) -> RecordedEvent {
        RecordedEvent(
            position: header.position, stream: try stream(), version: header.version, previous: header.previous,
            commit: header.commit, index: header.index, type: header.type, revision: header.revision,
            kind: header.kind, time: header.time, actor: actor, causation: header.causation,
            payload: payload.withUnsafeBytes { Array($0) })
    }
}

/// The names of streams by their numbers, each asked for once. For one thread.
public final class StreamNames {
    /// Names kept in memory; beyond this they are forgotten and asked for again.
    public static let namesMax = 65_536

    private var names: [Position: StreamName] = [:]
    private let find: (Position) throws(ReadFailure) -> StreamName

    /// - Parameter find: gives the name of the stream whose first event stands at this position.
    public init(_ find: @escaping (Position) throws(ReadFailure) -> StreamName) { self.find = find }

    public func name(of stream: Position) throws(ReadFailure) -> StreamName {
        if let name = names[stream] { return name }
        let name = try find(stream)
        learn(name, of: stream)
        return name
    }

    /// Says a name before anybody asks.
    public func learn(_ name: StreamName, of stream: Position) {
        if names.count >= Self.namesMax { names.removeAll(keepingCapacity: true) }
        names[stream] = name
    }
}

extension RecordedEvent {
    /// Lends a view of the copy.
    ///
    /// - Parameters:
    ///   - number: the number of its stream, which the copy does not carry.
    ///   - names: is told the stream's name.
    public func withView<Result: ~Copyable>(
        stream number: Position, names: StreamNames, _ body: (borrowing EventView) throws -> Result
    ) throws -> Result {
        names.learn(stream, of: number)
        return try body(
            EventView(
                EventHeader(self, stream: number), actor: actor.utf8.span.bytes, payload: payload.span.bytes,
                names: names))
    }
}
