import EventSourcing
import Events
import Testing
import Wire

@testable import Views

@Suite struct `Views that read some fields only` {
    @Test func `know every event of a job by its number`() {
        let listed = EventCatalog.entries.filter { $0.category == "job" }
        #expect(listed.map(\.type) == JobEventType.allCases.map(\.rawValue))
        #expect(listed.map(\.field) == JobEventType.allCases.map { "\($0)" })
    }

    @Test(arguments: 1...3) func `keep fingerprints part by part that are those of the whole`(_ seed: UInt64)
        async throws
    {
        let book = Book()
        var jobs = RandomJobs(seed: seed &+ 900)
        for _ in 0..<400 { try await jobs.step(jobs: 5, in: book) }
        // Once in one go; once from the bytes at every event.
        var whole = Rows(over: MemoryRows())
        var kept = MemoryRows()
        var writer = WireWriter()
        var last: [String: UInt64] = [:]
        try book.log.forEachEvent(after: 0) { event in
            try JobBoard().apply(event, to: &whole)
            whole.settle(at: UInt32(event.header.position))
            return true
        }
        let keys = whole.changedKeys
        for step in whole.steps { last[keys[Int(step.row)]] = step.fingerprint }
        for event in book.events { try JobBoard().apply(event, to: &kept) }
        for (key, print) in last {
            let bytes = try #require(kept.row(key))
            if key.hasPrefix("job/") {
                var file = try JobFile(wireBytes: bytes)
                #expect(file.fingerprint(using: &writer) == print, "\(key)")
            } else {
                var places = try StepPlaces(wireBytes: bytes)
                #expect(places.fingerprint(using: &writer) == print, "\(key)")
            }
        }
        #expect(last.count >= 5)
    }

    @Test(arguments: 1...3) func `call each state of a row by a fingerprint of its own`(_ seed: UInt64) async throws {
        let book = Book()
        var jobs = RandomJobs(seed: seed &+ 1_700)
        for _ in 0..<400 { try await jobs.step(jobs: 5, in: book) }
        try check(JobBoard(), in: book)
        try check(Metrics(), in: book)
    }

    /// Equal fingerprints stand for equal bytes, and the other way round, behind every event.
    private func check(_ projection: some Projection, in book: Book) throws {
        var rows = Rows(over: MemoryRows())
        var states: [String: [UInt64: [UInt8]]] = [:]
        var seen = 0
        try book.log.forEachEvent(after: 0) { event in
            guard projection.reads(event.header.shape) else { return true }
            try projection.apply(event, to: &rows)
            rows.settle(at: UInt32(event.header.position))
            let keys = rows.changedKeys
            for step in rows.steps[seen...] {
                let key = keys[Int(step.row)]
                let bytes = rows[key] ?? []
                if let known = states[key]?[step.fingerprint] {
                    #expect(known == bytes, "\(key): two states with one fingerprint")
                } else {
                    let isNew = states[key]?.values.contains(bytes) != true
                    #expect(isNew, "\(key): two fingerprints of one state")
                    states[key, default: [:]][step.fingerprint] = bytes
                }
            }
            seen = rows.steps.count
            return true
        }
        #expect(states.count > 5)
    }
}
