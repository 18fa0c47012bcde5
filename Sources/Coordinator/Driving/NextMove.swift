import EventSourcing
import Jobs

/// What the driver does next with a job: the pure core of the coordinator.
enum NextMove: Equatable {
    case admit
    case fire(timer: StreamVersion)
    case assemble(task: StreamVersion)
    /// The call was requested in a turn that is not written yet: write it, and make the call with its permit.
    case call(StreamVersion)
    /// The call was requested by a process that is gone.
    case resolveCall(StreamVersion)
    case lease(effect: StreamVersion, delivery: UInt32)
    /// The delivery was started in a turn that is not written yet.
    case deliver(started: StreamVersion, effect: StreamVersion, place: UInt32)
    /// The delivery was started by a process that is gone.
    case resolveDelivery(started: StreamVersion, effect: StreamVersion, place: UInt32)
    /// Nothing before this time; nil: nothing at all unless somebody acts.
    case rest(until: Timestamp?)

    /// The first of the job's pending work that can be done now.
    ///
    /// - Parameters:
    ///   - written: the version up to which the job is written; what was requested behind it has its permit to come.
    ///   - isAllowed: whether this step may run: its agent is not switched off.
    init(
        for state: JobState, written: StreamVersion, at now: Timestamp, isAllowed: (_ step: String) -> Bool
    ) {
        var wakes: [Timestamp] = []
        for work in state.pending {
            switch work {
            case .admit:
                self = .admit
                return
            case .timer(let version, let until):
                // Nobody waits for it: it fires when the job is looked at next.
                guard until <= now else { continue }
                self = .fire(timer: version)
                return
            case .call(let version):
                self = version > written ? .call(version) : .resolveCall(version)
                return
            case .delivery(let started, let effect, let place):
                self =
                    started > written
                    ? .deliver(started: started, effect: effect, place: place)
                    : .resolveDelivery(started: started, effect: effect, place: place)
                return
            case .assemble(let task, let notBefore):
                guard let step = state.steps.first(where: { $0.task?.version == task }), isAllowed(step.id) else {
                    continue
                }
                guard notBefore <= now else {
                    wakes.append(notBefore)
                    continue
                }
                self = .assemble(task: task)
                return
            case .deliver(let effect, let delivery, let notBefore):
                guard notBefore <= now else {
                    wakes.append(notBefore)
                    continue
                }
                self = .lease(effect: effect, delivery: delivery)
                return
            case .approval: continue
            }
        }
        self = .rest(until: wakes.min())
    }
}
