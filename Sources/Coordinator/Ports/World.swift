public import EventSourcing

/// Time and chance, from outside.
public protocol World: Sendable {
    /// The time that is stamped on observations.
    func now() -> Timestamp
    /// Chance for seeds and names.
    func random() -> UInt64
    /// Waits until about this time; returns early when cancelled.
    func sleep(until time: Timestamp) async
}

extension World {
    /// A name for a commit made now.
    public func commitID() -> CommitID { CommitID(time: now(), random: (random(), random())) }
}
