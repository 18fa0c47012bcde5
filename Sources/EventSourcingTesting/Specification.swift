public import EventSourcing
import Wire

/// Given these turns, when this happens, then that follows: a decider's rules as a test reads them.
public struct Specification<D: Decider> {
    public private(set) var state: D.State
    public private(set) var version: StreamVersion
    /// Every event so far, as a log would hold it.
    public private(set) var events: [RecordedEvent] = []
    public private(set) var time: Timestamp
    private let decider: D

    /// Begins with an empty stream at this time.
    public init(_ decider: D, at time: Timestamp = 1_000_000_000_000_000) {
        self.decider = decider
        self.time = time
        state = decider.initialState
        version = 0
    }

    /// What one observation led to.
    public enum Outcome {
        /// It was written, and these decisions follow.
        case accepted([D.Decision])
        /// A repeat that leaves no trace.
        case ignored
        case rejected(D.Rejection)
    }

    /// Lets this much time pass.
    public mutating func pass(_ microseconds: Timestamp) { time += microseconds }

    /// Hands an observation to the decider, and goes on from what follows.
    ///
    /// - Parameter keep: is given what the decisions refer to.
    @discardableResult
    public mutating func when(_ observation: D.Observation, keep: ([UInt8]) -> Void = { _ in }) -> Outcome {
        var turn = Turn(decider, state: state, version: version)
        do throws(D.Rejection) {
            guard try turn.take(observation, at: time) else { return .ignored }
        } catch {
            return .rejected(error)
        }
        for artifact in turn.artifacts { keep(artifact.bytes) }
        let decisions = turn.decisions
        record(observation, decisions)
        version = turn.version
        state = turn.finish()
        return .accepted(decisions)
    }

    private mutating func record(_ observation: D.Observation, _ decisions: [D.Decision]) {
        let first = Position(events.count) + 1
        func add(_ event: some EventUnion, _ kind: EventKind) {
            let position = Position(events.count) + 1
            events.append(
                RecordedEvent(
                    position: position, stream: StreamName("test/1"), version: StreamVersion(position),
                    previous: position - 1, commit: first, index: UInt32(position - first), type: event.type,
                    revision: event.revision, kind: kind, time: time, actor: "test",
                    causation: kind == .decision ? first : 0, payload: event.wireBytes))
        }
        add(observation, .observation)
        for decision in decisions { add(decision, .decision) }
    }
}

extension Specification.Outcome {
    /// The names of the decisions that follow; nil if the observation was not accepted.
    public var names: [String]? {
        if case .accepted(let decisions) = self { decisions.map(\.name) } else { nil }
    }

    public var decisions: [D.Decision] {
        if case .accepted(let decisions) = self { decisions } else { [] }
    }

    public var rejection: D.Rejection? {
        if case .rejected(let rejection) = self { rejection } else { nil }
    }
}
