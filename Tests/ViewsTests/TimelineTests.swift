import EventSourcing
import Events
import Testing
import Views
import Wire

@Suite struct `The timeline` {
    @Test func `has one line for every event, with the step it belongs to`() async throws {
        let book = Book()
        try await Newsletter(job: "newsletter-8").write(to: book)
        let rows = try book.rows(Timeline())
        let lines = try Timeline.rows(after: 0, limit: 100, in: rows)
        #expect(lines.map(\.position) == Array(1...26))
        #expect(lines.map(\.event) == book.events.map { EventCatalog.entry(of: $0.type)?.name })
        #expect(
            lines.map(\.step) == [
                "", "", "plan", "plan", "plan", "plan", "plan", "draft", "draft", "draft", "draft", "draft", "publish",
                "publish", "publish", "edit", "edit", "edit", "publish", "edit", "publish", "publish", "publish",
                "publish", "", "publish",
            ])
        #expect(lines.allSatisfy { !$0.line.isEmpty })
    }

    @Test func `says what happened in the event's own words`() async throws {
        let book = Book()
        let job = Newsletter(job: "newsletter-8")
        try await job.write(to: book)
        let rows = try book.rows(Timeline())
        func line(_ position: Position) throws -> String? { try Timeline.row(at: position, in: rows)?.line }
        #expect(try line(6) == "10 in, 5 out, small, 100 µ$, 0.03 s")
        let edited = digest("edited").short
        #expect(try line(18) == "edited to \(edited) and approved, distance 0.04; saw \(digest("subject").short)")
        #expect(try line(26) == "opens 214, from analytics")
    }

    @Test func `gives pages behind a position`() async throws {
        let book = Book()
        try await Newsletter(job: "newsletter-8").write(to: book)
        let rows = try book.rows(Timeline())
        #expect(try Timeline.rows(after: 24, limit: 1, in: rows).map(\.position) == [25])
        #expect(try Timeline.rows(after: 26, limit: 1, in: rows).isEmpty)
    }

    @Test func `shows events of every stream`() async throws {
        let book = Book()
        try await book.write(
            "ledger", LedgerObservation.ledgerCreated(LedgerCreated(identity: digest("id"), template: "newsletter")))
        try await book.write(
            "driver", DriverObservation.driverStarted(DriverStarted(epoch: 3, version: "0.1.0", rules: 1)))
        try await book.write(
            "control", by: "owner", ControlObservation.agentDisabled(AgentDisabled(agent: "writer", reason: nil)))
        try await book.write(
            "agent/writer",
            DefinitionObservation.defined(
                Defined(definition: digest("a"), source: digest("b"), path: "agents/writer.md")))
        try await book.write(
            "entry/pricing", EntryObservation.entryAdded(EntryAdded(content: content("$39"), source: .person)))
        let lines = try Timeline.rows(after: 0, limit: 9, in: book.rows(Timeline())).map(\.line)
        #expect(
            lines == [
                "made from newsletter", "epoch 3, daybook 0.1.0, rules 1", "writer is switched off",
                "agents/writer.md is \(digest("a").short)", "“Pricing” in product",
            ])
    }

    @Test func `leaves out what-if jobs and imported ledgers`() async throws {
        let book = Book()
        let job = Newsletter(job: "newsletter-8")
        try await book.write("whatif/1", JobObservation.jobQueued(job.queued))
        try await book.write("import/old/job/newsletter-1", JobObservation.jobQueued(job.queued))
        for view in StandardView.allCases {
            #expect(try book.rows(view.projection) == MemoryRows(), "\(view)")
        }
    }
}

@Suite struct `An event that a build does not know` {
    @Test(arguments: StandardView.allCases)
    func `stops every view, whatever it shows`(_ view: StandardView) async throws {
        let book = Book()
        try await book.write("future/1", raw: [NewEvent(type: 999, kind: .observation, payload: [])])
        #expect(throws: UnknownEvent.type(999)) { try book.rows(view.projection) }
    }

    @Test func `may be one of a later revision`() async throws {
        let book = Book()
        let payload = JobObservation.jobPaused(JobPaused()).wireBytes
        try await book.write("job/a-1", raw: [NewEvent(type: 12, revision: 2, kind: .observation, payload: payload)])
        #expect(throws: UnknownEvent.revision(2, of: "JobPaused", known: 1)) { try book.rows(Timeline()) }
    }

    @Test func `may have a field that is not in the schema`() async throws {
        let book = Book()
        try await book.write("job/a-1", raw: [NewEvent(type: 13, kind: .observation, payload: [0x78, 1])])
        #expect(throws: UnknownEvent.self) { try book.rows(Timeline()) }
    }

    @Test func `may say observation where the schema says decision`() async throws {
        let book = Book()
        try await book.write("job/a-1", raw: [NewEvent(type: 77, kind: .observation, payload: [])])
        #expect(throws: UnknownEvent.kind(of: "JobCancelled")) { try book.rows(Timeline()) }
    }

    @Test func `may stand in a stream of another kind`() async throws {
        let book = Book()
        try await book.write("entry/a", JobObservation.jobResumed(JobResumed()))
        #expect(throws: UnknownEvent.stream(of: "JobResumed")) { try book.rows(Timeline()) }
    }
}
