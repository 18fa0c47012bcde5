extension EventLog {
    /// Events copied at a time by a log that cannot lend its own memory.
    private var copiesMax: Int { 4_096 }

    /// Every event behind a position.
    @discardableResult
    public func forEachEvent(
        after position: Position, _ body: (borrowing EventView) throws -> Bool
    ) throws -> Position {
        try forEachEvent(after: position, limit: .max, body)
    }
}

// MARK: - For logs that can only copy
extension EventLog {
    @discardableResult
    public func forEachEvent(
        after position: Position, limit: Int, _ body: (borrowing EventView) throws -> Bool
    ) throws -> Position {
        var lender = CopyLender(self)
        var place = position
        var rest = limit
        while rest > 0 {
            let events = try events(after: place, limit: min(rest, copiesMax))
            if events.isEmpty { break }
            for event in events {
                place = event.position
                guard try lender.lend(event, to: body) else { return place }
            }
            rest -= events.count
        }
        return place
    }

    public func forEachEvent(
        of stream: StreamName, after version: StreamVersion, _ body: (borrowing EventView) throws -> Bool
    ) throws {
        var lender = CopyLender(self)
        for event in try events(of: stream, after: version) {
            guard try lender.lend(event, to: body) else { return }
        }
    }
}

/// Lends views of copies: finds the numbers of their streams.
private struct CopyLender<Log: EventLog> {
    private let log: Log
    private var numbers: [StreamName: Position] = [:]
    private let names = StreamNames { number throws(ReadFailure) in
        throw ReadFailure("the stream number \(number) was never lent")
    }

    init(_ log: Log) { self.log = log }

    mutating func lend(_ event: RecordedEvent, to body: (borrowing EventView) throws -> Bool) throws -> Bool {
        try event.withView(stream: try number(of: event), names: names, body)
    }

    private mutating func number(of event: RecordedEvent) throws(ReadFailure) -> Position {
        if event.version == 1 {
            numbers[event.stream] = event.position
            return event.position
        }
        if let number = numbers[event.stream] { return number }
        guard let first = try log.events(of: event.stream, after: 0).first else {
            throw ReadFailure("the stream \(event.stream) has no first event")
        }
        numbers[event.stream] = first.position
        return first.position
    }
}
