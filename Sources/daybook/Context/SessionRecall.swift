import Coordinator
import EventSourcing
import Events
import Jobs
import Sealing
import ViewStore
import Views
import Wire

/// What a role is shown of its last exchanges: which, in what words, and until when.
///
/// What a person changed or refused comes before the rest, for it says most to the next draft; then the newest. Each
/// gets an equal share of the session's tokens, and they are shown in the order in which they happened.
struct SessionRecall {
    /// One item, as it would be shown.
    struct Item {
        let label: String
        /// Of its row in the view.
        let key: String
        let content: Content
        let tokens: UInt32
        let said: Timestamp
        /// Not shown from then on.
        let expires: Timestamp
        /// Nil for a job that this one continues.
        let exchange: ExchangeRow?
    }

    /// What is not shown, and why.
    struct Left {
        let label: String
        let key: String
        let tokens: UInt32
        let reason: CutReason
    }

    private(set) var shown: [Item] = []
    private(set) var left: [Left] = []

    /// Jobs of a lineage that are shown.
    static let triesMax = 3
    /// A smaller share of the tokens would say nothing.
    static let shareMin: UInt32 = 50

    private let workplace: Workplace
    private let subjects: Set<SubjectID>
    private let ttl: Timestamp
    private let now: Timestamp

    /// - Parameters:
    ///   - customer: whom the exchanges are about; empty for nobody.
    ///   - subjects: whom the job is about. What is about anybody else is not shown to it, whoever its customer is.
    ///   - job: the job at work, whose lineage is shown; nil for none.
    ///   - now: what is older than the policy allows by then is not shown, even if it is still kept.
    init(
        of agent: String, with customer: String, about subjects: Set<SubjectID>, _ policy: SessionPolicy,
        for job: String?, in workplace: Workplace, at now: Timestamp
    ) throws {
        self.workplace = workplace
        self.subjects = subjects
        self.now = now
        ttl = min(Timestamp(clamping: policy.ttlMs), Sessions.keptUsMax / 1_000) * 1_000
        let view = try workplace.view(Sessions())
        let knowledge = try workplace.view(KnowledgeIndex())
        var fresh: [ExchangeRow] = []
        for row in try Sessions.exchanges(of: agent, with: customer, in: view)
        where isFresh(row) && isReadable(row.contents) {
            if try row.restsOn.contains(where: {
                try KnowledgeIndex.isTakenBack($0.version, of: $0.entry, in: knowledge)
            }) {
                left.append(Left(label: SessionLabel.exchanges, key: row.key, tokens: 0, reason: .takenBack))
            } else {
                fresh.append(row)
            }
        }
        // Stable: within each group the newest stay first.
        let ordered = fresh.filter(\.isOverridden) + fresh.filter { !$0.isOverridden }
        let wanted = ordered.prefix(Int(policy.turns))
        let tries = try job.map { try self.tries(before: $0, about: customer, in: view) } ?? []
        let share = max(Self.shareMin, policy.tokens / UInt32(max(1, wanted.count + tries.count)))
        for row in ordered.dropFirst(wanted.count) { leave(row, .count, share) }
        var room = policy.tokens
        for candidate in tries.map({ item($0, share) }) + wanted.map({ item($0, share) }) {
            guard let candidate else { continue }
            if candidate.tokens <= room {
                room -= candidate.tokens
                shown.append(candidate)
            } else {
                let (label, key) = (candidate.label, candidate.key)
                left.append(Left(label: label, key: key, tokens: candidate.tokens, reason: .budget))
            }
        }
        shown.sort { ($0.said, $0.key) < ($1.said, $1.key) }
    }

    private func expiry(_ row: ExchangeRow) -> Timestamp { min(row.untilUs, expiry(of: row.saidUs)) }

    /// The end of all time at the latest.
    private func expiry(of said: Timestamp) -> Timestamp {
        let (expiry, isTooLate) = said.addingReportingOverflow(ttl)
        return isTooLate ? .max : expiry
    }

    private func isFresh(_ row: ExchangeRow) -> Bool { now < expiry(row) }

    /// Whether nothing of it is erased, nor about somebody whom the job is not about.
    private func isReadable(_ contents: [Digest]) -> Bool {
        let shelf = workplace.artifacts
        return shelf.about(contents).isSubset(of: subjects) && contents.allSatisfy { shelf.bytes($0) != nil }
    }

    private mutating func leave(_ row: ExchangeRow, _ reason: CutReason, _ share: UInt32) {
        let tokens = item(row, share)?.tokens ?? 0
        left.append(Left(label: SessionLabel.exchanges, key: row.key, tokens: tokens, reason: reason))
    }

    private func tries(before job: String, about customer: String, in view: any RowSource) throws -> [SessionJobRow] {
        try Sessions.jobs(continuedBy: job, about: customer, in: view)
            .filter { now < expiry(of: $0.lastUs) && isReadable($0.contents) }
            .prefix(Self.triesMax).map(\.self)
    }
}

// MARK: - In words
extension SessionRecall {
    private func item(_ row: ExchangeRow, _ share: UInt32) -> Item? {
        let text = SessionText(exchange: row, reading: workplace.artifacts).cut(toBytes: Int(share) * 4)
        let content = observed(text, from: row.contents)
        return Item(
            label: SessionLabel.exchanges, key: row.key, content: content,
            tokens: tokenEstimate(ofBytes: content.clear.count), said: row.saidUs, expires: expiry(row), exchange: row)
    }

    private func item(_ row: SessionJobRow, _ share: UInt32) -> Item? {
        let text = SessionText(job: row, reading: workplace.artifacts).cut(toBytes: Int(share) * 4)
        let content = observed(text, from: row.contents)
        return Item(
            label: SessionLabel.tries, key: row.key, content: content,
            tokens: tokenEstimate(ofBytes: content.clear.count), said: row.lastUs, expires: expiry(of: row.lastUs),
            exchange: nil)
    }

    /// About everybody whom anything in it is about.
    private func observed(_ text: String, from contents: [Digest]) -> Content {
        let shelf = workplace.artifacts
        return shelf.observed(Array(text.utf8), about: shelf.about(contents))
    }
}

extension ExchangeRow {
    /// Everything that its text is made of, and what its job was given.
    fileprivate var contents: [Digest] {
        [inputs, with, output] + notes + [verdict?.comment, verdict?.output].compactMap(\.self)
    }

    /// Whether a person did not let the answer stand.
    fileprivate var isOverridden: Bool {
        guard let verdict else { return byPerson }
        return byPerson || verdict.state != .approved
    }
}

extension SessionJobRow {
    /// Everything that its text is made of, and what it was given.
    fileprivate var contents: [Digest] { [inputs] + notes }
}
