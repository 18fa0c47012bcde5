public import Wire

/// Re-drives a recorded stream: feeds each observation to today's decider and compares what it concludes with what was
/// recorded, byte for byte. It reads, and can neither write nor act.
///
/// Replay is teacher-forced: each turn starts from the recorded history, so each is judged alone, and a turn that
/// diverges does not make those after it diverge.
public struct Replay<D: Decider> {
    /// One turn of which today's decider makes something else.
    public struct Divergence {
        /// How today's turn differs from the recorded one.
        public enum What: Sendable, Equatable {
            /// Today's decider would not let this observation in.
            case rejected(String)
            /// Another decision at this place: the recorded one, and today's.
            case other(recorded: String, today: String)
            /// A recorded decision that today's decider does not make.
            case extra(recorded: String)
            /// A decision that today's decider makes and that was not recorded.
            case missing(today: String)
        }

        /// The first event that differs, or the observation if there is none.
        public let position: Position
        public let version: StreamVersion
        public let what: What
        /// The recorded decision, if there is one.
        public let recorded: D.Decision?
        /// Today's decision, if there is one.
        public let today: D.Decision?
        /// What today's turn attached.
        public let artifacts: [(digest: Digest, bytes: [UInt8])]
    }

    public private(set) var observations = 0
    public private(set) var decisions = 0
    /// Decisions that came out the same.
    public private(set) var same = 0
    public private(set) var divergences: [Divergence] = []
    /// The observations of turns that came out otherwise because something they need was erased. They say nothing.
    public private(set) var unchecked: [Position] = []

    public var isExact: Bool { divergences.isEmpty }

    /// Replays all events of one stream, oldest first.
    ///
    /// - Parameters:
    ///   - substituting: what to feed instead of an observation, to ask what other definitions would have done.
    ///   - hasMetErased: asked after each turn, whether the decider looked for erased content since the last time.
    /// - Throws: `WireError` at the first event that this build does not understand.
    public init(
        _ decider: D, _ events: [RecordedEvent], substituting: (D.Observation) -> D.Observation = { $0 },
        hasMetErased: () -> Bool = { false }
    ) throws(WireError) {
        var state = decider.initialState
        var index = 0
        while index < events.count {
            let event = events[index]
            guard event.kind == .observation else { throw .unknownType(event.type) }
            var end = index + 1
            while end < events.count, events[end].kind == .decision { end += 1 }
            let observation = substituting(try event.decode())
            let known = divergences.count
            try judge(decider, state, event, observation, Array(events[index + 1..<end]))
            if hasMetErased(), divergences.count > known {
                divergences.removeLast(divergences.count - known)
                unchecked.append(event.position)
            }
            decider.evolve(&state, observed: observation, at: Place(version: event.version, time: event.time))
            for decision in events[index + 1..<end] {
                let place = Place(version: decision.version, time: decision.time)
                decider.evolve(&state, decided: try decision.decode(), at: place)
            }
            index = end
        }
    }

    private mutating func judge(
        _ decider: D, _ state: D.State, _ event: RecordedEvent, _ observation: D.Observation,
        _ recorded: [RecordedEvent]
    ) throws(WireError) {
        observations += 1
        decisions += recorded.count
        var turn = Turn(decider, state: state, version: event.version - 1)
        do throws(D.Rejection) {
            guard try turn.take(observation, at: event.time) else {
                return diverge(event, .rejected("it leaves no trace today"), nil, nil, turn.artifacts)
            }
        } catch {
            return diverge(event, .rejected("\(error)"), nil, nil, turn.artifacts)
        }
        for (place, record) in recorded.enumerated() {
            let old: D.Decision = try record.decode()
            guard place < turn.decisions.count else {
                return diverge(record, .extra(recorded: old.name), old, nil, turn.artifacts)
            }
            let new = turn.decisions[place]
            // What an older build wrote is compared in today's shape.
            let recordedBytes = record.revision == old.revision ? record.payload : old.wireBytes
            guard new.type == record.type, new.wireBytes == recordedBytes else {
                return diverge(record, .other(recorded: old.name, today: new.name), old, new, turn.artifacts)
            }
            same += 1
        }
        if turn.decisions.count > recorded.count {
            let new = turn.decisions[recorded.count]
            diverge(recorded.last ?? event, .missing(today: new.name), nil, new, turn.artifacts)
        }
    }

    private mutating func diverge(
        _ event: RecordedEvent, _ what: Divergence.What, _ recorded: D.Decision?, _ today: D.Decision?,
        _ artifacts: [(digest: Digest, bytes: [UInt8])]
    ) {
        divergences.append(
            Divergence(
                position: event.position, version: event.version, what: what, recorded: recorded, today: today,
                artifacts: artifacts))
    }
}
