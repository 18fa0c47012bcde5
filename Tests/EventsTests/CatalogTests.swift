import Events
import Testing
import Wire

@Suite struct `The catalogue of events` {
    @Test func `has every event once, in the order of the numbers`() {
        let types = EventCatalog.entries.map(\.type)
        #expect(types == types.sorted())
        #expect(Set(types) == Set(checkedEvents.keys))
        #expect(Set(EventCatalog.entries.map(\.name)).count == types.count)
    }

    @Test func `says of each event what its list says`() throws {
        var chance = Chance(seed: 1)
        for _ in 0..<200 {
            let observed = JobObservation.random(&chance)
            let observation = try #require(EventCatalog.entry(of: observed.type))
            #expect(observation.name == observed.name)
            #expect((observation.kind, observation.category, observation.revision) == (.observation, "job", 1))
            let decided = JobDecision.random(&chance)
            let decision = try #require(EventCatalog.entry(named: decided.name))
            #expect((decision.type, decision.kind) == (decided.type, .decision))
        }
        #expect(EventCatalog.entry(of: 130)?.category == "entry")
    }

    @Test func `shows an event without its stream, in the words of the list`() throws {
        var chance = Chance(seed: 2)
        for _ in 0..<200 {
            let event = JobDecision.random(&chance)
            let entry = try #require(EventCatalog.entry(of: event.type))
            for style in [JSONStyle.proto3, .display] {
                let fields = try EventCatalog.json(
                    type: event.type, revision: event.revision, payload: event.wireBytes, style: style)
                #expect(event.json(style: style) == .object([JSON.Field(entry.field, fields)]))
            }
        }
    }

    @Test func `shows digests as digits and numbers as numbers to people`() throws {
        let digest = try #require(Digest(hex: String(repeating: "0f", count: 32)))
        let adopted = StepAdopted(step: "plan", sourceJob: "newsletter-7", sourceVersion: 9, output: digest)
        #expect(
            adopted.displayJSON.description == """
                {"step":"plan","sourceJob":"newsletter-7","sourceVersion":9,"output":"\(digest)"}
                """)
        #expect(adopted.json["output"] == "Dw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8=")
        let timer = TimerSet(purpose: .reminder, about: 3, untilUs: 1_700_000_000_000_000)
        #expect(timer.displayJSON["untilUs"] == 1_700_000_000_000_000)
        #expect(timer.json["untilUs"] == "1700000000000000")
        #expect(timer.json["purpose"] == "TIMER_PURPOSE_REMINDER")
        let ended = CallEnded(call: 0, outcome: .unresolved, latencyUs: 5)
        #expect(ended.displayJSON.description == #"{"unresolved":{},"latencyUs":5}"#)
    }
}
