import EventSourcing
import EventSourcingTesting
import Events
import JobFixtures
import Jobs
import Testing
import Wire

@Suite struct `A task that joins a session` {
    private func context(
        _ story: Story, _ agent: String, about customer: String = "", items: [ContextItem] = []
    ) -> JobObservation {
        .contextAssembled(
            ContextAssembled(
                task: story.task("plan"), asOf: 1, method: .none, items: items, cut: [], budgetTokens: 500,
                session: SessionTerms(agent: agent, customer: customer, ttlMs: 1_000, tokens: 100)))
    }

    @Test func `joins that of its own role and no other`() {
        var story = Story()
        #expect(story.when(context(story, "writer")).rejection == .notAllowed("a session of another role"))
        let other = context(story, "strategist", about: "acme")
        #expect(story.when(other).rejection == .notAllowed("a session with another client"))
        #expect(story.when(context(story, "strategist")).names == ["CallRequested"])
    }

    @Test func `is told what was said under its own name, and replays exactly`() throws {
        var story = Story()
        let said = story.newsletter.shelf.put(Array("You answered: pricing".utf8))
        let source = ViewSource(view: SessionLabel.view, key: "said/newsletter-7@12")
        let item = ContextItem(
            source: .view(source), label: SessionLabel.exchanges, content: said, rank: 1, scoreMillionths: 0,
            tokens: 6, why: .session)
        #expect(item.source.label == "newsletter-7@12")
        #expect(ContextItem.Source.view(ViewSource(view: "metrics", key: "a/b")).label == "metrics a/b")
        story.when(context(story, "strategist", items: [item]))
        let replay = try Replay(story.newsletter.decider, story.specification.events)
        #expect(replay.isExact)
        let call = try #require(story.specification.events.last)
        let request = try #require(story.newsletter.decider.request(of: call.version, in: story.specification.events))
        let text = String(decoding: request.clear, as: UTF8.self)
        #expect(text.contains(SessionLabel.exchanges) && text.contains("You answered: pricing"))
    }
}
