import EventSourcing
import EventSourcingTesting
import Foundation
import Testing

@testable import LMDB
@testable import Ledger

/// Beside other processes that hang or die in the middle of a transaction.
@Suite(.serialized) struct StuckTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func append(_ number: UInt64, to ledger: Ledger) async throws(AppendFailure) -> Position {
        try await ledger.append(.test(number, [.test("job/a", "x")])).first
    }

    private static func failure(of number: UInt64, in ledger: Ledger) async -> AppendFailure? {
        do throws(AppendFailure) {
            _ = try await ledger.append(.test(number, [.test("job/a", "x")]))
            return nil
        } catch {
            return error
        }
    }

    @Test func `a writer that was stopped is named to those who wait, and nothing of theirs is written`() async throws {
        let ledger = try Ledger(at: folder.path)
        _ = try await append(1, to: ledger)
        let stuck = try Child.holding("write", in: folder.path)
        stuck.signal(SIGSTOP)
        #expect(ledger.environment.lockHolder == stuck.id)
        let failures = await withTaskGroup { group in
            for number in 2...20 as ClosedRange<UInt64> {
                group.addTask { await Self.failure(of: number, in: ledger) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        for failure in failures {
            guard case .unavailable(let words) = failure else {
                Issue.record("\(String(describing: failure))")
                continue
            }
            #expect(words.contains("the process \(stuck.id) holds the lock"))
        }
        #expect(try ledger.head() == 1)
        #expect(throws: LedgerError.self) { try ledger.checkpoint() }
        stuck.signal(SIGKILL)
        // The same commits again, and the stopped one is forgotten.
        for number in 2...20 as ClosedRange<UInt64> { #expect(try await append(number, to: ledger) == number) }
        #expect(ledger.verify().problems == [])
        ledger.close()
    }

    @Test func `a ledger is closed although another writer was stopped`() async throws {
        let ledger = try Ledger(at: folder.path)
        _ = try await append(1, to: ledger)
        let stuck = try Child.holding("write", in: folder.path)
        stuck.signal(SIGSTOP)
        let waiting = Task { await Self.failure(of: 2, in: ledger) }
        while ledger.environment.lockWait == nil { await Task.yield() }
        ledger.close()
        #expect(await waiting.value != nil)
        stuck.signal(SIGKILL)
    }

    @Test func `after a writer died with the lock the next one goes on`() async throws {
        let ledger = try Ledger(at: folder.path)
        _ = try await append(1, to: ledger)
        try Child.holding("write", in: folder.path).signal(SIGKILL)
        #expect(try await append(2, to: ledger) == 2)
        #expect(ledger.environment.lockHolder == nil)
        #expect(ledger.verify().problems == [])
    }

    @Test func `the oldest reader is known by its process, and a dead one is cleared`() async throws {
        let ledger = try Ledger(at: folder.path, .init(journal: .never))
        _ = try await append(1, to: ledger)
        let reader = try Child.holding("read", in: folder.path)
        for number in 2...11 as ClosedRange<UInt64> { _ = try await append(number, to: ledger) }
        let oldest = try #require(try ledger.environment.oldestReader())
        #expect(oldest.reader.process == reader.id && oldest.commitsBehind == 10)
        reader.signal(SIGSTOP)
        #expect(try ledger.environment.clearDeadReaders() == 0)
        reader.signal(SIGKILL)
        #expect(try ledger.environment.clearDeadReaders() == 1)
        #expect(try ledger.environment.oldestReader() == nil)
    }

    @Test func `a slow reader does not make the file grow; one that holds its transaction does`() async throws {
        let alone = try await bytes(name: "alone") { _ in }
        let slow = try await bytes(name: "slow") { ledger in
            // Page by page, with all the time in the world between two pages.
            let from = try ledger.head() - 1
            #expect(try ledger.events(after: from, limit: 10).count == 1)
        }
        #expect(slow <= 2 * alone)
        var held: Child?
        let stuck = try await bytes(name: "stuck") { ledger in
            if held == nil { held = try Child.holding("read", in: ledger.directory) }
        }
        held?.signal(SIGKILL)
        print("3,000 commits: \(alone) bytes alone, \(slow) beside a slow reader, \(stuck) beside one that is stuck")
        #expect(stuck > 4 * alone)
    }

    /// The size of a ledger after 3,000 commits, between which somebody reads now and then.
    private func bytes(name: String, _ read: (Ledger) throws -> Void) async throws -> Int {
        // In memory, where there is room: it is the size that matters.
        let memory = "/dev/shm/\(UUID())"
        let isInMemory =
            (try? FileManager.default.createDirectory(atPath: memory, withIntermediateDirectories: true)) != nil
        defer { try? FileManager.default.removeItem(atPath: memory) }
        let ledger = try Ledger(at: isInMemory ? memory + "/company" : folder.file(name))
        defer { ledger.close() }
        for number in 1...3_000 as ClosedRange<UInt64> {
            _ = try await append(number, to: ledger)
            if number.isMultiple(of: 100) { try read(ledger) }
        }
        return try ledger.environment.info().bytesInFile
    }
}
