public import EventSourcing
import Events
import Wire

/// The view `jobs`: where every job stands. One row a job, under `job/<job>`.
public struct JobBoard: Projection {
    public static let name = "jobs"
    public static let revision: UInt32 = 1

    public init() {}

    public func apply(_ record: RecordedEvent, to rows: inout some Rows) throws {
        guard let event = try record.jobEvent() else { return }
        let key = Self.key(record.id)
        let places = JobPlaces(job: record.id)
        if case .observed(.jobQueued(let queued)) = event {
            rows.set(key, to: JobRow(queued, record))
            return
        }
        guard var row: JobRow = try rows.row(key) else {
            throw UnknownEvent.orphan(record.name, missing: "the job's first event")
        }
        let place = try places.follow(event, record, in: &rows)
        switch event {
        case .observed(let observed): try row.fold(observed, place, record) { try places.place($0, in: rows) }
        case .decided(let decided): row.fold(decided, place, record)
        }
        row.version = record.version
        row.lastPosition = record.position
        row.derive(at: record.time)
        rows.set(key, to: row)
    }

    static func key(_ job: String) -> String { RowKey.join("job", RowKey.part(job)) }
}

// MARK: - Reading
extension JobBoard {
    /// A job's row; nil if there is no such job.
    public static func row(of job: String, in rows: some RowSource) throws -> JobRow? {
        try rows.row(key(job), as: JobRow.self)
    }

    /// All jobs, the oldest first.
    public static func rows(in rows: some RowSource) throws -> [JobRow] {
        try rows.rows(startingWith: "job/", as: JobRow.self).sorted { $0.firstPosition < $1.firstPosition }
    }
}
