import Coordinator
import EventSourcing
import Events
import JobFixtures
import Jobs
import Ledger
import Sealing
import Testing
import Wire

@Suite struct `Erasure in a job` {
    let company = Company()
    let ann = "ann@example.com"

    /// Every byte that the log keeps: payloads, and artifacts as they are stored.
    private var everything: [[UInt8]] {
        company.log.events(after: 0, limit: 1_000).map(\.payload)
            + company.log.artifacts(startingWith: "", limit: 1_000).compactMap { company.log.artifact($0) }
    }

    private func isKept(_ text: String) -> Bool {
        everything.contains { String(decoding: $0, as: UTF8.self).contains(text) }
    }

    @Test func `no address stands in an event or in the clear`() async throws {
        let job = try await company.queue()
        _ = try await company.drive(job)
        try await company.decide(job, .approve)
        #expect(try await company.drive(job) == .completed)
        #expect(company.post.recipients == ["ana@example.com", "ben@example.com"])
        #expect(isKept("Small prices"))
        #expect(!isKept("ana@example.com"))
        #expect(!isKept("ben@example.com"))
    }

    @Test func `what is made of sealed inputs is sealed for the same people`() async throws {
        let id = try #require(company.people.id(of: ann))
        let job = try await company.queue(about: [id])
        _ = try await company.drive(job)
        try await company.decide(job, .approve)
        #expect(try await company.drive(job) == .completed)
        for text in ["About pricing", "Small prices", "One idea."] { #expect(!isKept(text)) }
        let session = try JobSession(job, in: company.log, company.people)
        #expect(session.about == [id])
        #expect(try company.replay(job).isExact)
        #expect(try company.replay(job).unchecked.isEmpty)
    }

    @Test func `a job about an erased person is not checkable, and no turn of it diverges`() async throws {
        let id = try #require(company.people.id(of: ann))
        let job = try await company.queue(about: [id])
        _ = try await company.drive(job)
        try await company.decide(job, .approve)
        _ = try await company.drive(job)
        company.people.forget(ann)
        let replay = try company.replay(job)
        #expect(replay.divergences.isEmpty)
        #expect(!replay.unchecked.isEmpty)
    }

    @Test func `forgetting one recipient leaves the replay of a newsletter exact`() async throws {
        let job = try await company.queue()
        _ = try await company.drive(job)
        try await company.decide(job, .approve)
        _ = try await company.drive(job)
        company.people.forget("ana@example.com")
        let replay = try company.replay(job)
        #expect(replay.isExact)
        #expect(replay.unchecked.isEmpty)
    }

    @Test func `nothing is sent to somebody who was erased after the yes`() async throws {
        let job = try await company.queue()
        _ = try await company.drive(job)
        company.people.forget("ana@example.com")
        try await company.decide(job, .approve)
        #expect(try await company.drive(job) == .completed)
        #expect(company.post.recipients == ["ben@example.com"])
        let effect = try #require(company.state(job).effects.last)
        #expect(effect.deliveries.map(\.status) == [.failed, .succeeded])
        #expect(try company.replay(job).isExact)
    }

    @Test func `a job about somebody who was erased does not go on`() async throws {
        let id = try #require(company.people.id(of: ann))
        let job = try await company.queue(about: [id])
        _ = try await company.drive(job)
        company.people.forget(ann)
        let failure = await #expect(throws: DriveFailure.self) { _ = try await company.drive(job) }
        #expect(failure?.description.contains("erased") == true)
        #expect(company.post.recipients.isEmpty)
    }

    @Test func `a divergence elsewhere is found although something was erased`() async throws {
        let id = try #require(company.people.id(of: ann))
        let job = try await company.queue(about: [id])
        _ = try await company.drive(job)
        company.people.forget(ann)
        try await company.observe(.jobPaused(JobPaused(reason: nil)), by: job)
        let events = company.log.events(of: JobSession.stream(of: job), after: 0)
        let artifacts = WatchedArtifacts(ArtifactShelf(company.log, company.people))
        let replay = try Replay(
            JobDecider(artifacts: artifacts), events,
            substituting: { observation in
                guard case .jobPaused = observation else { return observation }
                return .jobAdmitted(JobAdmitted())
            }, hasMetErased: artifacts.takeErased)
        #expect(replay.divergences.map(\.version) == [events.last?.version])
    }

    @Test func `an answer that names a known person is sealed for them`() async throws {
        _ = company.people.id(of: "One idea.")
        let job = try await company.queue()
        _ = try await company.drive(job)
        #expect(!isKept("One idea."))
        company.people.forget("One idea.")
        #expect(try JobSession(job, in: company.log, company.people).isErased)
    }
}
