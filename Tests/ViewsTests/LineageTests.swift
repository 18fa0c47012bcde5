import EventSourcing
import Events
import Testing
import Views
import Wire

@Suite struct `The lineage` {
    @Test func `says who was shown which version of an entry`() async throws {
        let book = Book()
        try await Newsletter(job: "newsletter-7", shown: [knowledge("pricing", 1)]).write(3, to: book)
        try await Newsletter(
            job: "newsletter-8",
            shown: [knowledge("pricing", 2), knowledge("pricing", 2, label: "named"), knowledge("tone", 4)]
        ).write(3, to: book)
        let rows = try book.rows(Lineage())
        let all = try Lineage.exposure(ofEntry: "pricing", in: rows)
        #expect(all.map(\.job) == ["newsletter-7", "newsletter-8"])
        #expect(all.map(\.entryVersion) == [1, 2])
        #expect(all.map(\.step) == ["plan", "plan"])
        #expect(all.map(\.context) == [4, 4])
        #expect(all[1].chunks.map(\.label) == ["past", "named"])
        #expect(all[1].chunks[0].scoreMillionths == 830_000)
        #expect(try Lineage.exposure(ofEntry: "pricing", version: 2, in: rows).map(\.job) == ["newsletter-8"])
        #expect(try Lineage.exposure(ofEntry: "price", in: rows).isEmpty)
    }

    @Test func `says who was shown a file`() async throws {
        let book = Book()
        try await Newsletter(job: "newsletter-7").write(7, to: book)
        let rows = try book.rows(Lineage())
        let shown = try Lineage.exposure(ofFile: "lists/weekly.csv", in: rows)
        #expect(shown.map(\.step) == ["publish"])
        #expect(shown.map(\.content) == [digest("recipients")])
    }

    @Test func `says who read a row of a view while it was wrong`() async throws {
        let book = Book()
        let key = "outcome/newsletter-5/publish/opens"
        let read = ContextItem(
            source: .view(ViewSource(view: "metrics", key: key)), label: "results", content: digest("231"), rank: 1,
            scoreMillionths: 0, tokens: 4, why: .recent)
        try await Newsletter(job: "newsletter-6", shown: [read]).write(3, to: book)
        try await Newsletter(job: "newsletter-7", shown: [read]).write(3, to: book)
        let rows = try book.rows(Lineage())
        #expect(
            try Lineage.exposure(ofRow: key, inView: "metrics", in: rows).map(\.job) == [
                "newsletter-6", "newsletter-7",
            ])
        // The first context stands at @4, the second at @9.
        let wrong = try Lineage.wrongReads(ofRow: key, inView: "metrics", parts: 4, in: rows)
        #expect(wrong.map(\.job) == ["newsletter-7"])
        #expect(wrong.map(\.position) == [9])
    }
}

@Suite struct `A plan to take knowledge back` {
    private func plan(_ book: Book, _ version: UInt32 = 2) throws -> RevertPlan {
        try RevertPlan(
            takingBack: version, of: "pricing", asOf: book.head, in: book.rows(Lineage()))
    }

    @Test func `is empty for a version that nobody saw`() async throws {
        let book = Book()
        try await Newsletter(job: "newsletter-7", shown: [knowledge("pricing", 1)]).write(to: book)
        let plan = try plan(book)
        #expect(plan.steps.isEmpty)
        #expect(plan.effects.isEmpty)
        #expect(plan.consequence == .notUsed)
        #expect(plan.asOf == 26)
    }

    @Test func `lists a step whose output nobody has used yet`() async throws {
        let book = Book()
        try await Newsletter(job: "newsletter-7", shown: [knowledge("pricing", 2)]).write(3, to: book)
        let plan = try plan(book)
        #expect(plan.steps.map(\.step) == ["plan"])
        #expect(plan.steps.map(\.consequence) == [.notUsed])
        #expect(plan.steps.map(\.shown) == [true])
        #expect(plan.steps[0].context == 4)
    }

    @Test func `follows what was made of it up to a question that is still open`() async throws {
        let book = Book()
        try await Newsletter(job: "newsletter-7", shown: [knowledge("pricing", 2)]).write(7, to: book)
        let plan = try plan(book)
        #expect(plan.steps.map(\.step) == ["plan", "draft", "publish"])
        #expect(plan.steps.map(\.consequence) == [.recompute, .recompute, .notUsed])
        #expect(plan.steps.map(\.shown) == [true, false, false])
        #expect(plan.steps.map(\.costMicrodollars) == [100, 200, 0])
        #expect(plan.approvals.map(\.state) == [.open])
        #expect(plan.effects.map(\.consequence) == [.recompute])
    }

    @Test func `finds the mail that cannot be taken back, through an edit by a person`() async throws {
        let book = Book()
        try await Newsletter(job: "newsletter-7", shown: [knowledge("pricing", 2)]).write(to: book)
        let plan = try plan(book)
        #expect(plan.steps.map(\.step) == ["plan", "draft", "publish", "edit"])
        #expect(plan.steps.map(\.consequence) == [.recompute, .irreversible, .irreversible, .irreversible])
        let mail = try #require(plan.effects.last)
        #expect((mail.effect, mail.succeeded, mail.consequence) == (19, 1, .irreversible))
        #expect(mail.firstSuccessPosition == 23)
        #expect(plan.effects.first?.consequence == .recompute)
        #expect(plan.approvals.map(\.state) == [.edited])
        #expect(plan.approvals.map(\.closedPosition) == [18])
        #expect(plan.consequence == .irreversible)
    }

