public import EventSourcing
public import Events

/// Who drives. Each start raises the epoch, and thereby voids whatever a driver before it was about to do.
public struct DriverDecider: Decider {
    public typealias Observation = DriverObservation
    public typealias Decision = NoDecision

    /// Who drives now.
    public struct State: Equatable, Sendable {
        public internal(set) var epoch: UInt32 = 0
        /// The highest rules number that a driver of this ledger has known.
        public internal(set) var rules: UInt32 = 0
    }

    /// Why a driver may not begin.
    public enum Rejection: Error, Hashable, Sendable {
        case staleEpoch(UInt32, now: UInt32)
    }

    public init() {}

    public var initialState: State { State() }

    public func decide(_ observation: DriverObservation, in turn: inout Turn<Self>) throws(Rejection) {
        switch observation {
        case .driverStarted(let event):
            guard event.epoch == turn.state.epoch + 1 else {
                throw .staleEpoch(event.epoch, now: turn.state.epoch)
            }
            turn.accept(observation)
        }
    }

    public func evolve(_ state: inout State, observed: DriverObservation, at place: Place) {
        switch observed {
        case .driverStarted(let event):
            state.epoch = event.epoch
            state.rules = max(state.rules, event.rules)
        }
    }

    public func evolve(_ state: inout State, decided: NoDecision, at place: Place) {}
}
