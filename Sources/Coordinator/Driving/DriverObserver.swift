public import EventSourcing
public import Jobs

/// Whoever watches the driver: the command line shows progress with it.
public protocol DriveObserver: Sendable {
    /// A turn was taken; it may not be written yet.
    func turned(_ job: String, _ turn: StreamSession<JobDecider>.Taken, state: JobState)
    /// A call is about to be made.
    func calling(_ job: String, step: String, executor: String, model: String)
    /// Nothing can be done before this time, and the driver waits.
    func waiting(_ job: String, until time: Timestamp)
}

/// Watches nothing.
public struct NoObserver: DriveObserver {
    public init() {}
    public func turned(_ job: String, _ turn: StreamSession<JobDecider>.Taken, state: JobState) {}
    public func calling(_ job: String, step: String, executor: String, model: String) {}
    public func waiting(_ job: String, until time: Timestamp) {}
}