    @Test func `does not hold other versions, entries or jobs to account`() async throws {
        let book = Book()
        try await Newsletter(job: "newsletter-6", shown: [knowledge("pricing", 1)]).write(to: book)
        try await Newsletter(job: "newsletter-7", shown: [knowledge("tone", 2)]).write(to: book)
        try await Newsletter(job: "newsletter-8", shown: [knowledge("pricing", 2)]).write(to: book)
        #expect(Set(try plan(book).steps.map(\.job)) == ["newsletter-8"])
    }

    @Test func `follows an output into the job that adopted it`() async throws {
        let book = Book()
        try await Newsletter(job: "newsletter-7", shown: [knowledge("pricing", 2)]).write(4, to: book)
        let rerun = Newsletter(job: "newsletter-9")
        let adopted = StepAdopted(step: "plan", sourceJob: "newsletter-7", sourceVersion: 7, output: digest("plan"))
        try await book.write(rerun.stream, JobObservation.jobQueued(rerun.queued), JobObservation.stepAdopted(adopted))
        try await book.write(
            rerun.stream, JobObservation.jobAdmitted(JobAdmitted()),
            JobDecision.taskRequested(rerun.task("draft", [rerun.input(2, "plan")])))
        let plan = try plan(book)
        #expect(plan.steps.map(\.job) == ["newsletter-7", "newsletter-7", "newsletter-9", "newsletter-9"])
        #expect(plan.steps.map(\.step) == ["plan", "draft", "plan", "draft"])
        #expect(plan.steps[2].consequence == .recompute)
    }

    @Test func `follows knowledge that came of it, and who was shown that`() async throws {
        let book = Book()
        try await Newsletter(job: "newsletter-7", shown: [knowledge("pricing", 2)]).write(to: book)
        try await book.write(
            "entry/issue-7",
            EntryObservation.entryAdded(
                EntryAdded(content: content("issue 7"), source: .job(JobSource(job: "newsletter-7", version: 12)))))
        try await Newsletter(job: "newsletter-8", shown: [knowledge("issue-7", 1)]).write(4, to: book)
        let plan = try plan(book)
        #expect(plan.knowledge == [KnowledgeVersion(entry: "issue-7", version: 1)])
        #expect(plan.steps.filter { $0.job == "newsletter-8" }.map(\.step) == ["plan", "draft"])
    }

    @Test func `ends where knowledge goes round in a circle`() async throws {
        let book = Book()
        try await Newsletter(job: "newsletter-7", shown: [knowledge("pricing", 2)]).write(4, to: book)
        try await book.write(
            "entry/pricing",
            EntryObservation.entryAdded(
                EntryAdded(content: content("again"), source: .job(JobSource(job: "newsletter-7", version: 7)))))
        try await Newsletter(job: "newsletter-8", shown: [knowledge("pricing", 1)]).write(4, to: book)
        try await book.write(
            "entry/pricing",
            EntryObservation.entryRevised(
                EntryRevised(
                    base: 1, content: content("again"), source: .job(JobSource(job: "newsletter-8", version: 7)))))
        let plan = try plan(book)
        #expect(plan.knowledge == [KnowledgeVersion(entry: "pricing", version: 1)])
        #expect(Set(plan.steps.map(\.job)) == ["newsletter-7", "newsletter-8"])
    }

    @Test func `calls an effect compensable if the person was told it reaches nobody`() async throws {
        let book = Book()
        let job = Newsletter(job: "newsletter-7", shown: [knowledge("pricing", 2)])
        try await job.write(6, to: book)
        let asked = ApprovalRequested(
            step: "edit", kind: .review, subject: digest("subject"), allowed: [.approve],
            consequences: Consequences(recipients: 1, alreadyReached: 0, connector: "newsletter", risk: .none),
            expiresUs: 0, about: 15)
        let timer = TimerSet(purpose: .expiry, about: 16, untilUs: 5_000_000_000_000_000)
        try await book.write(
            job.stream, JobObservation.contextAssembled(job.context(13, [job.audience])),
            JobDecision.effectPrepared(job.prepared("draft")), JobDecision.approvalRequested(asked),
            JobDecision.timerSet(timer))
        for commit in job.commits.dropFirst(7) { try await book.write(job.stream, commit) }
        #expect(try plan(book).consequence == .compensable)
    }

    @Test func `takes a delivery of which nobody knows for one that happened, until a person says otherwise`()
        async throws
    {
        let book = Book()
        let job = Newsletter(job: "newsletter-7", shown: [knowledge("pricing", 2)])
        try await job.write(9, to: book)
        #expect(try plan(book).effects.last?.consequence == .irreversible)
        let unknown = EffectEnded(
            started: 22, outcome: .unknown(EffectUnknown(detail: "the line broke")), settledBy: .connector)
        let question = ApprovalRequested(
            step: "publish", kind: .unknown, subject: digest("subject"), allowed: [.approve, .reject],
            consequences: job.asked.consequences, expiresUs: 0, about: 22)
        try await book.write(
            job.stream, JobObservation.effectEnded(unknown), JobDecision.approvalRequested(question))
        #expect(try plan(book).effects.last?.consequence == .irreversible)
        let verdict = ApprovalDecided(approval: 24, seen: digest("subject"), verdict: .reject, comment: nil)
        try await book.write(job.stream, by: "owner", JobObservation.approvalDecided(verdict))
        #expect(try plan(book).effects.last?.consequence == .recompute)
    }

    @Test func `has canonical bytes, so that it can be kept and approved`() async throws {
        let book = Book()
        try await Newsletter(job: "newsletter-7", shown: [knowledge("pricing", 2)]).write(to: book)
        let plan = try plan(book)
        #expect(try RevertPlan(wireBytes: plan.wireBytes) == plan)
    }
}
