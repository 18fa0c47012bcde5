import EventSourcing
import Events
import Testing
import Views
import Wire

@Suite struct `The job board` {
    let job = Newsletter(job: "newsletter-8")

    private func row(_ book: Book) throws -> JobRow {
        try #require(try JobBoard.row(of: job.job, in: book.rows(JobBoard())))
    }

    @Test func `shows a queued job with all that it pins`() async throws {
        let book = Book()
        try await book.write(job.stream, by: "owner", JobObservation.jobQueued(job.queued))
        let row = try row(book)
        #expect(row.state == .queued)
        #expect(row.flow == "newsletter")
        #expect(row.manifest == digest("manifest"))
        #expect(row.limits == Limits(attempts: 3, costMicrodollars: 500_000))
        #expect(row.actor == "owner")
        #expect(row.firstPosition == 1)
        #expect(row.queuedUs == book.time)
        #expect(row.steps.isEmpty)
    }

    @Test func `shows what waits for a person, and what led there`() async throws {
        let book = Book()
        try await job.write(7, to: book)
        let row = try row(book)
        #expect(row.state == .awaitingHuman)
        #expect(row.steps.map(\.step) == ["plan", "draft", "publish", "edit"])
        #expect(row.steps.map(\.status) == [.done, .done, .idle, .waiting])
        #expect(row.steps[0].executor == "writing")
        #expect(row.steps[0].model == "small")
        #expect(row.steps[1].output == digest("draft"))
        #expect(row.steps[1].completed == 12)
        #expect(row.steps[1].costMicrodollars == 200)
        #expect(row.steps[1].latencyUs == 30_000)
        #expect(row.steps[1].confidenceMillionths == 720_000)
        #expect(row.approvals.map(\.approval) == [16])
        #expect(row.approvals.map(\.step) == ["edit"])
        #expect(row.costMicrodollars == 300)
        #expect(row.version == 17)
    }

