import EventSourcing
import Events
import Testing
import ViewStore
import Wire

@Suite struct `A view on the disk` {
    @Test func `is built from the log, and caught up with it`() async throws {
        let (folder, book) = (try Folder(), Book())
        let store = try folder.store()
        #expect(throws: ViewFailure.missing(view: "tally")) { try store.view(named: "tally") }
        try await book.note("job/a-1", 2)
        let view = try store.catchUp(Tally(), from: book.log)
        #expect(try view.texts() == ["newest": "job/a-1", "count/job/a-1": "2"])
        #expect(try view.position() == 2)
        #expect(view.number == 1)
        try await book.note("job/b-1")
        #expect(try view.position() == 2)
        let caughtUp = try store.catchUp(Tally(), from: book.log)
        #expect(try caughtUp.texts("count/") == ["count/job/a-1": "2", "count/job/b-1": "1"])
        #expect(try store.view(named: "tally").position() == 3)
    }

    @Test func `can be empty`() async throws {
        let (folder, book) = (try Folder(), Book())
        let view = try folder.store().catchUp(Tally(), from: book.log)
        #expect(try view.position() == 0)
        #expect(try view.texts().isEmpty)
    }

    @Test func `outlives the store, without being folded again`() async throws {
        let (folder, book) = (try Folder(), Book())
        try await book.note("job/a-1")
        _ = try folder.store().catchUp(Tally(), from: book.log)
        try await book.note("job/a-1")
        // Only the event behind the view is counted double: the one before is not folded again.
        let view = try folder.store().catchUp(Tally(doublesFrom: 1), from: book.log)
        #expect(try view.texts("count/") == ["count/job/a-1": "3"])
        #expect(view.number == 1)
    }

    @Test func `gives pages of rows in the order of their keys`() async throws {
        let (folder, book) = (try Folder(), Book())
        for name in ["c", "a", "b", "d"] { try await book.note("job/\(name)-1") }
        let view = try folder.store().catchUp(Tally(), from: book.log)
        let first = try view.rows(startingWith: "count/", limit: 2)
        #expect(first.map(\.key) == ["count/job/a-1", "count/job/b-1"])
        let second = try view.rows(startingWith: "count/", after: first[1].key, limit: 9)
        #expect(second.map(\.key) == ["count/job/c-1", "count/job/d-1"])
        #expect(try view.rows(startingWith: "count/job/a-1", after: nil, limit: 9).count == 1)
        #expect(try view.row("count/job/e-1") == nil)
        #expect(try view.row("") == nil)
    }

