import Coordinator
import EventSourcing
import EventSourcingTesting
import Events
import JobFixtures
import Jobs
import Ledger
import Synchronization
import Testing
import Wire

/// A log in which somebody else is always a moment faster: right before its n-th append they write.
private final class RivalLog: EventLog {
    private let log: any EventLog
    private let left: Mutex<Int>
    private let rival: @Sendable () async throws -> Void

    init(_ log: any EventLog, before append: Int, rival: @escaping @Sendable () async throws -> Void) {
        self.log = log
        left = Mutex(append)
        self.rival = rival
    }

    var hasWritten: Bool { left.withLock { $0 < 0 } }

    func append(_ commit: NewCommit) async throws(AppendFailure) -> Receipt {
        let isNow = left.withLock { left in
            left -= 1
            return left == -1
        }
        do { if isNow { try await rival() } } catch { throw .unavailable("\(error)") }
        return try await log.append(commit)
    }

    func head() throws(ReadFailure) -> Position { try log.head() }
    func events(after position: Position, limit: Int) throws(ReadFailure) -> [RecordedEvent] {
        try log.events(after: position, limit: limit)
    }
    func events(of stream: StreamName, after version: StreamVersion) throws(ReadFailure) -> [RecordedEvent] {
        try log.events(of: stream, after: version)
    }
    func version(of stream: StreamName) throws(ReadFailure) -> StreamVersion { try log.version(of: stream) }
    func streams(in category: String) throws(ReadFailure) -> [StreamName] { try log.streams(in: category) }
    func commit(_ id: CommitID) throws(ReadFailure) -> ClosedRange<Position>? { try log.commit(id) }
    func record(of id: CommitID) throws(ReadFailure) -> CommitRecord? { try log.record(of: id) }
    func artifact(_ digest: Digest) throws(ReadFailure) -> [UInt8]? { try log.artifact(digest) }
    func artifacts(startingWith hex: String, limit: Int) throws(ReadFailure) -> [Digest] {
        try log.artifacts(startingWith: hex, limit: limit)
    }
    func grown(beyond position: Position) async throws(ReadFailure) -> Position {
        try await log.grown(beyond: position)
    }
}

@Suite struct `A person who writes while the driver is at work` {
    /// What a person may do at any moment without stopping a job.
    enum Interference: CaseIterable, Sendable {
        case note, pauseAndResume, switchOffAndOn
    }

    private func interfere(_ interference: Interference, _ company: Company, _ job: String) async throws {
        switch interference {
        case .note:
            let note = Array("mention Friday".utf8)
            try await JobCommand(on: company.log, keyring: company.people, world: company.world, actor: "owner")
                .observe([.jobSteered(JobSteered(note: Digest.of(note)))], by: job, artifacts: [note])
        case .pauseAndResume:
            try await company.observe(.jobPaused(JobPaused(reason: nil)), by: job)
            try await company.observe(.jobResumed(JobResumed()), by: job)
        case .switchOffAndOn:
            for event: ControlObservation in [
                .agentDisabled(AgentDisabled(agent: "strategist", reason: nil)),
                .agentEnabled(AgentEnabled(agent: "strategist")),
            ] {
                _ = try await company.log.append(
                    NewCommit(
                        id: company.world.commitID(), time: company.world.now(), actor: "owner",
                        appends: [
                            StreamAppend(
                                [NewEvent(event, kind: .observation)], to: StreamName("control"), expecting: .any)
                        ]))
            }
        }
    }

    @Test(arguments: Interference.allCases)
    func `never moves a permit to another event, wastes a call, or mails twice`(_ interference: Interference)
        async throws
    {
        var interfered = 0
        for appends in 0..<24 {
            let company = Company(Newsletter(smtp: true), canBeAsked: false)
            let job = try await company.queue()
            let rival = RivalLog(company.log, before: appends) {
                try await interfere(interference, company, job)
            }
            #expect(try await company.drive(job, on: rival) == .awaitingHuman)
            try await company.decide(job, .approve)
            #expect(try await company.drive(job, on: rival) == .completed, "at append \(appends)")
            if rival.hasWritten { interfered += 1 }
            // Each call once, each mail once, nothing unknown.
            #expect(company.model.calls == 2, "at append \(appends)")
            #expect(company.post.counts.values.sorted() == [1, 1])
            try expectAnswersOfRequests(company, job)
            #expect(try company.replay(job).isExact)
        }
        #expect(interfered > 4)
    }

    /// Every end names a request, and none is unresolved or unknown.
    private func expectAnswersOfRequests(_ company: Company, _ job: String) throws {
        let events = company.log.events(of: JobSession.stream(of: job), after: 0)
        for event in events where event.kind == .observation {
            switch try event.decode(JobObservation.self) {
            case .callEnded(let ended):
                guard case .callRequested = try events[Int(ended.call) - 1].decode(JobDecision.self),
                    case .completed = ended.outcome
                else {
                    Issue.record("call \(ended.call) ended as \(ended.outcome)")
                    continue
                }
            case .effectEnded(let ended):
                guard case .effectStarted = try events[Int(ended.started) - 1].decode(JobDecision.self),
                    case .succeeded = ended.outcome
                else {
                    Issue.record("delivery \(ended.started) ended as \(ended.outcome)")
                    continue
                }
            default: break
            }
        }
    }
}
