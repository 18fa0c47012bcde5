import EventSourcing
import Events
import JobFixtures
import Testing

@Suite struct `Jobs that are made up for measuring` {
    @Test func `live through every kind of event that a healthy job has`() {
        var traffic = JobTraffic()
        var types: Set<UInt16> = []
        for append in traffic.commit(events: 8_000).appends { types.formUnion(append.events.map(\.type)) }
        let lived = Set(EventCatalog.entries.filter { types.contains($0.type) }.map(\.name))
        let expected: Set = [
            "JobQueued", "JobAdmitted", "TaskRequested", "ContextAssembled", "CallRequested", "CallEnded",
            "TaskCompleted", "ApprovalRequested", "ApprovalDecided", "EffectPrepared", "EffectLeased", "EffectStarted",
            "EffectEnded", "JobCompleted", "OutcomeRecorded",
        ]
        #expect(expected.subtracting(lived).isEmpty)
    }
}
