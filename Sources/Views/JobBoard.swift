public import EventSourcing
import Events
import Wire

/// The view `jobs`: where every job stands. One row a job, under `job/<job>`, which also says which steps its first
/// events belong to; those of later events stand under `at/<job>/<version / 64>`.
public struct JobBoard: Projection {
    public static let name = "jobs"
    public static let revision: UInt32 = 4

    public init() {}

    public func reads(_ kind: EventShape) -> Bool { kind.isOf(.job) }

    public func apply(_ event: borrowing EventView, to rows: inout Rows) throws {
        let header = event.header
        guard try header.shape.list() == .job else { return }
        let memo = try JobBoardMemo.of(event, in: &rows)
        guard memo.isShown else { return }
        if header.jobEventType == .jobQueued {
            guard case .jobQueued(let queued) = try event.read(JobObservation.self) else { return }
            let row = JobRow(queued, of: memo.job, header, by: event.actor)
            return rows.set(memo.file, to: JobFile(row))
        }
        guard memo.file.isThere else {
            throw UnknownEvent.orphan(header.shape.name, missing: "the job's first event")
        }
        let turn = JobBoardTurn(header: header, memo: memo)
        try event.newest { event in try turn.fold(event, in: &rows) }
    }

    static func key(_ job: String) -> String { RowKey.join("job", RowKey.part(job)) }
}

extension EventView {
    /// The stream of an event of a job.
    ///
    /// - Throws: if it stands in a stream of another kind, and is shown.
    func jobStream() throws -> StreamName {
        let stream = try stream()
        guard !stream.isShown || stream.category == "job" && !stream.id.isEmpty else {
            throw UnknownEvent.stream(of: header.shape.name)
        }
        return stream
    }
}

// MARK: - Reading
extension JobBoard {
    /// A job's row; nil if there is no such job.
    public static func row(of job: String, in rows: some RowSource) throws -> JobRow? {
        try rows.row(key(job), as: JobFileRow.self)?.job
    }

    /// All jobs, the oldest first.
    public static func rows(in rows: some RowSource) throws -> [JobRow] {
        try rows.rows(startingWith: "job/", as: JobFileRow.self).map(\.job)
            .sorted { $0.firstPosition < $1.firstPosition }
    }
}
