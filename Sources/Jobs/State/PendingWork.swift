public import EventSourcing
import Events

/// Something that the driver, a person or time has to do next.
public enum PendingWork: Equatable, Sendable {
    /// The job is queued.
    case admit
    /// A task waits for its context, not before this time.
    case assemble(task: StreamVersion, notBefore: Timestamp)
    /// A call was requested and has not ended. Whoever holds its permit makes it; without one it is unresolved.
    case call(StreamVersion)
    /// An approved delivery can be made, not before this time.
    case deliver(effect: StreamVersion, delivery: UInt32, notBefore: Timestamp)
    /// A delivery was started and has not ended. Without its permit it is unresolved.
    case delivery(started: StreamVersion, effect: StreamVersion, delivery: UInt32)
    case timer(StreamVersion, until: Timestamp)
    case approval(StreamVersion)
}

extension JobState {
    /// What is unresolved, from state alone and never from a lost reply: steps in the flow's order, then effects.
    public var pending: [PendingWork] {
        switch phase {
        case .missing, .completed, .failed, .cancelled: return []
        case .queued: return [.admit]
        case .running: break
        }
        var work: [PendingWork] = []
        for step in steps where step.status == .working || step.task?.why == .prepare {
            guard let task = step.task else { continue }
            switch task.progress {
            case .requested where !isPaused: work.append(.assemble(task: task.version, notBefore: task.notBefore))
            case .calling(let version): work.append(.call(version))
            case .requested, .over: break
            }
        }
        for effect in effects where effect.isApproved && !effect.isVoid {
            for (index, delivery) in effect.deliveries.enumerated() {
                let place = UInt32(index)
                switch delivery.status {
                case .idle where !isPaused && step(effect.step)?.status == .delivering:
                    work.append(.deliver(effect: effect.version, delivery: place, notBefore: delivery.notBefore))
                case .started(let version):
                    work.append(.delivery(started: version, effect: effect.version, delivery: place))
                case .idle, .succeeded, .failed, .unknown: break
                }
            }
        }
        work += timers.map { .timer($0.version, until: $0.until) }
        work += approvals.map { .approval($0.version) }
        return work
    }
}
