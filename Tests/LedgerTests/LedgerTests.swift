import EventSourcing
import EventSourcingTesting
import Foundation
import LMDB
import Testing
import Wire

@testable import Ledger

@Suite struct LedgerTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func `what was acknowledged is there when the ledger is opened again`() async throws {
        let path = folder.file("a/b/.daybook")
        let first = try Ledger(at: path)
        for number in 1...10 as ClosedRange<UInt64> {
            _ = try await first.append(.test(number, [.test("job/\(number % 3)", "x", "y")], artifacts: [[1]]))
        }
        let events = try first.events(after: 0, limit: 100)
        first.close()
        let second = try Ledger(at: path)
        #expect(try second.events(after: 0, limit: 100) == events)
        #expect(try second.streams(in: "job").count == 3)
        #expect(try second.artifact(Digest.of([1])) == [1])
        #expect(try await second.append(.test(3, [.test("job/0", "x", "y")], artifacts: [[1]])).isRepeat)
        #expect(try await second.append(.test(11, [.test("job/1", "z", expecting: .exactly(8))])).first == 21)
        #expect(second.verify().problems == [])
    }

    @Test func `the folder is made for its owner alone`() throws {
        let path = folder.file("company/.daybook")
        let ledger = try Ledger(at: path)
        #expect(!ledger.isReadOnly)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect(mode as? Int == 0o700)
    }

    @Test func `a ledger is opened once in a process`() throws {
        let ledger = try Ledger(at: folder.path)
        let error = #expect(throws: LedgerError.self) { _ = try Ledger(at: folder.path) }
        #expect(error?.description.contains("has it open already") == true)
        ledger.close()
        try Ledger(at: folder.path).close()
    }

    @Test func `a closed ledger refuses commits and reads in words`() async throws {
        let ledger = try Ledger(at: folder.path)
        ledger.close()
        ledger.close()
        await #expect(throws: AppendFailure.unavailable("the ledger has been closed")) {
            _ = try await ledger.append(.test(1, [.test("job/a", "x")]))
        }
        #expect(throws: ReadFailure.self) { _ = try ledger.head() }
        await #expect(throws: ReadFailure.self) { _ = try await ledger.grown(beyond: 0) }
    }

    @Test func `closing wakes those who wait`() async throws {
        let ledger = try Ledger(at: folder.path)
        let waiting = Task { try await ledger.grown(beyond: 0) }
        ledger.close()
        await #expect(throws: ReadFailure.self) { try await waiting.value }
    }

    @Test func `a ledger that nobody holds closes itself`() async throws {
        do {
            let ledger = try Ledger(at: folder.path)
            _ = try await ledger.append(.test(1, [.test("job/a", "x")]))
        }
        let again = try Ledger(at: folder.path)
        #expect(try again.head() == 1)
    }

    @Test func `reading only takes no commit and makes no file`() async throws {
        let missing = #expect(throws: LedgerError.self) {
            _ = try Ledger(at: folder.file("none"), .init(readOnly: true))
        }
        #expect(missing == .misplaced("there is no ledger at \(folder.file("none/ledger.mdb"))"))
        let writable = try Ledger(at: folder.path)
        _ = try await writable.append(.test(1, [.test("job/a", "x")]))
        writable.close()
        let reader = try Ledger(at: folder.path, .init(readOnly: true))
        #expect(reader.readOnlyReason == "the ledger was opened for reading only")
        #expect(try reader.head() == 1)
        await #expect(throws: AppendFailure.unavailable("the ledger was opened for reading only")) {
            _ = try await reader.append(.test(2, [.test("job/a", "x")]))
        }
    }

    @Test func `a rejected commit harms no other of its batch`() async throws {
        let ledger = try Ledger(at: folder.path)
        let count: UInt64 = 500
        let outcomes = await withTaskGroup(of: (UInt64, Bool).self) { group in
            for number in 1...count {
                group.addTask {
                    // Every third commit expects a stream to be where it is not.
                    let expected = number.isMultiple(of: 3) ? ExpectedVersion.exactly(9_999) : .any
                    do throws(AppendFailure) {
                        _ = try await ledger.append(
                            .test(number, [.test("job/\(number)", "x"), .test("shared", "y", expecting: expected)]))
                        return (number, true)
                    } catch {
                        return (number, false)
                    }
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        for number in 1...count {
            #expect(outcomes[number] == !number.isMultiple(of: 3))
            #expect(try ledger.version(of: StreamName("job/\(number)")) == (number.isMultiple(of: 3) ? 0 : 1))
        }
        #expect(try ledger.version(of: StreamName("shared")) == 334)
        #expect(ledger.verify().problems == [])
    }

    @Test func `many at once share transactions`() async throws {
        let ledger = try Ledger(at: folder.path)
        let before = try ledger.environment.info().lastTransaction
        try await withThrowingTaskGroup { group in
            for number in 1...1_000 as ClosedRange<UInt64> {
                group.addTask { _ = try await ledger.append(.test(number, [.test("job/\(number % 10)", "x")])) }
            }
            try await group.waitForAll()
        }
        let transactions = try ledger.environment.info().lastTransaction - before
        #expect(transactions < 500, "1000 commits took \(transactions) transactions")
    }

    @Test func `equal contents are kept once`() async throws {
        let ledger = try Ledger(at: folder.path)
        let content = [UInt8](repeating: 5, count: 50_000)
        for number in 1...20 as ClosedRange<UInt64> {
            _ = try await ledger.append(.test(number, [.test("job/a", "x")], artifacts: [content, content]))
        }
        let found = ledger.verify()
        #expect(found.artifacts == 1 && found.artifactBytes == 50_000)
    }

    @Test func `a map that is full refuses, keeps what it has, and takes what still fits`() async throws {
        let ledger = try Ledger(at: folder.path, .init(bytesMax: 1 << 20))
        _ = try await ledger.append(.test(1, [.test("job/a", "kept")]))
        let content = [UInt8](repeating: 5, count: 2 << 20)
        await #expect(throws: AppendFailure.self) {
            _ = try await ledger.append(.test(2, [.test("job/a", "x")], artifacts: [content]))
        }
        #expect(ledger.readOnlyReason == nil)
        #expect(try await ledger.append(.test(3, [.test("job/a", "small")])).first == 2)
        #expect(ledger.verify().problems == [])
    }
}
