import EventSourcing
import Events
import Ledger
import Views
import Wire

/// A log in memory that is written event by event.
final class Book {
    let log = MemoryLog()
    /// Of the next commit; each is a second later.
    var time: Timestamp = 1_000_000_000_000_000
    private var commits: UInt64 = 0

    static let second: Timestamp = 1_000_000

    /// One commit to one stream.
    func write(_ stream: String, by actor: String = "driver", _ events: any EventUnion...) async throws {
        try await write(stream, by: actor, events)
    }

    func write(_ stream: String, by actor: String = "driver", _ events: [any EventUnion]) async throws {
        try await write(
            stream, by: actor,
            raw: events.map { event in
                let kind: EventKind = event is JobDecision ? .decision : .observation
                return NewEvent(event, kind: kind)
            })
    }

    func write(_ stream: String, by actor: String = "driver", raw events: [NewEvent]) async throws {
        commits += 1
        time += Self.second
        _ = try await log.append(
            NewCommit(
                id: CommitID(time: time, random: (commits, commits)), time: time, actor: actor,
                appends: [StreamAppend(events, to: StreamName(stream), expecting: .any)]))
    }

    var head: Position { log.head() }

    var events: [RecordedEvent] { log.events(after: 0, limit: .max) }

    /// The rows after all events.
    func rows(_ projection: some Projection) throws -> MemoryRows {
        var rows = MemoryRows()
        for event in events { try projection.apply(event, to: &rows) }
        return rows
    }
}

/// A digest to tell by its letter.
func digest(_ text: String) -> Digest { Digest.of(Array(text.utf8)) }
