import EventSourcing
import Events
import Glibc
import Jobs
import Testing
import ViewStore
import Views
import Wire

@Suite struct `Views of jobs that go any way` {
    @Test(arguments: 1...8) func `agree with the deciders' own states`(_ seed: UInt64) async throws {
        let book = Book()
        var jobs = RandomJobs(seed: seed)
        for _ in 0..<600 { try await jobs.step(jobs: 12, in: book) }
        let board = try book.rows(JobBoard())
        let inbox = try book.rows(Inbox())
        for (job, state) in jobs.states {
            let row = try #require(try JobBoard.row(of: job, in: board))
            #expect(row.paused == state.isPaused)
            #expect(row.costMicrodollars == state.spentMicrodollars, "\(job)")
            if !state.phase.isEnded {
                #expect(row.approvals.map(\.approval) == state.approvals.map(\.version), "\(job)")
                #expect(try Inbox.rows(of: job, in: inbox).map(\.approval) == state.approvals.map(\.version))
            }
            for step in row.steps {
                guard let output = state.step(step.step)?.output else { continue }
                #expect(step.output == output.digest, "\(job).\(step.step)")
                #expect(step.completed == output.version)
            }
            try compareStatus(row, state, at: jobs.times[job] ?? 0)
        }
    }

    @Test func `reach every kind of event but a few`() async throws {
        let book = Book()
        var jobs = RandomJobs(seed: 1)
        for _ in 0..<3_000 { try await jobs.step(jobs: 60, in: book) }
        let met = Set(book.events.map(\.type))
        let missing = EventCatalog.entries.filter { $0.category == "job" && !met.contains($0.type) }.map(\.name)
        // A rerun and new definitions change nothing that the random steps could tell apart.
        #expect(missing == ["StepAdopted", "JobRepinned"])
    }

    @Test(arguments: Seeds.all) func `stand behind every turn where their deciders stand`(_ seed: UInt64) async throws {
        let book = Book()
        var jobs = RandomJobs(seed: seed, sessionsAskedEvery: 2 + UInt32(seed % 3))
        var board = MemoryRows()
        var position: Position = 0
        for _ in 0..<300 {
            guard let job = try await jobs.step(jobs: 4, in: book) else { continue }
            try board.fold(JobBoard(), from: book.log, after: position)
            position = book.head
            let row = try #require(try JobBoard.row(of: job, in: board))
            try compareStatus(row, try #require(jobs.states[job]), at: try #require(jobs.times[job]))
        }
    }

    private func compareStatus(_ row: JobRow, _ state: JobState, at time: Timestamp) throws {
        // The row says what is true without the pause; the decider says only that it is paused.
        let status = state.status(at: time)
        guard status != .paused else { return }
        // When a delivery may be tried again depends on the flow, which no event tells.
        let waitsForDelivery = state.pending.contains { work in
            if case .deliver(_, _, let notBefore) = work { notBefore > 0 } else { false }
        }
        if waitsForDelivery {
            if case .parked = status { return }
            if row.state == .awaitingHuman { return }
        }
        #expect(
            row.state.name == status.name, "\(row.job): \(row.steps.map { "\($0.step) \($0.status)" }) \(state.pending)"
        )
        if case .parked(let until?) = status { #expect(row.parkedUntilUs == until) }
    }

    @Test(arguments: 1...4) func `are the same when they are folded live, in batches or again`(_ seed: UInt64)
        async throws
    {
        let (folder, book) = (try Folder(), Book())
        let store = try folder.store()
        var jobs = RandomJobs(seed: seed &+ 100)
        for round in 0..<300 {
            try await jobs.step(jobs: 6, in: book)
            if round % 7 == 0 {
                for view in StandardView.allCases { _ = try store.catchUp(view.projection, from: book.log) }
            }
        }
        for view in StandardView.allCases {
            let live = try store.catchUp(view.projection, from: book.log)
            let shadow = try store.rebuild(view.projection, from: book.log)
            let diff = try ViewDiff(live: live, shadow: shadow)
            #expect(diff.isEmpty, "\(view): \(diff.changes.map(\.key))")
            #expect(diff.livePosition == book.head)
            let expected = try book.rows(view.projection).rows(startingWith: "", after: nil, limit: .max)
            #expect(try live.rows(startingWith: "") == expected, "\(view)")
        }
    }

    @Test(arguments: StandardView.allCases) func `show a planted bug at its first event`(_ view: StandardView)
        async throws
    {
        let (folder, book) = (try Folder(), Book())
        let store = try folder.store()
        try await book.write(
            "entry/pricing", EntryObservation.entryAdded(EntryAdded(content: content("$39"), source: .person)))
        try await book.write(
            "entry/pricing",
            EntryObservation.entryRevised(EntryRevised(base: 1, content: content("$29"), source: .person)))
        var jobs = RandomJobs(seed: 77)
        for _ in 0..<300 { try await jobs.step(jobs: 4, in: book) }
        // And a question that stays open.
        try await Newsletter(job: "newsletter-99").write(7, to: book)
        // The bug: from an event on, one row's last byte is lost, whenever the row changes.
        try await plantAndFind(view.projection, store, book)
    }

    private func plantAndFind<P: Projection>(_ projection: P, _ store: ViewStore, _ book: Book) async throws {
        var rows = MemoryRows()
        var changes: [(key: String, position: Position)] = []
        for event in book.events {
            let before = rows
            try projection.apply(event, to: &rows)
            for key in rows.keys(startingWith: "")
            where rows[key] != before[key] && !["place/", "at/", "belongs/"].contains(where: key.hasPrefix) {
                changes.append((key, event.position))
            }
        }
        // A row that is still there at the end, and its last change.
        let victim = try #require(changes.last { rows[$0.key] != nil }, "no row is left to damage")
        let buggy = Buggy(projection: projection, key: victim.key, from: victim.position)
        let live = try store.catchUp(buggy, from: book.log)
        let diff = try ViewDiff(live: live, shadow: try store.rebuild(buggy.healed, from: book.log))
        #expect(diff.changes.map(\.key) == [victim.key])
        #expect(diff.changes.map(\.parts) == [victim.position])
        #expect(diff.changes.map(\.shadow) == [rows[victim.key]])
    }
}

/// The seeds of tests that can go any way: a few each time, and as many as one likes with `DAYBOOK_SEEDS`.
private enum Seeds {
    static var all: ClosedRange<UInt64> {
        let count = getenv("DAYBOOK_SEEDS").flatMap { UInt64(String(cString: $0)) } ?? 12
        return 1...max(1, count)
    }
}

/// A projection with a bug in it.
private struct Buggy<P: Projection>: Projection {
    static var name: String { P.name }
    static var revision: UInt32 { P.revision }

    let projection: P
    let key: String
    let from: Position

    var healed: Buggy { Buggy(projection: projection, key: key, from: .max) }

    func reads(_ kind: EventShape) -> Bool { projection.reads(kind) }

    func apply(_ event: borrowing EventView, to rows: inout Rows) throws {
        let before = rows[key]
        try projection.apply(event, to: &rows)
        guard event.header.position >= from, var row = rows[key], row != before else { return }
        row.append(0)
        rows[key] = row
    }
}