    @Test func `can be asked for a position, and says if the log ends before it`() async throws {
        let (folder, book) = (try Folder(), Book())
        try await book.note("job/a-1", 2)
        let store = try folder.store()
        #expect(try store.catchUp(Tally(), from: book.log, atLeast: 2).position() == 2)
        #expect(throws: ViewFailure.behind(view: "tally", position: 2, asked: 3)) {
            try store.catchUp(Tally(), from: book.log, atLeast: 3)
        }
    }

    @Test func `takes in more events than a batch holds, in whole commits`() async throws {
        let (folder, book) = (try Folder(), Book())
        let full = Array(repeating: NewCommit.eventsMax, count: ViewStore.batchEventsMax / NewCommit.eventsMax)
        let counts = [3_000] + full + [3_000, 5, 1]
        for (index, count) in counts.enumerated() { try await book.note("job/a-\(index)", count) }
        let view = try folder.store().catchUp(Tally(), from: book.log)
        #expect(try view.position() == Position(counts.reduce(0, +)))
        let texts = try view.texts("count/")
        #expect(counts.indices.map { texts["count/job/a-\($0)"] } == counts.map(String.init))
    }

    @Test func `is shared by two stores on one folder`() async throws {
        let (folder, book) = (try Folder(), Book())
        let (one, two) = (try folder.store(), try folder.store())
        try await book.note("job/a-1")
        let first = try one.catchUp(Tally(), from: book.log)
        try await book.note("job/a-1")
        let second = try two.catchUp(Tally(), from: book.log)
        #expect(first.number == second.number)
        #expect(try first.position() == 2)
        #expect(try first.texts() == second.texts())
    }

    @Test func `is folded once, however many catch up at the same time`() async throws {
        let (folder, book) = (try Folder(), Book())
        for number in 0..<200 { try await book.note("job/a-\(number % 7)", 20) }
        let log = book.log
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let view = try folder.store().catchUp(Tally(), from: log)
                    #expect(try view.position() == 4_000)
                }
            }
            try await group.waitForAll()
        }
        let texts = try folder.store().view(named: "tally").texts("count/")
        #expect(texts.values.compactMap { Int($0) }.reduce(0, +) == 4_000)
        #expect(folder.files.filter { $0.hasSuffix(".mdb") } == ["tally-1.mdb"])
    }

    @Test(arguments: ["", "with\u{0}zero", "naïve", String(repeating: "k", count: Row.keyBytesMax + 1)])
    func `refuses a row whose key cannot be kept`(_ key: String) async throws {
        let (folder, book) = (try Folder(), Book())
        try await book.note("job/a-1")
        let store = try folder.store()
        #expect(throws: ViewFailure.self) { try store.catchUp(Tally(badKey: key), from: book.log) }
        #expect(try store.view(named: "tally").position() == 0)
    }
}

@Suite struct `A view whose fold stops at an event` {
    @Test func `stays at the commit before, keeps serving, and says what to do`() async throws {
        let (folder, book) = (try Folder(), Book())
        let store = try folder.store()
        try await book.note("job/a-1", 3)
        _ = try store.catchUp(Tally(), from: book.log)
        try await book.note("job/a-1", 2)
        // In one commit with an event that is understood: neither is taken in.
        try await book.write(
            "job/b-1", JobObservation.jobResumed(JobResumed()), JobObservation.jobPaused(JobPaused()))
        try await book.note("job/c-1")
        var message = ""
        for _ in 0..<2 {
            let error = try #require(throws: ViewFailure.self) {
                try store.catchUp(Tally(stopsAt: 12), from: book.log)
            }
            guard case .stopped(_, let position, let event, _) = error else { throw error }
            #expect(position == 5)
            #expect((event.position, event.stream, event.version) == (7, StreamName("job/b-1"), 2))
            message = "\(error)"
        }
        #expect(message.contains("@7 (job/b-1 version 2"))
        #expect(message.contains("this event is beyond me"))
        #expect(message.contains("daybook rebuild tally"))
        let view = try store.view(named: "tally")
        #expect(try view.texts() == ["newest": "job/a-1", "count/job/a-1": "5"])
        #expect(try view.position() == 5)
        // With a build that understands it, the view goes on from there.
        #expect(try store.catchUp(Tally(), from: book.log).texts("count/").count == 3)
    }

    @Test func `serves what could be folded even if it was never built before`() async throws {
        let (folder, book) = (try Folder(), Book())
        try await book.note("job/a-1", 3)
        try await book.write("job/a-1", JobObservation.jobPaused(JobPaused()))
        let store = try folder.store()
        #expect(throws: ViewFailure.self) { try store.catchUp(Tally(stopsAt: 12), from: book.log) }
        #expect(try store.view(named: "tally").texts("count/") == ["count/job/a-1": "3"])
    }

    @Test func `leaves the live view alone when it is rebuilt`() async throws {
        let (folder, book) = (try Folder(), Book())
        let store = try folder.store()
        try await book.note("job/a-1", 3)
        try await book.write("job/a-1", JobObservation.jobPaused(JobPaused()))
        _ = try store.catchUp(Tally(), from: book.log)
        #expect(throws: ViewFailure.self) { try store.rebuild(Tally(stopsAt: 12), from: book.log) }
        #expect(try store.view(named: "tally").position() == 4)
        #expect(folder.files.filter { $0.hasSuffix(".mdb") } == ["tally-1.mdb"])
    }
}

