public import EventSourcing
import Events
import Wire

/// The view `jobs`: where every job stands. One row a job, under `job/<job>`.
public struct JobBoard: Projection {
    public static let name = "jobs"
    public static let revision: UInt32 = 2

    public init() {}

    public func reads(_ kind: EventShape) -> Bool { kind.isOf(.job) }

    public func apply(_ event: borrowing EventView, to rows: inout Rows) throws {
        let header = event.header
        guard try header.shape.list() == .job else { return }
        let memo = try JobBoardMemo.of(event, in: &rows)
        guard memo.isShown else { return }
        switch header.kind {
        case .observation: try fold(try event.read(), event, memo, &rows)
        case .decision: try fold(try event.read(), header, memo, &rows)
        }
    }

    private func fold(
        _ observed: JobObservation, _ event: borrowing EventView, _ memo: JobBoardMemo, _ rows: inout Rows
    ) throws {
        let header = event.header
        if case .jobQueued(let queued) = observed {
            let row = JobRow(queued, of: memo.places.job, header, by: event.actor)
            return rows.set(memo.file, to: JobFile(row))
        }
        guard memo.file.value != nil else { throw orphan(header) }
        let place = try memo.places.follow(observed, header, in: &rows)
        let named = place?.asked == .unknown ? try memo.places.place(place?.about ?? 0, in: &rows) : nil
        rows.change(memo.file) { file in
            file?.fold(observed, place, header, named: named)
            file?.settle(header)
        }
    }

    private func fold(
        _ decided: JobDecision, _ header: EventHeader, _ memo: JobBoardMemo, _ rows: inout Rows
    ) throws {
        guard memo.file.value != nil else { throw orphan(header) }
        let place = try memo.places.follow(decided, header, in: &rows)
        rows.change(memo.file) { file in
            file?.fold(decided, place, header)
            file?.settle(header)
        }
    }

    private func orphan(_ header: EventHeader) -> UnknownEvent {
        .orphan(header.shape.name, missing: "the job's first event")
    }

    static func key(_ job: String) -> String { RowKey.join("job", RowKey.part(job)) }
}

/// What the board works out once for a job's stream.
private final class JobBoardMemo {
    let isShown: Bool
    let places: JobPlaces
    let file: RowCell<JobFile>

    private init(_ stream: StreamName, in rows: inout Rows) throws {
        isShown = stream.isShown
        places = JobPlaces(stream)
        file = try rows.cell(JobBoard.key(places.job))
    }

    static func of(_ event: borrowing EventView, in rows: inout Rows) throws -> JobBoardMemo {
        let number = event.header.stream
        if let memo = rows.memo(of: number, as: JobBoardMemo.self) { return memo }
        let memo = try JobBoardMemo(try event.jobStream(), in: &rows)
        rows.keep(memo, of: number)
        return memo
    }
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

extension JobFile {
    /// What every event of the job changes.
    fileprivate mutating func settle(_ header: EventHeader) {
        row.version = header.version
        row.lastPosition = header.position
        derive(at: header.time)
    }
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
