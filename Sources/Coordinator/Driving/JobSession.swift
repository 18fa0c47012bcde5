public import EventSourcing
public import Events
public import Jobs
public import Sealing
public import Wire

/// A job being worked on: its state, the turns that are not written yet, and what they refer to.
public struct JobSession: ~Copyable {
    public let job: String
    public let shelf: ArtifactShelf
    private let log: any EventLog
    private var session: StreamSession<JobDecider>
    /// The one time of everything taken since the last commit: a commit has one, and its decisions may have used it.
    private var stamp: Timestamp?

    /// Reads the job; one that does not exist yet has an empty state.
    public init(_ job: String, in log: any EventLog, _ keyring: any Keyring) throws(ReadFailure) {
        self.job = job
        self.log = log
        shelf = ArtifactShelf(log, keyring)
        session = try StreamSession(JobDecider(artifacts: shelf), on: Self.stream(of: job), in: log)
    }

    public static func stream(of job: String) -> StreamName { StreamName(category: "job", id: job) }

    public var state: JobState { session.state }
    public var version: StreamVersion { session.version }
    /// The version up to which the job is written.
    public var written: StreamVersion { session.written }
    public var hasFresh: Bool { !session.taken.isEmpty }

    /// The time at which an observation taken now is: that of the commit under way, or this one.
    public func time(_ now: Timestamp) -> Timestamp { stamp ?? now }

    /// Takes an observation, with the contents that it names.
    ///
    /// - Parameters:
    ///   - artifacts: as they are to be kept.
    ///   - now: its time, unless a commit is under way: then it is that commit's.
    @discardableResult
    public mutating func take(
        _ observation: JobObservation, artifacts: [[UInt8]] = [], at now: Timestamp
    ) throws(JobRejection) -> StreamSession<JobDecider>.Taken? {
        for artifact in artifacts { shelf.put(artifact) }
        let time = time(now)
        let taken = try session.take(observation, at: time)
        if taken != nil { stamp = time }
        for artifact in taken?.artifacts ?? [] { shelf.put(artifact) }
        return taken
    }

    /// The commit of everything taken; nil if there is nothing.
    public func commit(
        id: CommitID, actor: String, guards: [Guard] = [], with others: [StreamAppend] = []
    ) -> NewCommit? {
        guard let append = session.append(), let time = stamp else { return nil }
        return NewCommit(
            id: id, time: time, actor: actor, appends: [append] + others, guards: guards, artifacts: shelf.fresh)
    }

    /// Says that everything taken is written.
    public mutating func markWritten() {
        session.markWritten()
        shelf.markWritten()
        stamp = nil
    }

    /// Somebody else wrote first: reads the job again and takes once more what came from outside.
    ///
    /// Whatever asks for a call or a delivery is left out: it would stand elsewhere now, with another permit, and may
    /// not be wanted any more. Whoever drives looks at the job anew.
    ///
    /// - Returns: what the job does not accept any more, with the reason.
    public mutating func rebase(at now: Timestamp) throws(ReadFailure) -> [(JobObservation, JobRejection)] {
        let lost = session.taken.map(\.observation).filter { !$0.asksForSomething }
        let time = time(now)
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
        stamp = session.taken.isEmpty ? nil : time
        return refused
    }

    /// Whom the job is about: everybody whom a content that it rests on is about.
    public var about: Set<SubjectID> { shelf.about(contents) }

    /// Whether something that the job rests on was erased, so that it cannot go on.
    public var isErased: Bool { contents.contains { shelf.isErased($0) } }

    private var contents: [Digest] {
        JobDecider.sources(of: state) + state.notes + state.steps.flatMap(\.notes)
            + state.effects.filter { !$0.isVoid }.map(\.draft)
    }

    /// What expressions see now.
    public var scope: JSON { JobDecider(artifacts: shelf).scope(of: session.state) }
}

extension JobObservation {
    /// Whether a decision to act outside follows at once: a call from a context, a delivery from a lease.
    fileprivate var asksForSomething: Bool {
        switch self {
        case .contextAssembled, .effectLeased: true
        default: false
        }
    }
}
