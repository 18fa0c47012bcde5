public import EventSourcing
import Events
import Wire

/// The view `timeline`: every event in one line, under `event/<position>`.
public struct Timeline: Projection {
    public static let name = "timeline"
    public static let revision: UInt32 = 2

    public init() {}

    public func apply(_ event: borrowing EventView, to rows: inout Rows) throws {
        let record = try event.copied()
        guard let known = try record.known() else { return }
        var place: PlaceRow?
        if case .job(let job) = known {
            place = try rows.places(of: event).follow(job, event.header, in: &rows)
        }
        try rows.set(
            Self.key(record.position),
            to: TimelineRow(
                position: record.position, timeUs: record.time, stream: record.stream.description,
                version: record.version, event: record.name, decision: record.kind == .decision, actor: record.actor,
                step: place?.step ?? "", item: place?.item ?? "", line: known.line(place),
                causation: record.causation))
    }

    private static func key(_ position: Position) -> String { RowKey.join("event", RowKey.position(position)) }
}

// MARK: - Reading
extension Timeline {
    /// One event; nil if there is none at this position, or if no view shows it.
    public static func row(at position: Position, in rows: some RowSource) throws -> TimelineRow? {
        try rows.row(key(position), as: TimelineRow.self)
    }

    /// The events behind a position, at most `limit`.
    public static func rows(after position: Position, limit: Int, in rows: some RowSource) throws -> [TimelineRow] {
        try rows.rows(startingWith: "event/", after: key(position), limit: limit)
            .map { try TimelineRow(wireBytes: $0.bytes) }
    }
}
