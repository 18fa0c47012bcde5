import Coordinator
import EventSourcing
import Events
import Jobs
import Knowledge
import Ledger
import Views
import Wire
import Workspace

/// What agents would have the business know: nobody is shown it before a person, or a rule, has accepted it.
struct ProposalBook {
    static let category = "proposal"
    /// Things that one step can propose.
    static let perStepMax = 16

    let book: KnowledgeBook
    private var workplace: Workplace { book.workplace }

    init(_ book: KnowledgeBook) { self.book = book }

    static func stream(_ id: String) -> StreamName { StreamName(category: category, id: id) }

    /// What became of a proposal.
    struct Outcome {
        let id: String
        let entry: String
        /// Nil while it waits.
        let verdict: ProposalVerdict?
        /// The rule that decided; empty for none.
        let rule: String
        /// The entry's new version; 0 for none.
        let version: StreamVersion
        /// Nil if all of this was so already.
        let position: Position?
        let noted: [ContradictionRow]
    }

    /// Every proposal, the longest waiting first.
    func rows(decided: Bool) throws -> [ProposalRow] {
        do {
            return try KnowledgeIndex.proposals(in: workplace.view(KnowledgeIndex()), decided: decided)
        } catch {
            throw Complaint(error)
        }
    }

    /// One that waits; complains if there is none.
    func waiting(_ id: String) throws -> ProposalRow {
        guard let row = try rows(decided: true).first(where: { $0.proposal == id }) else {
            throw Complaint("there is no proposal \(id)", hint: "daybook knowledge proposals", status: .notFound)
        }
        if let decided = row.decided {
            throw Complaint(
                "\(id) was \(decided.verdict.word) @\(row.decidedPosition)",
                hint: "daybook knowledge history \(row.entry)", status: .usage)
        }
        return row
    }
}

// MARK: - Proposing
extension ProposalBook {
    /// Writes down a proposal, and what follows at once: text that only repeats what its job was shown is refused, and
    /// a rule of the workspace may accept it.
    ///
    /// - Parameters:
    ///   - id: made from where it comes from, so that nothing is proposed twice.
    ///   - draft: its source is an event of a job.
    ///   - accepting: the rule that allows it; nil if it waits for a person.
    func propose(
        _ draft: KnowledgeDraft, id: String, because why: EntryReasons, accepting rule: String?, actor: String
    ) async throws -> Outcome {
        guard case .job(let source) = draft.source else {
            throw Complaint("a proposal says from which job it comes", status: .usage)
        }
        try workplace.requireWritable()
        let last = try book.versions(of: draft.id).last
        let proposed = EntryProposed(
            entry: draft.id, base: last?.version ?? 0, content: draft.content, source: draft.source,
            reason: why.reason?.digest, evidence: why.evidence)
        let time = workplace.world.now()
        do {
            var session = try StreamSession(ProposalDecider(), on: Self.stream(id), in: workplace.ledger)
            if session.state.proposed != nil {
                return Outcome(
                    id: id, entry: draft.id, verdict: session.state.decided?.verdict,
                    rule: session.state.decided?.rule ?? "", version: session.state.decided?.version ?? 0,
                    position: nil, noted: [])
            }
            try session.take(.entryProposed(proposed), at: time)
            var verdict: ProposalDecided?
            if Echo(of: try book.recalled(into: source.job)).isAll(of: draft.statement.body) {
                verdict = ProposalDecided(verdict: .rejected, rule: Self.echoRule, version: 0)
            } else if let rule, last?.content.isSame(as: draft.content) != true {
                verdict = ProposalDecided(verdict: .accepted, rule: rule, version: (last?.version ?? 0) + 1)
            }
            if let verdict { try session.take(.proposalDecided(verdict), at: time) }
            guard let append = session.append() else { throw ProposalRejection.exists }
            var reasons = why
            reasons.proposal = id
            if let verdict, verdict.verdict == .accepted {
                let written = try await book.write(
                    draft, base: last?.version, because: reasons, with: [append], actor: actor)
                return Outcome(
                    id: id, entry: draft.id, verdict: .accepted, rule: verdict.rule, version: written.versions[0],
                    position: written.position, noted: written.noted)
            }
            let receipt = try await workplace.ledger.append(
                NewCommit(
                    id: workplace.world.commitID(), time: time, actor: actor, appends: [append],
                    artifacts: draft.artifacts + why.artifacts))
            return Outcome(
                id: id, entry: draft.id, verdict: verdict?.verdict, rule: verdict?.rule ?? "", version: 0,
                position: receipt.first, noted: [])
        } catch {
            throw Complaint(error)
        }
    }

