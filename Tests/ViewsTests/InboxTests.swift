import EventSourcing
import Events
import Testing
import Views
import Wire

@Suite struct `The inbox` {
    let job = Newsletter(job: "newsletter-8")

    @Test func `holds a question with all that a person needs to decide`() async throws {
        let book = Book()
        try await job.write(7, to: book)
        let rows = try Inbox.rows(in: book.rows(Inbox()))
        #expect(
            rows == [
                InboxRow(
                    job: "newsletter-8", step: "edit", approval: 16, kind: .review, subject: digest("subject"),
                    allowed: [.approve, .edit, .reject], consequences: job.asked.consequences,
                    expiresUs: 5_000_000_000_000_000, about: 15, position: 16, sinceUs: book.time, reminders: 0)
            ])
    }

    @Test func `counts reminders`() async throws {
        let book = Book()
        try await job.write(7, to: book)
        try await book.write(
            job.stream, JobObservation.timerFired(TimerFired(timer: 17)),
            JobDecision.approvalReminded(ApprovalReminded(approval: 16)))
        let row = try Inbox.row(of: job.job, approval: 16, in: book.rows(Inbox()))
        #expect(row?.reminders == 1)
    }

    @Test(arguments: [
        JobDecision.approvalExpired(ApprovalExpired(approval: 16)),
        JobDecision.approvalWithdrawn(ApprovalWithdrawn(approval: 16, reason: .retried)),
        JobDecision.jobCancelled(JobCancelled()),
        JobDecision.jobFailed(JobFailed(reason: .expired, step: "edit", detail: "")),
    ])
    func `loses a question that is not asked any more`(_ event: JobDecision) async throws {
        let book = Book()
        try await job.write(7, to: book)
        try await book.write(job.stream, event)
        #expect(try Inbox.rows(in: book.rows(Inbox())).isEmpty)
    }

    @Test func `loses a question that was answered, and keeps the others`() async throws {
        let book = Book()
        try await job.write(7, to: book)
        let other = Newsletter(job: "newsletter-80")
        try await other.write(7, to: book)
        try await book.write(job.stream, by: "owner", JobObservation.approvalDecided(job.decided))
        let rows = try book.rows(Inbox())
        #expect(try Inbox.rows(of: job.job, in: rows).isEmpty)
        #expect(try Inbox.rows(of: other.job, in: rows).map(\.approval) == [16])
        #expect(try Inbox.rows(in: rows).map(\.job) == ["newsletter-80"])
    }
}
