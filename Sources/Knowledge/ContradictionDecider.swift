public import EventSourcing
public import Events

/// What is known of two entries that cannot both be right, or that say the same: noted, put to the owner, settled.
public struct ContradictionDecider: Decider {
    public typealias Observation = ContradictionObservation
    public typealias Decision = NoDecision
    public typealias State = ContradictionState
    public typealias Rejection = ContradictionRejection

    public init() {}

    public var initialState: ContradictionState { ContradictionState() }

    public func decide(
        _ observation: ContradictionObservation, in turn: inout Turn<Self>
    ) throws(ContradictionRejection) {
        let state = turn.state
        switch observation {
        case .contradictionNoted(let event):
            if let noted = state.noted {
                guard let settled = state.settled else { return }
                guard settled.isAskedAgain(event, after: noted) else { return }
            }
        case .contradictionSettled:
            guard state.noted != nil else { throw .missing }
            guard state.settled == nil else { throw .settled }
        }
        turn.accept(observation)
    }

    public func evolve(_ state: inout ContradictionState, observed: ContradictionObservation, at place: Place) {
        switch observed {
        case .contradictionNoted(let event):
            state.noted = event
            state.settled = nil
        case .contradictionSettled(let event): state.settled = event
        }
    }

    public func evolve(_ state: inout ContradictionState, decided: NoDecision, at place: Place) {}
}

/// What was noted last, and what was said to it.
public struct ContradictionState: Equatable, Sendable {
    public internal(set) var noted: ContradictionNoted?
    /// Nil while it waits for the owner.
    public internal(set) var settled: ContradictionSettled?
}

/// Why something about a contradiction is refused.
public enum ContradictionRejection: Error, Hashable, Sendable {
    case missing
    case settled
}

extension ContradictionSettled {
    /// Whether a person is asked once more although this was settled: not about the very versions they looked at, and
    /// not whether two texts are alike that may be.
    fileprivate func isAskedAgain(_ event: ContradictionNoted, after noted: ContradictionNoted) -> Bool {
        if event.first == noted.first, event.second == noted.second { return false }
        return !(verdict == .both && event.kind != .values)
    }
}
