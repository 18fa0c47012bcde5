import Wire

/// Turns on one stream that are not written yet, and the state they lead to.
///
/// A session reads a stream, takes observations, and hands out what a commit must append. It writes nothing itself.
public struct StreamSession<D: Decider>: ~Copyable {
    public let stream: StreamName
    /// The version up to which the stream is written.
    public private(set) var written: StreamVersion
    private let decider: D
    private var turn: Turn<D>
    /// What was taken since, in order.
    public private(set) var taken: [Taken] = []

    /// One turn that is not written yet.
    public struct Taken: Sendable {
        public let observation: D.Observation
        /// The observation's version.
        public let version: StreamVersion
        public let decisions: [D.Decision]
        /// What its decisions refer to.
        public let artifacts: [[UInt8]]
    }

    /// Reads the whole stream and folds it.
    ///
    /// - Throws: `ReadFailure`, also for an event that this build does not understand.
    public init(_ decider: D, on stream: StreamName, in log: some EventLog) throws(ReadFailure) {
        self.stream = stream
        self.decider = decider
        var turn = Turn(decider, state: decider.initialState, version: 0)
        do {
            try log.forEachEvent(of: stream, after: 0) { event in
                do throws(WireError) {
                    try turn.apply(event)
                } catch {
                    throw ReadFailure(
                        "event @\(event.header.position) of \(stream) is not understood by this build: \(error). "
                            + "A newer build of daybook may have written it.")
                }
                return true
            }
        } catch let error as ReadFailure {
            throw error
        } catch {
            throw ReadFailure("\(error)")
        }
        written = turn.version
        self.turn = turn
    }

    public var state: D.State { turn.state }

    /// The version with everything taken.
    public var version: StreamVersion { turn.version }

    /// Takes an observation. Nil if it is a repeat that leaves no trace.
    @discardableResult
    public mutating func take(_ observation: D.Observation, at time: Timestamp) throws(D.Rejection) -> Taken? {
        let before = turn.version
        guard try turn.take(observation, at: time) else { return nil }
        let taken = Taken(
            observation: observation, version: before + 1, decisions: turn.decisions,
            artifacts: turn.artifacts.map(\.bytes))
        self.taken.append(taken)
        return taken
    }

    /// What a commit must append for everything taken; nil if there is nothing.
    ///
    /// - Parameter place: the place in the commit of the first of these events.
    public func append(at place: UInt32 = 0) -> StreamAppend? {
        guard !taken.isEmpty else { return nil }
        var events: [NewEvent] = []
        for turn in taken {
            let observation = place + UInt32(events.count)
            events.append(
                NewEvent(turn.observation, kind: .observation))
            for decision in turn.decisions {
                events.append(
                    NewEvent(decision, kind: .decision, cause: observation))
            }
        }
        return StreamAppend(events, to: stream, expecting: .exactly(written))
    }

    /// The artifacts that the decisions taken refer to.
    public var artifacts: [[UInt8]] { taken.flatMap(\.artifacts) }

    /// Says that everything taken is written.
    public mutating func markWritten() {
        written = turn.version
        taken.removeAll()
    }
}
