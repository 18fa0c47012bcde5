public import EventSourcing
import Events
import Wire

/// The view `inbox`: what waits for a person. One row an open approval, under `open/<job>/<version>`.
public struct Inbox: Projection {
    public static let name = "inbox"
    public static let revision: UInt32 = 1

    public init() {}

    public func reads(_ kind: EventShape) -> Bool { kind.isOf(.job) }

    public func apply(_ event: borrowing EventView, to rows: inout Rows) throws {
        let record = try event.copied()
        guard let event = try record.jobEvent() else { return }
        let job = record.id
        switch event {
        case .observed(.approvalDecided(let event)): rows[Self.key(job, event.approval)] = nil
        case .decided(.approvalExpired(let event)): rows[Self.key(job, event.approval)] = nil
        case .decided(.approvalWithdrawn(let event)): rows[Self.key(job, event.approval)] = nil
        case .decided(.jobCompleted), .decided(.jobFailed), .decided(.jobCancelled):
            for key in rows.keys(startingWith: Self.prefix(job)) { rows[key] = nil }
        case .decided(.approvalReminded(let event)):
            guard var row: InboxRow = try rows.row(Self.key(job, event.approval)) else { break }
            row.reminders += 1
            try rows.set(Self.key(job, event.approval), to: row)
        case .decided(.approvalRequested(let event)):
            try rows.set(Self.key(job, record.version), to: InboxRow(event, record))
        default: break
        }
    }

    private static func prefix(_ job: String) -> String { RowKey.join("open", RowKey.part(job), "") }

    private static func key(_ job: String, _ approval: StreamVersion) -> String {
        prefix(job) + RowKey.version(approval)
    }
}

// MARK: - Reading
extension Inbox {
    /// Everything that waits, the longest waiting first.
    public static func rows(in rows: some RowSource) throws -> [InboxRow] {
        try rows.rows(startingWith: "open/", as: InboxRow.self).sorted { $0.position < $1.position }
    }

    /// What waits of one job, the longest waiting first.
    public static func rows(of job: String, in rows: some RowSource) throws -> [InboxRow] {
        try rows.rows(startingWith: prefix(job), as: InboxRow.self)
    }

    /// One open approval; nil if it was answered.
    public static func row(of job: String, approval: StreamVersion, in rows: some RowSource) throws -> InboxRow? {
        try rows.row(key(job, approval), as: InboxRow.self)
    }
}

extension InboxRow {
    init(_ event: ApprovalRequested, _ record: RecordedEvent) {
        self.init(
            job: record.id, step: event.step, approval: record.version, kind: event.kind, subject: event.subject,
            allowed: event.allowed, consequences: event.consequences, expiresUs: event.expiresUs, about: event.about,
            position: record.position, sinceUs: record.time, reminders: 0)
    }
}
