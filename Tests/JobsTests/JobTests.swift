import EventSourcing
import EventSourcingTesting
import Events
import JobFixtures
import Jobs
import Testing
import Wire

@Suite struct `A job` {
    @Test func `goes from plan to sent, one decision by a person binding draft and mail`() {
        var story = Story()
        #expect(story.assemble("plan").names == ["CallRequested"])
        #expect(story.answer(.fields(("topic", "pricing"))).names == ["TaskCompleted", "TaskRequested"])
        #expect(story.assemble("draft").names == ["CallRequested"])
        #expect(story.answer(Story.draft).names == ["TaskCompleted", "TaskRequested"])
        #expect(
            story.assemble("publish", items: [story.audience]).names
                == ["EffectPrepared", "ApprovalRequested", "TimerSet", "TimerSet"])
        #expect(story.state.status(at: story.specification.time) == .awaitingHuman)
        #expect(story.decide(.approve).names == ["TaskCompleted"])
        #expect(story.state.status(at: story.specification.time) == .running)
        #expect(story.lease(0).names == ["EffectStarted"])
        #expect(story.deliver(story.receipt).names == [])
        #expect(story.lease(1).names == ["EffectStarted"])
        #expect(story.deliver(story.receipt).names == ["TaskCompleted", "JobCompleted"])
        #expect(story.state.status(at: story.specification.time) == .completed)
        #expect(story.state.pending.isEmpty)
    }

    @Test func `replays exactly`() throws {
        var story = Story()
        story.writeDraft()
        story.decide(.approve)
        let replay = try Replay(story.newsletter.decider, story.specification.events)
        #expect(replay.isExact)
        #expect(replay.decisions > 8)
    }

    @Test func `is admitted once`() {
        var story = Story()
        #expect(story.when(.jobAdmitted(JobAdmitted())).rejection == .notQueued)
        #expect(story.when(.jobQueued(story.newsletter.queued())).rejection == .alreadyQueued)
    }

    @Test func `retries with growing waits, then goes down the ladder, then to a person`() {
        var story = Story()
        story.assemble("plan")
        var waits: [Timestamp] = []
        for _ in 0..<2 {
            guard case .taskRequested(let task)? = story.fail(.server).decisions.first else {
                return #expect(Bool(false))
            }
            #expect(task.why == .retry)
            waits.append(task.notBeforeUs - story.specification.time)
            #expect(story.assemble("plan").rejection == .tooEarly(until: task.notBeforeUs))
            story.specification.pass(waits[waits.count - 1])
            story.assemble("plan")
        }
        #expect(waits[0] >= 1_000_000 && waits[0] <= 1_250_000)
        #expect(waits[1] >= 2_000_000 && waits[1] <= 2_500_000)
        guard case .taskRequested(let second)? = story.fail(.server).decisions.first else {
            return #expect(Bool(false))
        }
        #expect(second.why == .fallback && second.rung == 1 && second.executor == "heuristic")
        story.assemble("plan")
        #expect(story.fail(.refused).names == ["TaskRequested", "ApprovalRequested"])
        #expect(story.state.status(at: story.specification.time) == .awaitingHuman)
        let output = story.newsletter.shelf.put(JSON.fields(("topic", "by hand")))
        #expect(story.decide(.takeOver(TakeOver(output: output))).names == ["TaskCompleted", "TaskRequested"])
    }

    @Test func `waits at least as long as a server asks, and at most a day`() {
        var story = Story()
        story.assemble("plan")
        guard case .taskRequested(let task)? = story.fail(.rateLimit, retryAfterMs: 60_000).decisions.first else {
            return #expect(Bool(false))
        }
        #expect(task.notBeforeUs >= story.specification.time + 60_000_000)
        story.specification.pass(task.notBeforeUs - story.specification.time)
        story.assemble("plan")
        guard case .taskRequested(let absurd)? = story.fail(.rateLimit, retryAfterMs: .max).decisions.first else {
            return #expect(Bool(false))
        }
        #expect(absurd.notBeforeUs - story.specification.time == JobDecider.backoffMax)
        #expect(story.state.status(at: story.specification.time) == .parked(until: absurd.notBeforeUs))
    }

    @Test func `takes an answer that is not of its shape as a failure`() {
        var story = Story()
        story.assemble("plan")
        #expect(story.answer(Array("Sure! Here is".utf8)).names == ["TaskRequested"])
        #expect(story.state.step("plan")?.task?.attempt == 2)
        #expect(story.state.spentMicrodollars == 10)
    }

    @Test func `refuses a yes to other bytes, a second yes, and one that comes too late`() {
        var story = Story()
        story.writeDraft()
        let approval = story.approval
        let other = story.newsletter.shelf.put(Array("other".utf8))
        #expect(
            story.decide(.approve, seen: other).rejection
                == .sawOtherBytes(seen: other, now: approval?.subject ?? other))
        var late = story
        late.specification.pass(4 * Newsletter.day)
        #expect(late.decide(.approve).rejection == .approvalExpired(approval?.version ?? 0))
        story.decide(.approve)
        let again = ApprovalDecided(
            approval: approval?.version ?? 0, seen: approval?.subject ?? other, verdict: .approve, comment: nil)
        #expect(story.when(.approvalDecided(again)).rejection == .approvalClosed(approval?.version ?? 0))
    }

    @Test func `never delivers before it is approved`() {
        var story = Story()
        story.writeDraft()
        #expect(story.lease(0).rejection == .notApproved(story.state.effect(ofStep: "publish")?.version ?? 0))
    }

    @Test func `makes the mail anew from an edited draft, and takes only the bytes the person saw`() throws {
        var story = Story()
        story.writeDraft()
        let before = story.state.effect(ofStep: "publish")
        let edited = JSON.fields(("subject", "Small prices"), ("body", "One better idea."))
        let draft = story.newsletter.shelf.put(edited)
        let blind = ApprovalEdit(draft: draft, exact: before?.exact, distanceMillionths: 300_000)
        guard case .sawOtherBytes(_, let exact)? = story.decide(.edit(blind)).rejection else {
            return #expect(Bool(false), "an edit with the old bytes was taken")
        }
        let seen = ApprovalEdit(draft: draft, exact: exact, distanceMillionths: 300_000)
        #expect(story.decide(.edit(seen)).names == ["EffectPrepared", "TaskCompleted"])
        #expect(story.state.effect(ofStep: "publish")?.exact == exact)
        #expect(story.lease(0).names == ["EffectStarted"])
    }

    @Test func `is told what to change, a bounded number of times`() {
        var story = Story()
        story.writeDraft()
        for _ in 0..<2 {
            #expect(story.decide(.respond, comment: "shorter").names == ["TaskRequested"])
            story.assemble("draft")
            story.answer(Story.draft)
            story.assemble("publish", items: [story.audience])
        }
        #expect(story.decide(.respond, comment: "again").rejection == .tooManyResponses(2))
        #expect(story.decide(.approve).names == ["TaskCompleted"])
    }

    @Test func `fails when a person says no, and asks again when it is retried`() {
        var story = Story()
        story.writeDraft()
        #expect(story.decide(.reject).names == ["TaskFailed", "JobFailed"])
        #expect(story.state.status(at: story.specification.time) == .failed)
        #expect(story.when(.retryAsked(RetryAsked(step: ""))).names == ["TaskRequested"])
        #expect(story.assemble("publish", items: [story.audience]).names?.contains("ApprovalRequested") == true)
    }

    @Test func `is reminded, expires into a park, and asks again when it is resumed`() {
        var story = Story()
        story.writeDraft()
        let timers = story.state.timers
        #expect(timers.map(\.purpose) == [.reminder, .expiry])
        #expect(story.when(.timerFired(TimerFired(timer: timers[0].version))).rejection != nil)
        story.specification.pass(3 * Newsletter.day)
        #expect(story.when(.timerFired(TimerFired(timer: timers[0].version))).names == ["ApprovalReminded"])
        #expect(story.when(.timerFired(TimerFired(timer: timers[1].version))).names == ["ApprovalExpired"])
        #expect(story.state.status(at: story.specification.time) == .parked(until: nil))
        #expect(story.when(.jobResumed(JobResumed())).names == ["TaskRequested"])
        #expect(story.assemble("publish", items: [story.audience]).names?.contains("ApprovalRequested") == true)
    }

    @Test func `begins nothing while it is paused`() {
        var story = Story()
        story.assemble("plan")
        story.when(.jobPaused(JobPaused(reason: nil)))
        #expect(story.answer(.fields(("topic", "pricing"))).names == ["TaskCompleted"])
        #expect(story.state.status(at: story.specification.time) == .paused)
        #expect(story.when(.jobResumed(JobResumed())).names == ["TaskRequested"])
    }

    @Test func `that is cancelled withdraws its questions and takes a late answer as evidence only`() {
        var story = Story()
        story.writeDraft()
        #expect(story.when(.cancelAsked(CancelAsked(reason: nil))).names == ["ApprovalWithdrawn", "JobCancelled"])
        #expect(story.state.status(at: story.specification.time) == .cancelled)
        #expect(story.when(.jobPaused(JobPaused(reason: nil))).rejection == .notOpen)
    }

    @Test func `asks for no call that would break its budget`() {
        var story = Story(limits: Limits(attempts: 0, costMicrodollars: 100))
        #expect(story.assemble("plan").names == ["TaskRequested"])
        #expect(story.state.step("plan")?.task?.executor == "heuristic")
    }

    @Test func `repeats a pure call that nobody knows the end of, and asks about an unsafe one`() {
        var pure = Story()
        pure.assemble("plan")
        let ended = CallEnded(call: pure.call, outcome: .unresolved, latencyUs: 0)
        guard case .taskRequested(let task)? = pure.when(.callEnded(ended)).decisions.first else {
            return #expect(Bool(false))
        }
        #expect(task.attempt == 1 && task.rung == 0 && task.why == .retry)
        var unsafe = Story(Newsletter(command: true))
        unsafe.assemble("plan")
        let lost = CallEnded(call: unsafe.call, outcome: .unresolved, latencyUs: 0)
        #expect(unsafe.when(.callEnded(lost)).names == ["ApprovalRequested"])
        #expect(unsafe.decide(.approve).names == ["TaskRequested"])
    }

    @Test func `asks a person about a delivery that nobody knows the end of, and never sends it again by itself`() {
        var story = Story(Newsletter(smtp: true))
        story.writeDraft()
        story.decide(.approve)
        _ = story.lease(0)
        let unknown = EffectEnded.Outcome.unknown(EffectUnknown(detail: "no reply"))
        #expect(story.deliver(unknown).names == ["ApprovalRequested"])
        #expect(story.lease(0).rejection == .noSuchDelivery)
        _ = story.lease(1)
        story.deliver(story.receipt)
        #expect(story.state.status(at: story.specification.time) == .awaitingHuman)
        #expect(story.decide(.approve).names == ["TaskCompleted", "JobCompleted"])
    }

    @Test func `sends a delivery again that a person knows did not arrive`() {
        var story = Story(Newsletter(smtp: true))
        story.writeDraft()
        story.decide(.approve)
        _ = story.lease(0)
        story.deliver(.unknown(EffectUnknown(detail: "no reply")))
        story.decide(.reject)
        #expect(story.lease(0).names == ["EffectStarted"])
        story.deliver(story.receipt)
        _ = story.lease(1)
        #expect(story.deliver(story.receipt).names == ["TaskCompleted", "JobCompleted"])
    }

    @Test func `tries a delivery again only if it certainly was not made`() {
        var story = Story()
        story.writeDraft()
        story.decide(.approve)
        _ = story.lease(0)
        let failed = EffectFailed(error: .server, status: 451, detail: "later", retryable: true)
        story.deliver(.failed(failed))
        #expect(story.lease(0).rejection != nil)
        story.specification.pass(2_000_000)
        #expect(story.lease(0).names == ["EffectStarted"])
    }

    @Test func `is not mailed twice to anybody whom its lineage reached`() {
        var story = Story()
        story.writeDraft()
        let batch = story.state.effect(ofStep: "publish").flatMap { effect in
            story.newsletter.shelf.bytes(effect.exact).flatMap { try? MailBatch(wireBytes: $0) }
        }
        let first = batch?.deliveries[0].idempotencyKey
        story.decide(.respond, comment: "again")
        story.assemble("draft")
        story.answer(Story.draft)
        let reached = ContextItem(
            source: .delivered, label: "delivered",
            content: story.newsletter.shelf.put(JSON.array([.string(first?.description ?? "")])), rank: 2,
            scoreMillionths: 0, tokens: 0, why: .named)
        guard
            case .approvalRequested(let asked)? = story.assemble("publish", items: [story.audience, reached])
                .decisions.first(where: { $0.name == "ApprovalRequested" })
        else { return #expect(Bool(false)) }
        #expect(asked.consequences.recipients == 1)
        #expect(asked.consequences.alreadyReached == 1)
    }

    @Test func `takes back what a reverted entry led to, and begins there again`() {
        var story = Story()
        let source = KnowledgeSource(entry: "pricing", version: 2, chunk: 1, chunks: 1)
        let item = ContextItem(
            source: .knowledge(source), label: "facts", content: story.newsletter.shelf.put(Array("$29".utf8)),
            rank: 1, scoreMillionths: 1, tokens: 1, why: .similar)
        story.assemble("plan", items: [item])
        story.answer(.fields(("topic", "pricing")))
        story.assemble("draft")
        story.answer(Story.draft)
        story.assemble("publish", items: [story.audience])
        let reverted = InputReverted(entry: "pricing", badVersion: 2, byVersion: 3)
        #expect(story.when(.inputReverted(reverted)).names == ["ApprovalWithdrawn", "TaskRequested"])
        #expect(story.state.step("plan")?.status == .working)
        #expect(story.state.step("draft")?.status == .idle)
    }

    @Test func `rebuilds the exact bytes of each request from the log`() throws {
        var story = Story()
        story.assemble("plan")
        guard
            case .callRequested(let request)? = story.specification.events.last.flatMap({
                try? $0.decode(JobDecision.self)
            })
        else { return #expect(Bool(false)) }
        let built = story.newsletter.decider.request(of: story.call, in: story.specification.events)
        #expect(built?.digest == request.request)
        let text = built.map { String(decoding: $0.clear, as: UTF8.self) } ?? ""
        #expect(text.contains("You plan for Small Levers."))
        #expect(text.contains("About pricing"))
    }
}