    /// What is recalled is never taken for something new.
    static let echoRule = "it only repeats what its job was shown"
}

// MARK: - Deciding
extension ProposalBook {
    /// What the entry is to say if a proposal is accepted now: beside edits since, if there are any.
    func merge(_ row: ProposalRow, _ options: MergeOptions) throws -> StatementMerge? {
        guard let current = try book.versions(of: row.entry).last, current.version != row.base else { return nil }
        guard row.base > 0, !current.retired else {
            throw Complaint(
                current.retired
                    ? "\(row.entry) was retired since" : "\(row.entry) is known by now (\(current.name))",
                hint: "daybook knowledge reject \(row.proposal), or accept it --as another name", status: .busy)
        }
        let base = try book.requireVersions(of: row.entry).require(row.base)
        return try options.merge(
            base: book.statement(base.content), ours: book.statement(current.content),
            theirs: book.statement(row.content))
    }

    /// Accepts a proposal: it becomes a version of its entry, in the same commit.
    ///
    /// - Parameters:
    ///   - said: what it is to say; nil for what was proposed.
    ///   - name: another entry than was proposed.
    func accept(
        _ row: ProposalRow, said: Statement?, as name: String?, reason: String?, actor: String
    ) async throws -> Outcome {
        let entry = name ?? row.entry
        let last = try book.versions(of: entry).last
        let shelf = workplace.artifacts
        let statement = try said ?? book.statement(row.content)
        let draft = KnowledgeDraft(
            id: entry, statement, source: row.source, about: shelf.about(row.content.body), sealedBy: shelf)
        var why = EntryReasons()
        why.reason = try reason.map { try book.content($0, of: entry) }
        why.evidence = row.evidence
        why.proposal = row.proposal
        let isRepeat = last?.retired == false && last?.content.isSame(as: draft.content) == true
        let version = isRepeat ? last?.version ?? 0 : (last?.version ?? 0) + 1
        let append = try decision(
            row, ProposalDecided(verdict: .accepted, rule: "", version: version, reason: why.reason?.digest))
        if isRepeat { return try await write(row, append, .accepted, version, why.artifacts, actor) }
        let written = try await book.write(draft, base: last?.version, because: why, with: [append], actor: actor)
        return Outcome(
            id: row.proposal, entry: entry, verdict: .accepted, rule: "", version: written.versions[0],
            position: written.position, noted: written.noted)
    }

    /// Rejects a proposal: it stays in the ledger, and nobody is ever shown it.
    func reject(_ row: ProposalRow, reason: String?, actor: String) async throws -> Outcome {
        let reason = try reason.map { try book.content($0, of: row.entry) }
        let append = try decision(
            row, ProposalDecided(verdict: .rejected, rule: "", version: 0, reason: reason?.digest))
        return try await write(row, append, .rejected, 0, reason.map { [$0.stored] } ?? [], actor)
    }

    private func decision(_ row: ProposalRow, _ decided: ProposalDecided) throws -> StreamAppend {
        do {
            var session = try StreamSession(ProposalDecider(), on: Self.stream(row.proposal), in: workplace.ledger)
            try session.take(.proposalDecided(decided), at: workplace.world.now())
            guard let append = session.append() else { throw ProposalRejection.decided(decided.verdict) }
            return append
        } catch is ProposalRejection {
            throw Complaint(
                "somebody decided \(row.proposal) meanwhile", hint: "daybook knowledge proposals --all", status: .busy)
        } catch {
            throw Complaint(error)
        }
    }

    private func write(
        _ row: ProposalRow, _ append: StreamAppend, _ verdict: ProposalVerdict, _ version: StreamVersion,
        _ artifacts: [[UInt8]], _ actor: String
    ) async throws -> Outcome {
        try workplace.requireWritable()
        do {
            let receipt = try await workplace.ledger.append(
                NewCommit(
                    id: workplace.world.commitID(), time: workplace.world.now(), actor: actor, appends: [append],
                    artifacts: artifacts))
            return Outcome(
                id: row.proposal, entry: row.entry, verdict: verdict, rule: "", version: version,
                position: receipt.first, noted: [])
        } catch {
            throw Complaint(error)
        }
    }
}

extension ProposalVerdict {
    var word: String {
        switch self {
        case .accepted: "accepted"
        case .rejected: "rejected"
        }
    }
}
