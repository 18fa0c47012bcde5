import Coordinator
import EventSourcing
import Events
import Jobs
import Knowledge
import Ledger
import Views
import Wire

/// Takes a version of an entry back, and tells every open job that was shown it.
struct RevertAction {
    /// The stream that keeps what was done to the ledger itself.
    static let ledgerStream = StreamName("ledger")

    let study: RevertStudy
    let book: KnowledgeBook
    let actor: String

    /// What came of it.
    struct Outcome {
        /// The entry's newest version.
        let version: StreamVersion
        /// Of EntryReverted; nil if the good content was current already.
        let position: Position?
        let plan: Digest
        let jobs: [JobOutcome]
        /// What contradicts it, for the owner to decide.
        let noted: [ContradictionRow]
    }

    /// What one job did about it.
    struct JobOutcome {
        let job: String
        let result: Result

        enum Result {
            /// Questions that were withdrawn, and the steps that are made again. Both empty: it is noted, and
            /// nothing can be changed because its mail had begun to go out.
            case told(withdrawn: Int, redone: [String])
            /// It was told before.
            case toldBefore
            /// It took over what another job made with the bad version, and was not shown it itself.
            case resting
            case ended
            case refused(JobRejection)
        }
    }

    /// The revert and the record of its plan are one commit; the jobs follow, each in one of its own. If that is
    /// interrupted, the same command goes on with the jobs.
    func run(reason: String?) async throws -> Outcome {
        try book.workplace.requireWritable()
        let plan = study.plan.wireBytes
        var version = study.current.version
        var written: KnowledgeBook.Committed?
        if !study.isDone {
            let reason = try reason.map { try book.content($0, of: study.entry) }
            let draft = study.isWhole ? nil : try self.draft()
            let reverted = EntryReverted(
                base: version, to: study.good.version, reason: reason?.digest,
                bad: study.bad.version == version ? 0 : study.bad.version, content: draft?.content)
            let changes =
                [EntryChange(entry: study.entry, observation: .entryReverted(reverted), said: study.outcome)]
                + (try unmerged()) + (try mergedAgain())
            let committed = try await book.commit(
                changes,
                artifacts: [plan] + (draft?.artifacts ?? []) + (reason.map { [$0.stored] } ?? []),
                with: [applied(by: version + 1, Digest.of(plan))], actor: actor)
            version = committed.versions[0]
            written = committed
        }
        // A context may have been assembled while the plan was being made.
        let now = try RevertStudy(
            study.entry, RevertChoice(to: study.good.version, bad: study.bad.version, isExact: true), in: book)
        var jobs: [JobOutcome] = []
        for job in now.jobs { jobs.append(JobOutcome(job: job, result: try await tell(job, by: version))) }
        for job in now.otherJobs where try isOpen(job) { jobs.append(JobOutcome(job: job, result: .resting)) }
        return Outcome(
            version: version, position: written?.position, plan: Digest.of(plan), jobs: jobs,
            noted: written?.noted ?? [])
    }

    /// What stands with the edits since, sealed as the entry is.
    private func draft() throws -> KnowledgeDraft {
        let shelf = book.workplace.artifacts
        return KnowledgeDraft(
            id: study.entry, study.outcome, source: .person, about: shelf.about(study.current.content.body),
            sealedBy: shelf)
    }

    /// The entries that merges retired which are taken back.
    private func unmerged() throws -> [EntryChange] {
        let merges = try book.versions(of: study.entry).filter {
            study.good.version < $0.version && $0.version <= study.bad.version
        }
        return try Unmerge.changes(merges, in: book)
    }

    /// The entries that a revert of a merge had brought back, if that revert is taken back: they are in this one again.
    private func mergedAgain() throws -> [EntryChange] {
        guard let merge = study.bad.takesBack, study.good.version >= merge,
            let row = try book.versions(of: study.entry).first(where: { $0.version == merge })
        else { return [] }
        return try row.merged.compactMap { source in
            let versions = try book.versions(of: source.entry)
            guard source.entry != study.entry, let last = versions.last, !last.retired, last.takesBack != nil,
                versions.dropLast().last?.into == study.entry
            else { return nil }
            return EntryChange(
                entry: source.entry,
                observation: .entryRetired(EntryRetired(base: last.version, into: study.entry)), said: nil)
        }
    }

    private func applied(by version: StreamVersion, _ plan: Digest) -> StreamAppend {
        let event = LedgerObservation.revertApplied(
            RevertApplied(entry: study.entry, byVersion: version, plan: plan))
        return StreamAppend(
            [NewEvent(event, kind: .observation)], to: Self.ledgerStream,
            expecting: .any)
    }

    private func tell(_ job: String, by version: StreamVersion) async throws -> JobOutcome.Result {
        let told = InputReverted(entry: study.entry, badVersion: study.bad.version, byVersion: version)
        do {
            let before = try book.workplace.session(job)
            guard !before.state.phase.isEnded else { return .ended }
            guard try !events(of: job, after: 0).contains(where: { $0.isInputReverted(told) }) else {
                return .toldBefore
            }
            do throws(CommandFailure) {
                try await JobCommand(
                    on: book.workplace.ledger, keyring: book.workplace.keys, world: book.workplace.world, actor: actor
                ).observe([.inputReverted(told)], by: job)
            } catch {
                guard case .rejected(let rejection) = error else { throw error }
                return rejection == .notOpen ? .ended : .refused(rejection)
            }
            return try result(in: events(of: job, after: before.written), told)
        } catch {
            throw Complaint(error)
        }
    }

    private func isOpen(_ job: String) throws -> Bool {
        do {
            return try !book.workplace.session(job).state.phase.isEnded
        } catch {
            throw Complaint(error)
        }
    }

    private func events(of job: String, after version: StreamVersion) throws -> [RecordedEvent] {
        try book.workplace.ledger.events(of: JobSession.stream(of: job), after: version)
    }

    /// What the job decided in the turn of this observation.
    private func result(in events: [RecordedEvent], _ told: InputReverted) throws -> JobOutcome.Result {
        let turn = events.drop { !$0.isInputReverted(told) }.dropFirst().prefix { $0.kind == .decision }
        var withdrawn = 0
        var redone: [String] = []
        for event in turn {
            switch try event.decode(JobDecision.self) {
            case .approvalWithdrawn: withdrawn += 1
            case .taskRequested(let task): redone.append(task.step)
            default: break
            }
        }
        return .told(withdrawn: withdrawn, redone: redone)
    }
}

extension RecordedEvent {
    fileprivate func isInputReverted(_ told: InputReverted) -> Bool {
        guard kind == .observation, let event = try? decode(JobObservation.self) else { return false }
        return event == .inputReverted(told)
    }
}
