public import EventSourcing
public import Events
public import Jobs
public import Wire

/// A job being worked on: its state, the turns that are not written yet, and what they refer to.
public struct JobSession: ~Copyable {
    public let job: String
    public let shelf: ArtifactShelf
    private let log: any EventLog
    private var session: StreamSession<JobDecider>

    /// Reads the job; one that does not exist yet has an empty state.
    public init(_ job: String, in log: any EventLog) throws(ReadFailure) {
        self.job = job
        self.log = log
        shelf = ArtifactShelf(log)
        session = try StreamSession(JobDecider(artifacts: shelf), on: Self.stream(of: job), in: log)
    }

    public static func stream(of job: String) -> StreamName { StreamName(category: "job", id: job) }

    public var state: JobState { session.state }
    public var version: StreamVersion { session.version }
    /// The version up to which the job is written.
    public var written: StreamVersion { session.written }
    public var hasFresh: Bool { !session.taken.isEmpty }

    /// Takes an observation, with the contents that it names.
    @discardableResult
    public mutating func take(
        _ observation: JobObservation, artifacts: [[UInt8]] = [], at time: Timestamp
    ) throws(JobRejection) -> StreamSession<JobDecider>.Taken? {
        for artifact in artifacts { shelf.put(artifact) }
        let taken = try session.take(observation, at: time)
        for artifact in taken?.artifacts ?? [] { shelf.put(artifact) }
        return taken
    }

    /// The commit of everything taken; nil if there is nothing.
    public func commit(
        id: CommitID, time: Timestamp, actor: String, guards: [Guard] = [], with others: [StreamAppend] = []
    ) -> NewCommit? {
        guard let append = session.append() else { return nil }
        return NewCommit(
            id: id, time: time, actor: actor, appends: [append] + others, guards: guards, artifacts: shelf.fresh)
    }

    /// Says that everything taken is written.
    public mutating func markWritten() {
        session.markWritten()
        shelf.markWritten()
    }

    /// Somebody else wrote to this job: reads it again and takes what was taken once more.
    ///
    /// - Returns: what the job does not accept any more, with the reason.
    public mutating func rebase(at time: Timestamp) throws(ReadFailure) -> [(JobObservation, JobRejection)] {
        let lost = session.taken.map(\.observation)
        session = try StreamSession(JobDecider(artifacts: shelf), on: Self.stream(of: job), in: log)
        var refused: [(JobObservation, JobRejection)] = []
        for observation in lost {
            do throws(JobRejection) {
                let taken = try session.take(observation, at: time)
                for artifact in taken?.artifacts ?? [] { shelf.put(artifact) }
            } catch {
                refused.append((observation, error))
            }
        }
        return refused
    }

    /// What expressions see now.
    public var scope: JSON { JobDecider(artifacts: shelf).scope(of: session.state) }
}
