public import EventSourcing
public import Events

/// What others made of the knowledge: asked for, requested, ended. One request of a stream is open at a time.
///
/// Nothing is sent without the decision that stands in the log before it: the permit is minted from its commit.
/// Whoever finds a request open that nobody works on says that its end is not known, and asks again.
public struct DerivationDecider: Decider {
    /// Versions that one summary is made of.
    public static let sourcesMax = 64

    public typealias Observation = DerivedObservation
    public typealias Decision = DerivedDecision
    public typealias State = DerivationState
    public typealias Rejection = DerivationRejection

    public init() {}

    public var initialState: DerivationState { DerivationState() }

    public func decide(_ observation: DerivedObservation, in turn: inout Turn<Self>) throws(DerivationRejection) {
        switch observation {
        case .derivationAsked(let asked):
            if let open = turn.state.open { throw .busy(request: open) }
            guard asked.work.isWhole else { throw .nothingToMake }
            let reserved = asked.reservedMicrodollars
            if let left = asked.spendableMicrodollars, reserved > left { throw .budget(reserved: reserved, left: left) }
            turn.accept(observation)
            turn.emit(
                .derivationRequested(DerivationRequested(asked: turn.version, reservedMicrodollars: reserved)))
        case .derivationEnded(let ended):
            guard turn.state.open == ended.end.call else { throw .notOpen(request: ended.end.call) }
            turn.accept(observation)
        }
    }

    public func evolve(_ state: inout DerivationState, observed: DerivedObservation, at place: Place) {
        if case .derivationEnded = observed { state.open = nil }
    }

    public func evolve(_ state: inout DerivationState, decided: DerivedDecision, at place: Place) {
        switch decided {
        case .derivationRequested: state.open = place.version
        }
    }
}

/// What is under way.
public struct DerivationState: Equatable, Sendable {
    /// The request whose end is not recorded.
    public internal(set) var open: StreamVersion?
}

/// Why nothing is made.
public enum DerivationRejection: Error, Hashable, Sendable {
    /// Another request is under way, or its process has died.
    case busy(request: StreamVersion)
    /// No text, no source, or too many.
    case nothingToMake
    /// It may cost more than there is, in micro-dollars.
    case budget(reserved: UInt64, left: UInt64)
    /// It was not requested, or has ended.
    case notOpen(request: StreamVersion)
}

extension DerivationAsked {
    /// What it may cost at most, rounded up; a sum that does not fit is the largest that does.
    public var reservedMicrodollars: UInt64 {
        Cost.microdollars(
            ofInput: UInt64(tokens), at: inputMicrodollars, output: UInt64(maxOutputTokens), at: outputMicrodollars)
    }
}

extension DerivationAsked.Work {
    fileprivate var isWhole: Bool {
        switch self {
        case .embedding(let work): work.count > 0 && work.dimensions > 0
        case .summary(let work): 1...DerivationDecider.sourcesMax ~= work.sources.count
        }
    }
}
