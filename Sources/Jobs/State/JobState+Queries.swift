public import EventSourcing

extension JobState {
    public func step(_ id: String) -> StepState? { steps.first { $0.id == id } }

    public func approval(_ version: StreamVersion) -> ApprovalState? { approvals.first { $0.version == version } }

    /// The effect that may be delivered or waits for its approval, of this step.
    public func effect(ofStep id: String) -> EffectState? { effects.last { $0.step == id && !$0.isVoid } }

    public func effect(_ version: StreamVersion) -> EffectState? { effects.first { $0.version == version } }

    /// The step whose newest task has this version.
    func stepIndex(ofTask version: StreamVersion) -> Int? {
        steps.firstIndex { $0.task?.version == version }
    }

    /// The step whose newest task made this call, which still runs.
    func stepIndex(ofCall version: StreamVersion) -> Int? {
        steps.firstIndex { $0.task?.progress == .calling(version: version) }
    }

    /// The effect and the place of the delivery that this event started.
    func delivery(started version: StreamVersion) -> (effect: Int, delivery: Int)? {
        for (index, effect) in effects.enumerated() {
            let place = effect.deliveries.firstIndex {
                $0.status == .started(version: version) || $0.status == .unknown(started: version)
            }
            if let place { return (index, place) }
        }
        return nil
    }

    mutating func withStep(_ id: String, _ change: (inout StepState) -> Void) {
        guard let index = steps.firstIndex(where: { $0.id == id }) else { return }
        change(&steps[index])
    }

    mutating func withTask(_ version: StreamVersion, _ change: (inout TaskState) -> Void) {
        guard let index = stepIndex(ofTask: version), var task = steps[index].task else { return }
        change(&task)
        steps[index].task = task
    }

    mutating func withEffect(_ version: StreamVersion, _ change: (inout EffectState) -> Void) {
        guard let index = effects.firstIndex(where: { $0.version == version }) else { return }
        change(&effects[index])
    }
}

/// The state of a job in the words people use.
public enum JobStatus: Equatable, Sendable {
    case queued
    case running
    case awaitingHuman
    /// Nothing to do before this time; nil: until somebody resumes it.
    case parked(until: Timestamp?)
    case paused
    case failed
    case completed
    case cancelled

    /// `awaiting_human`, as `--json` prints it.
    public var name: String {
        switch self {
        case .queued: "queued"
        case .running: "running"
        case .awaitingHuman: "awaiting_human"
        case .parked: "parked"
        case .paused: "paused"
        case .failed: "failed"
        case .completed: "completed"
        case .cancelled: "cancelled"
        }
    }
}

extension JobState {
    /// Where the job stands at this time. Derived: no event says `running` or `awaiting_human`.
    public func status(at now: Timestamp) -> JobStatus {
        switch phase {
        case .missing, .queued: return .queued
        case .completed: return .completed
        case .failed: return .failed
        case .cancelled: return .cancelled
        case .running: break
        }
        if isPaused { return .paused }
        var wakes: [Timestamp] = []
        for work in pending {
            switch work {
            case .assemble(_, let time), .deliver(_, _, let time):
                if time <= now { return .running }
                wakes.append(time)
            case .admit, .call, .delivery: return .running
            case .approval, .timer: break
            }
        }
        if !approvals.isEmpty { return .awaitingHuman }
        return .parked(until: wakes.min())
    }
}
