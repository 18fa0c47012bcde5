public import Wire

/// One turn of the crank: an observation, then the decisions that follow, each applied as it is made.
public struct Turn<D: Decider>: ~Copyable {
    public private(set) var state: D.State
    public private(set) var version: StreamVersion
    /// The time of the observation: the only clock a decider has.
    public private(set) var time: Timestamp = 0
    public private(set) var decisions: [D.Decision] = []
    /// Contents that the decisions of this turn refer to, by digest, in the order in which they were made.
    public private(set) var artifacts: [(digest: Digest, bytes: [UInt8])] = []
    private var isAccepted = false
    let decider: D

    /// A turn on a stream that stands at `version`.
    public init(_ decider: D, state: consuming D.State, version: StreamVersion) {
        self.decider = decider
        self.state = state
        self.version = version
    }

    /// The whole turn: whether the observation is to be written. If not, or if it throws, nothing has changed.
    public mutating func take(_ observation: D.Observation, at time: Timestamp) throws(D.Rejection) -> Bool {
        decisions.removeAll(keepingCapacity: true)
        artifacts.removeAll(keepingCapacity: true)
        isAccepted = false
        self.time = time
        do throws(D.Rejection) {
            try decider.decide(observation, in: &self)
        } catch {
            precondition(!isAccepted, "a decider threw after it had accepted: \(error)")
            throw error
        }
        return isAccepted
    }

    /// Called by deciders, once all that can be refused is behind: the state now holds the observation.
    public mutating func accept(_ observation: D.Observation) {
        precondition(!isAccepted, "an observation is accepted once")
        isAccepted = true
        version += 1
        decider.evolve(&state, observed: observation, at: Place(version: version, time: time))
    }

    /// Called by deciders: this follows. Returns the decision's place, which later events may name.
    @discardableResult
    public mutating func emit(_ decision: D.Decision) -> StreamVersion {
        precondition(isAccepted, "a decision without its observation")
        version += 1
        decider.evolve(&state, decided: decision, at: Place(version: version, time: time))
        decisions.append(decision)
        return version
    }

    /// Called by deciders: content that a decision is about to name.
    public mutating func attach(_ bytes: [UInt8]) -> Digest {
        let digest = Digest.of(bytes)
        if !artifacts.contains(where: { $0.digest == digest }) { artifacts.append((digest, bytes)) }
        return digest
    }

    /// Content attached in this turn.
    public func attached(_ digest: Digest) -> [UInt8]? {
        artifacts.first { $0.digest == digest }?.bytes
    }

    /// Steps over an event as recorded, without concluding anything.
    public mutating func apply(_ event: RecordedEvent) throws(WireError) {
        version += 1
        let place = Place(version: version, time: event.time)
        switch event.kind {
        case .observation: decider.evolve(&state, observed: try event.decode(), at: place)
        case .decision: decider.evolve(&state, decided: try event.decode(), at: place)
        }
    }

    /// Steps over an event where it lies in the log.
    public mutating func apply(_ event: borrowing EventView) throws(WireError) {
        version += 1
        let place = Place(version: version, time: event.header.time)
        switch event.header.kind {
        case .observation: decider.evolve(&state, observed: try event.decode(), at: place)
        case .decision: decider.evolve(&state, decided: try event.decode(), at: place)
        }
    }

    /// Ends the turn and gives the state back.
    public consuming func finish() -> D.State { state }
}

extension Decider {
    /// The state of a stream after these events.
    ///
    /// - Throws: `WireError` at the first event that this build does not understand.
    public func fold(_ events: some Sequence<RecordedEvent>) throws(WireError) -> State {
        var turn = Turn(self, state: initialState, version: 0)
        for event in events { try turn.apply(event) }
        return turn.finish()
    }
}
