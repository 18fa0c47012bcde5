import Coordinator
import EventSourcing
import Events
import Jobs
import Ledger
import Wire

/// The events of one job, decoded, each with the step that it belongs to.
struct JobHistory {
    enum Event {
        case observed(JobObservation)
        case decided(JobDecision)
    }

    struct Item {
        let record: RecordedEvent
        let event: Event
        /// The step it belongs to; nil for an event of the whole job.
        let step: String?

        var name: String {
            switch event {
            case .observed(let event): event.name
            case .decided(let event): event.name
            }
        }
    }

    let job: String
    let records: [RecordedEvent]
    let items: [Item]

    /// - Throws: `Complaint` if there is no such job, or if an event is not understood by this build.
    init(_ job: String, in log: some EventLog) throws {
        do {
            try self.init(job, log.events(of: JobSession.stream(of: job), after: 0))
        } catch {
            throw Complaint(error)
        }
    }

    /// - Parameter records: all events of its stream.
    /// - Throws: `Complaint` if there are none, or if one is not understood by this build.
    init(_ job: String, _ records: [RecordedEvent]) throws {
        self.job = job
        self.records = records
        do {
            var items: [Item] = []
            for record in records {
                let event: Event =
                    switch record.kind {
                    case .observation: .observed(try record.decode())
                    case .decision: .decided(try record.decode())
                    }
                items.append(Item(record: record, event: event, step: Self.step(of: event, in: items)))
            }
            self.items = items
        } catch {
            throw Complaint(error)
        }
        guard !records.isEmpty else {
            throw Complaint("there is no job \(job)", hint: "daybook job list", status: .notFound)
        }
    }

    /// The event with this version; nil for 0 and for one that is not there.
    func item(_ version: StreamVersion) -> Item? { Self.item(version, in: items) }

    private static func item(_ version: StreamVersion, in items: [Item]) -> Item? {
        let index = Int(version) - 1
        return items.indices.contains(index) ? items[index] : nil
    }

    /// Most events name an earlier one by its version, and belong to its step.
    private static func step(of event: Event, in items: [Item]) -> String? {
        func step(at version: StreamVersion) -> String? { item(version, in: items)?.step }
        switch event {
        case .observed(let event):
            switch event {
            case .contextAssembled(let event): return step(at: event.task)
            case .callEnded(let event): return step(at: event.call)
            case .lateResult(let event): return step(at: event.call)
            case .stepAdopted(let event): return event.step
            case .approvalDecided(let event): return step(at: event.approval)
            case .effectLeased(let event): return step(at: event.effect)
            case .effectEnded(let event): return step(at: event.started)
            case .timerFired(let event): return step(at: event.timer)
            case .retryAsked(let event): return event.step.isEmpty ? nil : event.step
            case .outcomeRecorded(let event): return event.step
            case .jobQueued, .jobAdmitted, .inputReverted, .jobPaused, .jobResumed, .jobSteered, .cancelAsked,
                .jobRepinned:
                return nil
            }
        case .decided(let event):
            switch event {
            case .taskRequested(let event): return event.step
            case .callRequested(let event): return step(at: event.task)
            case .taskCompleted(let event): return event.step
            case .taskFailed(let event): return event.step
            case .approvalRequested(let event): return event.step
            case .approvalReminded(let event): return step(at: event.approval)
            case .approvalExpired(let event): return step(at: event.approval)
            case .approvalWithdrawn(let event): return step(at: event.approval)
            case .effectPrepared(let event): return event.step
            case .effectStarted(let event): return step(at: event.effect)
            case .timerSet(let event): return step(at: event.about)
            case .jobFailed(let event): return event.step.isEmpty ? nil : event.step
            case .jobCompleted, .jobCancelled: return nil
            }
        }
    }
}

extension JobHistory {
    /// What the job began with.
    var queued: JobQueued? {
        if case .observed(.jobQueued(let event))? = items.first?.event { event } else { nil }
    }

    /// The manifest that was pinned when this version was written.
    func manifest(at version: StreamVersion) -> Digest? {
        for item in items.prefix(Int(version)).reversed() {
            if case .observed(.jobRepinned(let event)) = item.event { return event.manifest }
        }
        return queued?.manifest
    }

    /// What the job ran with when this version was written; nil if it is not kept any more.
    func definitions(at version: StreamVersion, from artifacts: some ArtifactReader) -> PinnedDefinitions? {
        manifest(at: version).flatMap { PinnedDefinitions(manifest: $0, from: artifacts) }
    }

    /// The job's state once this version was written.
    func state(at version: StreamVersion, _ decider: JobDecider) throws -> JobState {
        do {
            return try decider.fold(records.prefix(Int(version)))
        } catch {
            throw Complaint(error)
        }
    }
}

extension JobHistory.Item {
    var version: StreamVersion { record.version }
    var position: Position { record.position }

    var task: TaskRequested? { if case .decided(.taskRequested(let event)) = event { event } else { nil } }
    var call: CallRequested? { if case .decided(.callRequested(let event)) = event { event } else { nil } }
    var context: ContextAssembled? { if case .observed(.contextAssembled(let event)) = event { event } else { nil } }
    var ended: CallEnded? { if case .observed(.callEnded(let event)) = event { event } else { nil } }
    var completed: TaskCompleted? { if case .decided(.taskCompleted(let event)) = event { event } else { nil } }
    var failed: TaskFailed? { if case .decided(.taskFailed(let event)) = event { event } else { nil } }
    var asked: ApprovalRequested? { if case .decided(.approvalRequested(let event)) = event { event } else { nil } }
    var decided: ApprovalDecided? { if case .observed(.approvalDecided(let event)) = event { event } else { nil } }
    var prepared: EffectPrepared? { if case .decided(.effectPrepared(let event)) = event { event } else { nil } }
    var started: EffectStarted? { if case .decided(.effectStarted(let event)) = event { event } else { nil } }
    var delivered: EffectEnded? { if case .observed(.effectEnded(let event)) = event { event } else { nil } }
    var adopted: StepAdopted? { if case .observed(.stepAdopted(let event)) = event { event } else { nil } }
    var outcome: OutcomeRecorded? { if case .observed(.outcomeRecorded(let event)) = event { event } else { nil } }
}
