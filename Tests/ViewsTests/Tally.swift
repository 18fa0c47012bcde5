import EventSourcing
import Events
import Wire

/// A small view for the store's own tests: each stream's events counted, and the newest stream of all.
struct Tally: Projection {
    static let name = "tally"
    static let revision: UInt32 = 1

    /// A planted bug: events of this position and later count double.
    var doublesFrom: Position = .max
    /// A planted bug: this stream is forgotten.
    var forgets: String?
    /// Events of this type are not understood.
    var stopsAt: UInt16?
    /// A row that cannot be kept.
    var badKey: String?

    struct Stop: Error, CustomStringConvertible {
        var description: String { "this event is beyond me" }
    }

    func apply(_ event: borrowing EventView, to rows: inout Rows) throws {
        let stream = try event.stream()
        rows["newest"] = Array(stream.description.utf8)
        if event.header.type == stopsAt { throw Stop() }
        if let badKey { rows[badKey] = [1] }
        guard stream.description != forgets else { return }
        let key = "count/\(stream)"
        let count = rows[key].flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0
        rows[key] = Array(String(count + (event.header.position >= doublesFrom ? 2 : 1)).utf8)
    }
}

/// The same view after its rows got another meaning.
struct NewTally: Projection {
    static let name = "tally"
    static let revision: UInt32 = 2

    func apply(_ event: borrowing EventView, to rows: inout Rows) throws {
        rows["head"] = Array(String(event.header.position).utf8)
    }
}

extension RowSource {
    /// Rows as text, for a look.
    func texts(_ prefix: String = "") throws -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: try rows(startingWith: prefix, after: nil, limit: .max)
                .map { ($0.key, String(decoding: $0.bytes, as: UTF8.self)) })
    }
}

extension Book {
    /// Writes an event that says little.
    func note(_ stream: String, _ count: Int = 1) async throws {
        try await write(stream, (0..<count).map { _ in JobObservation.jobResumed(JobResumed()) })
    }
}
