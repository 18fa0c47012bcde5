import EventSourcing
import EventSourcingTesting
import Events
import JobFixtures
import Jobs
import Wire

/// What golden jobs are made of: each a life with its troubles.
enum Stories {
    static var all: [(name: String, story: Story)] {
        [
            ("straight", straight), ("retries", retries), ("ladder", ladder), ("refusals", refusals),
            ("edited", edited), ("answered", answered), ("expired", expired), ("unknown-delivery", unknownDelivery),
            ("unsafe-call", unsafeCall), ("budget", budget), ("reverted", reverted), ("lineage", lineage),
            ("paused", paused), ("cancelled", cancelled),
        ]
    }

    static var straight: Story {
        var story = Story()
        story.writeDraft()
        _ = story.lease(0)
        story.decide(.approve)
        story.deliverAll()
        return story
    }

    static var retries: Story {
        var story = Story()
        story.assemble("plan")
        story.fail(.server)
        story.assemble("plan")
        story.passWait("plan")
        story.assemble("plan")
        story.fail(.rateLimit, retryAfterMs: 90_000)
        story.passWait("plan")
        story.assemble("plan")
        story.answer(Array("not JSON".utf8))
        story.assemble("plan")
        story.answer(.fields(("topic", "pricing")))
        return story
    }

    static var ladder: Story {
        var story = Story()
        story.assemble("plan")
        story.fail(.refused)
        story.assemble("plan")
        story.fail(.refused)
        let output = story.newsletter.shelf.put(JSON.fields(("topic", "by hand")))
        story.decide(.takeOver(TakeOver(output: output)))
        story.assemble("draft")
        story.answer(Story.draft)
        return story
    }

    static var refusals: Story {
        var story = Story()
        story.writeDraft()
        story.decide(.approve, seen: story.newsletter.shelf.put(Array("other bytes".utf8)))
        let approval = story.approval
        let subject = approval?.subject ?? Digest(a: 0, b: 0, c: 0, d: 0)
        story.decide(.approve)
        story.when(
            .approvalDecided(
                ApprovalDecided(approval: approval?.version ?? 0, seen: subject, verdict: .reject, comment: nil)))
        return story
    }

    static var edited: Story {
        var story = Story()
        story.writeDraft()
        story.editBody("One better idea.")
        story.deliverAll()
        return story
    }

    static var answered: Story {
        var story = Story()
        story.writeDraft()
        for _ in 0..<2 {
            story.decide(.respond, comment: "shorter")
            story.assemble("draft")
            story.answer(Story.draft)
            story.assemble("publish", items: [story.audience])
        }
        story.decide(.respond, comment: "once more")
        story.decide(.reject)
        story.when(.retryAsked(RetryAsked(step: "")))
        return story
    }

    static var expired: Story {
        var story = Story()
        story.writeDraft()
        let timers = story.state.timers
        story.specification.pass(3 * Newsletter.day)
        story.when(.timerFired(TimerFired(timer: timers[0].version)))
        story.decide(.approve)
        story.when(.timerFired(TimerFired(timer: timers[1].version)))
        story.when(.jobResumed(JobResumed()))
        return story
    }

    static var unknownDelivery: Story {
        var story = Story(Newsletter(smtp: true))
        story.writeDraft()
        story.decide(.approve)
        _ = story.lease(0)
        story.deliver(.unknown(EffectUnknown(detail: "no reply")))
        _ = story.lease(0)
        _ = story.lease(1)
        story.deliver(story.receipt)
        story.decide(.approve)
        return story
    }

    static var unsafeCall: Story {
        var story = Story(Newsletter(command: true))
        story.assemble("plan")
        story.when(.callEnded(CallEnded(call: story.call, outcome: .unresolved, latencyUs: 0)))
        story.decide(.approve)
        story.assemble("plan")
        story.answer(.fields(("topic", "pricing")))
        return story
    }

    static var budget: Story {
        var story = Story(limits: Limits(attempts: 0, costMicrodollars: 100))
        story.assemble("plan")
        story.assemble("plan")
        story.answer(.fields(("topic", "pricing")), cost: 0)
        return story
    }

    static var reverted: Story {
        var story = Story()
        let source = KnowledgeSource(entry: "pricing", version: 2, chunk: 1, chunks: 1)
        story.assemble(
            "plan",
            items: [
                ContextItem(
                    source: .knowledge(source), label: "facts",
                    content: story.newsletter.shelf.put(Array("Pro costs $29".utf8)), rank: 1, scoreMillionths: 830_000,
                    tokens: 4, why: .similar)
            ])
        story.answer(.fields(("topic", "pricing")))
        story.assemble("draft")
        story.answer(Story.draft)
        story.assemble("publish", items: [story.audience])
        story.when(.inputReverted(InputReverted(entry: "pricing", badVersion: 2, byVersion: 3)))
        story.assemble("plan")
        story.answer(.fields(("topic", "prices")))
        return story
    }

    static var lineage: Story {
        var story = Story()
        story.assemble("plan")
        story.answer(.fields(("topic", "pricing")))
        story.assemble("draft")
        story.answer(Story.draft)
        let key = Digest.of(
            EffectKey(
                rootJob: "newsletter-1", step: "publish", item: "",
                recipient: People.name(of: Story.people[0]), ordinal: 0))
        let reached = ContextItem(
            source: .delivered, label: "delivered",
            content: story.newsletter.shelf.put([.string(key.description)] as JSON), rank: 2, scoreMillionths: 0,
            tokens: 0, why: .named)
        story.assemble("publish", items: [story.audience, reached])
        story.decide(.approve)
        story.deliverAll()
        return story
    }

    static var paused: Story {
        var story = Story()
        story.assemble("plan")
        story.when(.jobPaused(JobPaused(reason: nil)))
        story.answer(.fields(("topic", "pricing")))
        story.when(.jobResumed(JobResumed()))
        story.when(.jobSteered(JobSteered(note: story.newsletter.shelf.put(Array("mention Friday".utf8)))))
        story.assemble("draft")
        return story
    }

    static var cancelled: Story {
        var story = Story()
        story.writeDraft()
        story.when(.cancelAsked(CancelAsked(reason: nil)))
        story.when(.jobPaused(JobPaused(reason: nil)))
        return story
    }
}

extension Story {
    /// Lets the time pass that a retry waits.
    mutating func passWait(_ step: String) {
        let until = state.step(step)?.task?.notBefore ?? 0
        if until > specification.time { specification.pass(until - specification.time) }
    }

    mutating func deliverAll() {
        for place in 0..<UInt32(state.effect(ofStep: "publish")?.deliveries.count ?? 0) {
            _ = lease(place)
            deliver(receipt)
        }
    }

    /// Edits the draft, and approves exactly the mail made of it.
    mutating func editBody(_ body: String) {
        guard let effect = state.effect(ofStep: "publish") else { return }
        let draft = newsletter.shelf.put(Story.draft.setting("body", to: .string(body)))
        let batch = try? newsletter.decider.batch(forEdited: draft, of: effect, in: state)
        decide(
            .edit(ApprovalEdit(draft: draft, exact: batch.map { Digest.of($0.wireBytes) }, distanceMillionths: 300_000))
        )
    }
}
