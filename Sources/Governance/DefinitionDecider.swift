public import EventSourcing
public import Events
public import Wire

/// Which version of an agent or a flow was known when. The same definition twice in a row is written once.
public struct DefinitionDecider: Decider {
    public typealias Observation = DefinitionObservation
    public typealias Decision = NoDecision

    /// Every version that was defined.
    public struct State: Equatable, Sendable {
        /// The digests of the definitions, oldest first.
        public internal(set) var definitions: [Digest] = []
        public var current: Digest? { definitions.last }
    }

    /// Nothing is refused: the same definition twice says nothing new.
    public enum Rejection: Error, Hashable, Sendable {}

    public init() {}

    public var initialState: State { State() }

    public func decide(_ observation: DefinitionObservation, in turn: inout Turn<Self>) throws(Rejection) {
        guard case .defined(let event) = observation, turn.state.current != event.definition else { return }
        turn.accept(observation)
    }

    public func evolve(_ state: inout State, observed: DefinitionObservation, at place: Place) {
        switch observed {
        case .defined(let event): state.definitions.append(event.definition)
        }
    }

    public func evolve(_ state: inout State, decided: NoDecision, at place: Place) {}
}
