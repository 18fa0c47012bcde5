public import EventSourcing
public import Events

/// What is switched off. Every commit that lets something happen guards this stream.
public struct ControlDecider: Decider {
    public typealias Observation = ControlObservation
    public typealias Decision = NoDecision

    /// What is switched off now.
    public struct State: Equatable, Sendable {
        public internal(set) var disabledAgents: Set<String> = []
    }

    /// Nothing is refused: switching off twice says nothing new.
    public enum Rejection: Error, Hashable, Sendable {}

    public init() {}

    public var initialState: State { State() }

    public func decide(_ observation: ControlObservation, in turn: inout Turn<Self>) throws(Rejection) {
        switch observation {
        case .agentDisabled(let event) where turn.state.disabledAgents.contains(event.agent): return
        case .agentEnabled(let event) where !turn.state.disabledAgents.contains(event.agent): return
        case .agentDisabled, .agentEnabled: turn.accept(observation)
        }
    }

    public func evolve(_ state: inout State, observed: ControlObservation, at place: Place) {
        switch observed {
        case .agentDisabled(let event): state.disabledAgents.insert(event.agent)
        case .agentEnabled(let event): state.disabledAgents.remove(event.agent)
        }
    }

    public func evolve(_ state: inout State, decided: NoDecision, at place: Place) {}
}