    @Test func `shows a delivery under way, and the end`() async throws {
        let book = Book()
        try await job.write(8, to: book)
        #expect(try row(book).state == .running)
        #expect(try row(book).approvals.isEmpty)
        try await book.write(job.stream, job.commits[8])
        #expect(try row(book).steps[2].status == .running)
        try await book.write(job.stream, job.commits[9])
        let row = try row(book)
        #expect(row.state == .completed)
        #expect(row.endedUs == book.time)
        #expect(row.output == digest("publish"))
        #expect(row.steps.allSatisfy { $0.status == .done })
        #expect(
            row.steps[2].deliveries
                == DeliveryCounts(
                    effect: 19, connector: "newsletter", prepared: 1, succeeded: 1, failed: 0, unknown: 0, due: 0)
        )
    }

    @Test func `parks a job until its retry, and counts attempts`() async throws {
        let book = Book()
        try await job.write(3, to: book)
        let later = book.time + 60 * Book.second
        try await book.write(
            job.stream, JobObservation.callEnded(job.failed(5, .server)),
            JobDecision.taskRequested(job.task("plan", why: .retry, attempt: 2, notBefore: later)))
        let row = try row(book)
        #expect(row.state == .parked)
        #expect(row.parkedUntilUs == later)
        #expect(row.steps[0].tasks == 2)
        #expect(row.steps[0].attempt == 2)
        #expect(row.steps[0].detail == "it failed")
        #expect(row.costMicrodollars == 7)
    }

    @Test func `lays pause and resume on top of the state`() async throws {
        let book = Book()
        try await job.write(7, to: book)
        try await book.write(job.stream, by: "owner", JobObservation.jobPaused(JobPaused()))
        #expect(try row(book).paused)
        #expect(try row(book).state == .awaitingHuman)
        try await book.write(job.stream, by: "owner", JobObservation.jobResumed(JobResumed()))
        #expect(try !row(book).paused)
    }

    @Test func `shows a failure, and takes it back when a person asks for another try`() async throws {
        let book = Book()
        try await job.write(3, to: book)
        try await book.write(
            job.stream, JobObservation.callEnded(job.failed(5, .refused)),
            JobDecision.taskFailed(TaskFailed(task: 3, step: "plan", reason: .exhausted, detail: "no rung left")),
            JobDecision.jobFailed(JobFailed(reason: .exhausted, step: "plan", detail: "no rung left")))
        var failed = try row(book)
        #expect(failed.state == .failed)
        #expect(failed.failure == JobFailure(reason: .exhausted, step: "plan", detail: "no rung left"))
        #expect(failed.steps[0].status == .failed)
        try await book.write(
            job.stream, JobObservation.retryAsked(RetryAsked(step: "")),
            JobDecision.taskRequested(job.task("plan", why: .retry)))
        failed = try row(book)
        #expect(failed.state == .running)
        #expect(failed.failure == nil)
        #expect(failed.endedUs == 0)
    }

    @Test func `parks a job whose question ran out, until a person resumes it`() async throws {
        let book = Book()
        try await job.write(7, to: book)
        try await book.write(
            job.stream, JobObservation.timerFired(TimerFired(timer: 17)),
            JobDecision.approvalExpired(ApprovalExpired(approval: 16)))
        let row = try row(book)
        #expect(row.state == .parked)
        #expect(row.parkedUntilUs == 0)
        #expect(row.steps[3].status == .expired)
    }

    @Test func `shows an adopted step, at no cost`() async throws {
        var rerun = job
        rerun.origin = .rerun(Rerun(job: "newsletter-7", fromStep: "draft", root: "newsletter-7"))
        let book = Book()
        let adopted = StepAdopted(
            step: "plan", sourceJob: "newsletter-7", sourceVersion: 7, output: digest("plan"))
        try await book.write(
            job.stream, JobObservation.jobQueued(rerun.queued), JobObservation.stepAdopted(adopted))
        let row = try row(book)
        #expect(row.state == .queued)
        #expect(row.steps.map(\.status) == [.adopted])
        #expect(row.steps[0].output == digest("plan"))
        #expect(row.costMicrodollars == 0)
    }

    @Test func `settles a delivery of which nobody knew by what a person says`() async throws {
        let book = Book()
        try await job.write(9, to: book)
        let unknown = EffectEnded(
            started: 22, outcome: .unknown(EffectUnknown(detail: "the line broke")), settledBy: .connector)
        let question = ApprovalRequested(
            step: "publish", kind: .unknown, subject: digest("subject"), allowed: [.approve, .reject],
            consequences: job.asked.consequences, expiresUs: 0, about: 22)
        try await book.write(
            job.stream, JobObservation.effectEnded(unknown), JobDecision.approvalRequested(question))
        #expect(try row(book).steps[2].deliveries?.unknown == 1)
        #expect(try row(book).state == .awaitingHuman)
        let verdict = ApprovalDecided(approval: 24, seen: digest("subject"), verdict: .approve, comment: nil)
        try await book.write(job.stream, by: "owner", JobObservation.approvalDecided(verdict))
        #expect(try row(book).steps[2].deliveries?.unknown == 0)
        #expect(try row(book).steps[2].deliveries?.succeeded == 1)
    }

    @Test func `stops at an event whose job it does not have`() async throws {
        let book = Book()
        try await book.write(job.stream, JobObservation.jobAdmitted(JobAdmitted()))
        #expect(throws: UnknownEvent.orphan("JobAdmitted", missing: "the job's first event")) {
            try book.rows(JobBoard())
        }
    }

    @Test func `lists jobs from the oldest to the newest, whatever their names`() async throws {
        let book = Book()
        for number in [9, 10, 2] {
            try await Newsletter(job: "newsletter-\(number)").write(1, to: book)
        }
        let jobs = try JobBoard.rows(in: book.rows(JobBoard())).map(\.job)
        #expect(jobs == ["newsletter-9", "newsletter-10", "newsletter-2"])
    }
}
