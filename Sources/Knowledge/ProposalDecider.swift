public import EventSourcing
public import Events

/// The life of one proposal: what an agent would have the business know, and what a person or a rule said to it.
///
/// A proposal stands in a stream of its own, not in its entry's: whoever reads entries cannot meet one by mistake.
public struct ProposalDecider: Decider {
    public typealias Observation = ProposalObservation
    public typealias Decision = NoDecision
    public typealias State = ProposalState
    public typealias Rejection = ProposalRejection

    public init() {}

    public var initialState: ProposalState { ProposalState() }

    public func decide(_ observation: ProposalObservation, in turn: inout Turn<Self>) throws(ProposalRejection) {
        switch observation {
        case .entryProposed(let event):
            if let proposed = turn.state.proposed {
                // Whoever was interrupted says the same again.
                guard proposed == event else { throw .exists }
                return
            }
        case .proposalDecided(let event):
            guard turn.state.proposed != nil else { throw .missing }
            guard let decided = turn.state.decided else { break }
            guard decided.verdict == event.verdict else { throw .decided(decided.verdict) }
            return
        }
        turn.accept(observation)
    }

    public func evolve(_ state: inout ProposalState, observed: ProposalObservation, at place: Place) {
        switch observed {
        case .entryProposed(let event): state.proposed = event
        case .proposalDecided(let event): state.decided = event
        }
    }

    public func evolve(_ state: inout ProposalState, decided: NoDecision, at place: Place) {}
}

/// A proposal, and what was decided.
public struct ProposalState: Equatable, Sendable {
    public internal(set) var proposed: EntryProposed?
    /// Nil while it waits.
    public internal(set) var decided: ProposalDecided?
}

/// Why something about a proposal is refused.
public enum ProposalRejection: Error, Hashable, Sendable {
    /// Another proposal has this id.
    case exists
    case missing
    /// The first decision counts.
    case decided(ProposalVerdict)
}