@Suite struct `A view that cannot be trusted` {
    private func built(_ folder: Folder, _ book: Book) async throws {
        try await book.note("job/a-1", 3)
        _ = try folder.store().catchUp(Tally(), from: book.log)
    }

    @Test func `is built again after the machine was started anew`() async throws {
        let (folder, book) = (try Folder(), Book())
        try await built(folder, book)
        let store = try folder.store(boot: "boot-2")
        #expect(throws: ViewFailure.self) { try store.view(named: "tally") }
        let view = try store.catchUp(Tally(doublesFrom: 1), from: book.log)
        #expect(view.number == 2)
        #expect(try view.texts("count/") == ["count/job/a-1": "6"])
        #expect(folder.files.filter { $0.hasSuffix(".mdb") } == ["tally-2.mdb"])
    }

    @Test func `is kept over a start if it was checkpointed and not written since`() async throws {
        let (folder, book) = (try Folder(), Book())
        try await built(folder, book)
        try folder.store().checkpoint()
        let view = try folder.store(boot: "boot-2").catchUp(Tally(), from: book.log)
        #expect(view.number == 1)
        // Written again in the second boot: a third one cannot trust it.
        try await book.note("job/a-1")
        #expect(try folder.store(boot: "boot-2").catchUp(Tally(), from: book.log).number == 1)
        #expect(try folder.store(boot: "boot-3").catchUp(Tally(), from: book.log).number == 2)
    }

    @Test func `is never trusted without a boot id, unless checkpointed`() async throws {
        let (folder, book) = (try Folder(), Book())
        try await book.note("job/a-1")
        #expect(try folder.store(boot: nil).catchUp(Tally(), from: book.log).number == 1)
        #expect(try folder.store(boot: nil).catchUp(Tally(), from: book.log).number == 2)
        try folder.store(boot: nil).checkpoint()
        #expect(throws: ViewFailure.self) { try folder.store(boot: nil).view(named: "tally") }
    }

    @Test func `is built again if its file is gone or is no such file`() async throws {
        let (folder, book) = (try Folder(), Book())
        try await built(folder, book)
        try folder.remove("tally-1.mdb")
        #expect(try folder.store().catchUp(Tally(), from: book.log).number == 2)
        try folder.overwrite("tally-2.mdb", with: Array(repeating: 7, count: 20_000))
        let view = try folder.store().catchUp(Tally(), from: book.log)
        #expect(view.number == 3)
        #expect(try view.texts("count/") == ["count/job/a-1": "3"])
    }

    @Test func `is built again from another history, such as a restored copy of the ledger`() async throws {
        let (folder, book) = (try Folder(), Book())
        try await built(folder, book)
        let shorter = Book()
        try await shorter.note("job/a-1")
        #expect(try folder.store().catchUp(Tally(), from: shorter.log).texts("count/") == ["count/job/a-1": "1"])
        let other = Book()
        other.time += 5
        try await other.note("job/z-1", 4)
        #expect(try folder.store().catchUp(Tally(), from: other.log).texts("count/") == ["count/job/z-1": "4"])
    }

    @Test func `is built again when its rows got another meaning, and is refused to an older build`() async throws {
        let (folder, book) = (try Folder(), Book())
        try await built(folder, book)
        let view = try folder.store().catchUp(NewTally(), from: book.log)
        #expect(view.number == 2)
        #expect(try view.texts() == ["head": "3"])
        #expect(throws: ViewFailure.newer(view: "tally", revision: 2, known: 1)) {
            try folder.store().catchUp(Tally(), from: book.log)
        }
        #expect(throws: ViewFailure.self) { try folder.store().switchBack(NewTally()) }
    }

    @Test func `goes by the machine's own boot id`() throws {
        #expect(BootID.current()?.count == 36)
    }
}
