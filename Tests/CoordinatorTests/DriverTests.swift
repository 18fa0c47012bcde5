import Coordinator
import EventSourcing
import EventSourcingTesting
import Events
import JobFixtures
import Jobs
import Ledger
import Sealing
import Testing
import Wire

/// A small company in memory.
struct Company {
    let log = MemoryLog()
    let world = TestWorld()
    let model: TestModel
    let post: TestPost
    let people = People()
    let newsletter: Newsletter

    init(
        _ newsletter: Newsletter = Newsletter(), failures: [CallError] = [], canBeAsked: Bool = true
    ) {
        self.newsletter = newsletter
        model = TestModel(failures: failures)
        post = TestPost(canBeAsked: canBeAsked)
    }

    func queue(on log: (any EventLog)? = nil, about: Set<SubjectID> = []) async throws -> String {
        try await JobStart(
            manifest: newsletter.manifest, artifacts: newsletter.shelf.all, flow: "newsletter",
            inputs: .fields(("topic", "pricing")), about: about, limits: Limits(attempts: 0, costMicrodollars: 0),
            definitions: []
        ).queue(on: log ?? self.log, keyring: people, world: world, actor: "owner")
    }

    func drive(_ job: String, on log: (any EventLog)? = nil) async throws -> JobStatus {
        let driver = try await Driver(
            on: log ?? self.log, keyring: people, world: world, calls: model, effects: post,
            context: TestContext(people: people), version: "test")
        return try await driver.drive(job, patience: .max / 2)
    }

    func state(_ job: String) throws -> JobState { try JobSession(job, in: log, people).state }

    func observe(_ observation: JobObservation, by job: String) async throws {
        try await JobCommand(on: log, keyring: people, world: world, actor: "owner").observe([observation], by: job)
    }

    func decide(_ job: String, _ verdict: ApprovalDecided.Verdict) async throws {
        guard let approval = try state(job).approvals.first else { return }
        try await JobCommand(on: log, keyring: people, world: world, actor: "owner").observe(
            [
                .approvalDecided(
                    ApprovalDecided(
                        approval: approval.version, seen: approval.subject, verdict: verdict, comment: nil))
            ], by: job)
    }

    func replay(_ job: String) throws -> Replay<JobDecider> {
        let artifacts = WatchedArtifacts(ArtifactShelf(log, people))
        return try Replay(
            JobDecider(artifacts: artifacts), log.events(of: JobSession.stream(of: job), after: 0),
            hasMetErased: artifacts.takeErased)
    }
}

@Suite struct `The driver` {
    @Test func `takes a job to a person's desk and, after a yes, to the post`() async throws {
        let company = Company()
        let job = try await company.queue()
        #expect(try await company.drive(job) == .awaitingHuman)
        try await company.decide(job, .approve)
        #expect(try await company.drive(job) == .completed)
        #expect(company.post.counts.values.sorted() == [1, 1])
        #expect(company.model.calls == 2)
        #expect(try company.replay(job).isExact)
    }

    @Test func `writes one commit a step`() async throws {
        let company = Company()
        let job = try await company.queue()
        _ = try await company.drive(job)
        let commits = Set(company.log.events(of: JobSession.stream(of: job), after: 0).map(\.commit))
        // Queued; admitted with plan's request; plan's result with draft's request; draft's result with the question.
        #expect(commits.count == 4)
    }

    @Test func `waits for retries, and goes down the ladder`() async throws {
        let company = Company(failures: [.server, .server, .server, .refused])
        let job = try await company.queue()
        #expect(try await company.drive(job) == .awaitingHuman)
        #expect(try company.state(job).approvals.first?.kind == .handover)
        #expect(company.model.calls == 4)
    }

    @Test func `calls nobody who is switched off, and goes on when they are switched on`() async throws {
        let company = Company()
        let job = try await company.queue()
        try await control(company, .agentDisabled(AgentDisabled(agent: "strategist", reason: nil)))
        #expect(try await company.drive(job) == .running)
        #expect(company.model.calls == 0)
        try await control(company, .agentEnabled(AgentEnabled(agent: "strategist")))
        #expect(try await company.drive(job) == .awaitingHuman)
    }

    private func control(_ company: Company, _ event: ControlObservation) async throws {
        let event = NewEvent(event, kind: .observation)
        _ = try await company.log.append(
            NewCommit(
                id: company.world.commitID(), time: company.world.now(), actor: "owner",
                appends: [StreamAppend([event], to: StreamName("control"), expecting: .any)]))
    }

    @Test func `stops when another driver has taken over`() async throws {
        let company = Company()
        let job = try await company.queue()
        let first = try await Driver(
            on: company.log, keyring: company.people, world: company.world, calls: company.model, effects: company.post,
            context: TestContext(people: company.people), version: "test")
        _ = try await Driver(
            on: company.log, keyring: company.people, world: company.world, calls: company.model, effects: company.post,
            context: TestContext(people: company.people), version: "test")
        await #expect(throws: DriveFailure.self) { try await first.drive(job, patience: 0) }
        #expect(company.model.calls == 0)
    }

    @Test(arguments: [true, false], [true, false])
    func `dies at every append and loses nothing, mails nobody twice`(writesFirst: Bool, canBeAsked: Bool) async throws
    {
        var deaths = 0
        for appends in 0..<40 {
            let company = Company(Newsletter(smtp: !canBeAsked), canBeAsked: canBeAsked)
            let job = try await company.queue()
            let dying = DyingLog(company.log, after: appends, writesFirst: writesFirst)
            _ = try? await company.drive(job, on: dying)
            try await company.decide(job, .approve)
            _ = try? await company.drive(job, on: dying)
            if dying.isDead { deaths += 1 }
            // The next process takes it up; a person settles what nobody can know.
            for _ in 0..<4 where try company.state(job).phase != .completed {
                _ = try await company.drive(job)
                try await company.decide(job, .approve)
            }
            #expect(try company.state(job).phase == .completed)
            #expect(company.post.counts.values.allSatisfy { $0 == 1 })
            if canBeAsked { #expect(company.post.counts.count == 2) }
            #expect(try company.replay(job).isExact)
        }
        #expect(deaths > 6)
    }

    @Test(arguments: [ForgetfulLog.Fate.answerLost, .requestLost])
    func `an answer of the log that is lost costs no mail and no result`(_ fate: ForgetfulLog.Fate) async throws {
        for appends in 0..<12 {
            let company = Company(Newsletter(smtp: false), canBeAsked: true)
            let job = try await company.queue()
            let fates = Array(repeating: ForgetfulLog.Fate.answered, count: appends) + [fate]
            let forgetful = ForgetfulLog(company.log, fates: fates)
            for _ in 0..<5 where try company.state(job).phase != .completed {
                _ = try? await company.drive(job, on: forgetful)
                try await company.decide(job, .approve)
            }
            #expect(try company.state(job).phase == .completed)
            #expect(company.post.counts.count == 2)
            #expect(company.post.counts.values.allSatisfy { $0 == 1 })
            #expect(try company.replay(job).isExact)
        }
    }
}
