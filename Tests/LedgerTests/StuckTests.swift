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

    @Test func `a slow reader does not make the file grow, and one that hangs little once it is noticed`() async throws
    {
        let alone = try await growth(name: "alone")
        let slow = try await growth(name: "slow") { ledger in
            // Page by page, with all the time in the world between two pages.
            let from = try ledger.head() - 1
            #expect(try ledger.events(after: from, limit: 10).count == 1)
        }
        #expect(slow <= 2 * alone)
        let stuck = try await growth(name: "stuck", isHeld: true)
        let unaided = try await growth(name: "unaided", isHeld: true, journal: .never)
        print(
            "3,000 commits: \(alone) bytes, \(slow) beside a slow reader, \(stuck) beside one that hangs, "
                + "\(unaided) if nothing were done about it")
        #expect(stuck <= 2 * alone)
        #expect(unaided > 10 * alone)
    }

    /// How much a ledger grows by 3,000 commits, in bytes.
    ///
    /// - Parameters:
    ///   - isHeld: whether another process hangs in a read transaction meanwhile, and was noticed before.
    ///   - read: called now and then between two commits.
    private func growth(
        name: String, isHeld: Bool = false, journal: Ledger.JournalUse = .unlessRead,
        _ read: (Ledger) throws -> Void = { _ in }
    ) async throws -> Int {
        // In memory, where there is room: it is the size that matters.
        let memory = "/dev/shm/\(UUID())"
        let isInMemory =
            (try? FileManager.default.createDirectory(atPath: memory, withIntermediateDirectories: true)) != nil
        defer { try? FileManager.default.removeItem(atPath: memory) }
        let ledger = try Ledger(at: isInMemory ? memory + "/company" : folder.file(name), .init(journal: journal))
        defer { ledger.close() }
        var number: UInt64 = 1
        _ = try await append(number, to: ledger)
        let held = isHeld ? try Child.holding("read", in: ledger.directory) : nil
        defer { held?.signal(SIGKILL) }
        while isHeld, ledger.writer?.isHeldBack == false {
            number += 1
            _ = try await append(number, to: ledger)
        }
        _ = try ledger.head()
        let before = try ledger.environment.info().bytesInFile
        for count in 1...3_000 {
            _ = try await append(number + UInt64(count), to: ledger)
            if count.isMultiple(of: 100) { try read(ledger) }
        }
        _ = try ledger.head()
        return try ledger.environment.info().bytesInFile - before
    }
}
