public import Wire

/// The rules of one kind of stream, as pure functions over that stream alone.
///
/// Observations come from outside and are written as they came. Decisions are concluded from them,
/// and can be concluded again: that is what replay does. The two types differ, so a decider
/// cannot write an observation and nobody else can write a decision.
public protocol Decider: Sendable {
    associatedtype Observation: EventUnion
    associatedtype Decision: EventUnion
    associatedtype State: Sendable, Equatable
    associatedtype Rejection: Error, Sendable, Equatable

    /// The state of a stream without events.
    var initialState: State { get }

    /// Throws, or returns without `turn.accept`, and the observation leaves no trace (a repeat, say).
    /// After `turn.accept` it must not throw: it emits every decision that follows.
    func decide(_ observation: Observation, in turn: inout Turn<Self>) throws(Rejection)

    /// Applies one recorded event. It cannot fail: the past is not up for debate.
    func evolve(_ state: inout State, observed: Observation, at place: Place)
    func evolve(_ state: inout State, decided: Decision, at place: Place)
}

/// Where and when an event stands, for those who fold it.
public struct Place: Sendable, Hashable {
    public let version: StreamVersion
    public let time: Timestamp

    public init(version: StreamVersion, time: Timestamp) {
        self.version = version
        self.time = time
    }
}
