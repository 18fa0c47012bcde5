import EventSourcing
import Events
import Testing
import ViewStore
import Views
import Wire

@Suite struct `A rebuild` {
    @Test func `finds nothing if the fold is the same`() async throws {
        let (folder, book) = (try Folder(), Book())
        let store = try folder.store()
        try await book.write(
            "entry/pricing", EntryObservation.entryAdded(EntryAdded(content: content("$39"), source: .person)))
        try await Newsletter(job: "newsletter-7").write(to: book)
        for view in StandardView.allCases {
            let live = try store.catchUp(view.projection, from: book.log)
            let shadow = try store.rebuild(view.projection, from: book.log)
            let diff = try ViewDiff(live: live, shadow: shadow)
            #expect(diff.isEmpty)
            #expect(diff.changes.isEmpty)
            #expect((diff.livePosition, diff.shadowPosition) == (27, 27))
            #expect(diff.liveRows == diff.shadowRows)
            #expect(view == .inbox || diff.liveRows > 0)
        }
    }

    @Test func `shows every row that a bug had changed, and the first event at which it parts`() async throws {
        let (folder, book) = (try Folder(), Book())
        let store = try folder.store()
        for stream in ["job/a-1", "job/b-1", "job/a-1", "job/b-1", "job/c-1"] { try await book.note(stream) }
        let live = try store.catchUp(Tally(doublesFrom: 3, forgets: "job/c-1"), from: book.log)
        let shadow = try store.rebuild(Tally(), from: book.log)
        let diff = try ViewDiff(live: live, shadow: shadow)
        #expect((diff.added, diff.removed, diff.changed) == (1, 0, 2))
        #expect(diff.changes.map(\.kind) == [.changed, .changed, .added])
        #expect(diff.changes.map(\.key) == ["count/job/a-1", "count/job/b-1", "count/job/c-1"])
        #expect(diff.changes.map(\.parts) == [3, 4, 5])
        #expect(diff.changes[0].live == Array("3".utf8))
        #expect(diff.changes[0].shadow == Array("2".utf8))
        #expect(diff.changes[2].live == nil)
        let back = try ViewDiff(live: shadow, shadow: live)
        #expect(back.changes.map(\.kind) == [.changed, .changed, .removed])
        #expect(back.changes.map(\.parts) == [3, 4, 5])
    }

    @Test func `brings the live view up to date first, and the shadow to the same position`() async throws {
        let (folder, book) = (try Folder(), Book())
        let store = try folder.store()
        try await book.note("job/a-1")
        let live = try store.catchUp(Tally(), from: book.log)
        try await book.note("job/a-1", 2)
        let shadow = try store.rebuild(Tally(), from: book.log)
        #expect(try live.position() == 3)
        #expect(try shadow.position() == 3)
        #expect(try ViewDiff(live: live, shadow: shadow).isEmpty)
    }

    @Test func `takes along a live view that an older build had stopped at`() async throws {
        let (folder, book) = (try Folder(), Book())
        let store = try folder.store()
        try await book.note("job/a-1")
        try await book.write("job/a-1", JobObservation.jobPaused(JobPaused()))
        #expect(throws: ViewFailure.self) { try store.catchUp(Tally(stopsAt: 12), from: book.log) }
        let live = try store.view(named: "tally")
        let diff = try ViewDiff(live: live, shadow: try store.rebuild(Tally(), from: book.log))
        #expect(diff.isEmpty)
        #expect((diff.livePosition, diff.shadowPosition) == (2, 2))
    }

    @Test func `compares views at different positions, and says so`() async throws {
        let (folder, book) = (try Folder(), Book())
        let store = try folder.store()
        try await book.note("job/a-1")
        _ = try store.catchUp(Tally(), from: book.log)
        let shadow = try store.rebuild(Tally(), from: book.log)
        try await book.note("job/a-1")
        let live = try store.catchUp(Tally(), from: book.log)
        let diff = try ViewDiff(live: live, shadow: shadow)
        #expect((diff.livePosition, diff.shadowPosition) == (2, 1))
        #expect(diff.changes.map(\.parts) == [2])
    }

    @Test func `compares a view with itself at once`() async throws {
        let (folder, book) = (try Folder(), Book())
        try await book.note("job/a-1")
        let live = try folder.store().catchUp(Tally(), from: book.log)
        let diff = try ViewDiff(live: live, shadow: live)
        #expect(diff.isEmpty)
        #expect(diff.liveRows == 2)
    }
}

@Suite struct `A switch of views` {
    @Test func `moves one pointer, and back`() async throws {
        let (folder, book) = (try Folder(), Book())
        let store = try folder.store()
        try await book.note("job/a-1", 3)
        let live = try store.catchUp(Tally(doublesFrom: 1), from: book.log)
        #expect(throws: ViewFailure.nothingRebuilt(view: "tally")) { try store.switchToShadow(of: "tally") }
        #expect(throws: ViewFailure.nothingToSwitchBackTo(view: "tally")) { try store.switchBack(Tally()) }
        _ = try store.rebuild(Tally(), from: book.log)
        #expect(try store.view(named: "tally").texts("count/") == ["count/job/a-1": "6"])
        #expect(try store.switchToShadow(of: "tally") == (from: 1, to: 2))
        #expect(try store.view(named: "tally").texts("count/") == ["count/job/a-1": "3"])
        // Who looks at the old one can go on.
        #expect(try live.texts("count/") == ["count/job/a-1": "6"])
        #expect(try store.switchBack(Tally()) == (from: 2, to: 1))
        #expect(try store.view(named: "tally").texts("count/") == ["count/job/a-1": "6"])
        #expect(try store.switchBack(Tally()) == (from: 1, to: 2))
    }

    @Test func `is seen by another store at once`() async throws {
        let (folder, book) = (try Folder(), Book())
        let (one, two) = (try folder.store(), try folder.store())
        try await book.note("job/a-1", 3)
        _ = try one.catchUp(Tally(doublesFrom: 1), from: book.log)
        _ = try one.rebuild(Tally(), from: book.log)
        #expect(try two.shadow(named: "tally").number == 2)
        try one.switchToShadow(of: "tally")
        #expect(try two.catchUp(Tally(), from: book.log).texts("count/") == ["count/job/a-1": "3"])
    }

    @Test func `is caught up with what came since the rebuild`() async throws {
        let (folder, book) = (try Folder(), Book())
        let store = try folder.store()
        try await book.note("job/a-1")
        _ = try store.catchUp(Tally(), from: book.log)
        _ = try store.rebuild(Tally(), from: book.log)
        try await book.note("job/b-1")
        try store.switchToShadow(of: "tally")
        let view = try store.catchUp(Tally(), from: book.log)
        #expect(view.number == 2)
        #expect(try view.texts("count/") == ["count/job/a-1": "1", "count/job/b-1": "1"])
    }

    @Test func `keeps at most three generations`() async throws {
        let (folder, book) = (try Folder(), Book())
        let store = try folder.store()
        try await book.note("job/a-1")
        _ = try store.catchUp(Tally(), from: book.log)
        for _ in 0..<4 {
            _ = try store.rebuild(Tally(), from: book.log)
            try store.switchToShadow(of: "tally")
            _ = try store.rebuild(Tally(), from: book.log)
            let kept = folder.files.filter { $0.hasSuffix(".mdb") }
            #expect(kept.count <= ViewStore.generationsMax)
        }
        #expect(folder.files.filter { $0.hasSuffix(".mdb") } == ["tally-6.mdb", "tally-8.mdb", "tally-9.mdb"])
    }
}
