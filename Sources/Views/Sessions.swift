public import EventSourcing
import Events
import Wire

/// The view `session`: what each role was asked last, what it answered, and what a person did with that.
///
/// A cache, by the events' own times: rows leave it by age, by number and by size, so it stays small however long the
/// log is. What it lost, it never knew; no job needs it. It holds digests, and no text.
///
/// Keys: `said/<job>@<task>`, `session/<agent>/<customer>`, `course/<job>`, and what is to be forgotten when: `queue`,
/// `due/<number>`.
public struct Sessions: Projection {
    public static let name = "session"
    public static let revision: UInt32 = 2

    /// The longest that anything is kept, in microseconds: 30 days.
    public static let keptUsMax: Timestamp = 30 * 86_400_000_000
    /// Exchanges that are kept of one role with one customer.
    public static let exchangesMax = 20
    /// The bytes of their rows.
    public static let bytesMax: UInt32 = 32_768
    /// Roles with their customers, and jobs, that are remembered at once.
    public static let rowsMax: UInt64 = 4_096

    /// What says nothing about an exchange.
    private static let silent: Set<String> = [
        "JobAdmitted", "CallEnded", "LateResult", "EffectLeased", "EffectEnded", "TimerFired", "InputReverted",
        "JobPaused", "JobResumed", "CancelAsked", "JobRepinned", "OutcomeRecorded", "CallRequested", "TaskFailed",
        "ApprovalReminded", "ApprovalExpired", "ApprovalWithdrawn", "EffectStarted", "TimerSet",
    ]

    public init() {}

    public func reads(_ kind: EventShape) -> Bool {
        guard kind.isOf(.job) else { return false }
        do throws(UnknownEvent) {
            return try kind.list() != .job || !Self.silent.contains(kind.name)
        } catch {
            return true
        }
    }

    public func apply(_ event: borrowing EventView, to rows: inout Rows) throws {
        let header = event.header
        guard try header.shape.list() == .job else { return }
        guard let type = header.jobEventType else { throw UnknownEvent.type(header.type) }
        let job = try SessionJob.of(event, in: &rows)
        guard job.isShown else { return }
        try event.newest { event in try job.fold(event, type, &rows) }
        try rows.forgetSessions(at: header.time)
    }

    // MARK: - Keys

    static func course(_ job: String) -> String { RowKey.join("course", RowKey.part(job)) }

    static func session(_ agent: String, _ customer: String) -> String {
        RowKey.join("session", RowKey.part(agent), RowKey.part(customer))
    }

    /// The key of an exchange, as `ContextItem.view` names it: what a job's task was asked, and what came of it.
    public static func said(_ job: String, _ task: StreamVersion) -> String {
        RowKey.join("said", RowKey.part(job) + "@" + String(task))
    }
}

// MARK: - Reading
extension Sessions {
    /// The exchanges that are kept of a role with a customer, the newest first; some may be older than they may be
    /// shown.
    ///
    /// - Parameter customer: empty for nobody.
    public static func exchanges(
        of agent: String, with customer: String, in rows: some RowSource
    ) throws -> [ExchangeRow] {
        let places = try rows.row(session(agent, customer), as: SessionRow.self)?.exchanges ?? []
        return try places.reversed().compactMap { place in
            try rows.row(said(place.job, place.task), as: ExchangeRow.self)
        }.filter { $0.agent == agent && $0.customer == customer }
    }

    /// The jobs that a job continues, the nearest first, as far as they are remembered and about the same customer.
    public static func jobs(
        continuedBy job: String, about customer: String, in rows: some RowSource
    ) throws -> [SessionJobRow] {
        var found: [SessionJobRow] = []
        var next = try rows.row(Self.course(job), as: SessionJobRow.self)?.source ?? ""
        for _ in 0..<lineageMax where !next.isEmpty {
            guard let row: SessionJobRow = try rows.row(Self.course(next), as: SessionJobRow.self) else { break }
            if row.customer == customer { found.append(row) }
            next = row.source
        }
        return found
    }

    /// Jobs of a lineage that are looked at.
    public static let lineageMax = 8
}

extension ExchangeRow {
    /// The key of this row in the view `session`: what `ContextAssembled` names when it shows the exchange.
    public var key: String { Sessions.said(job, task) }

    /// When something was said in it last: the answer, or what a person said to it.
    public var saidUs: Timestamp { verdict?.atUs ?? atUs }
}

extension SessionJobRow {
    /// The key of this row in the view `session`.
    public var key: String { Sessions.course(job) }
}
