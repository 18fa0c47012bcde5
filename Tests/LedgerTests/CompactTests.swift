import EventSourcing
import EventSourcingTesting
import Foundation
import LMDB
import Testing
import Wire

@testable import Ledger

/// A process has room for about a hundred maps of the usual size, and tests run at the same time.
private let small = Ledger.Options(bytesMax: 1 << 30)

@Suite struct Compacting {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var place: String { folder.file("company") }

    /// A ledger with events, contents and free pages; closed.
    private func makeLedger(_ commits: ClosedRange<UInt64> = 1...400) async throws -> [RecordedEvent] {
        let ledger = try Ledger(at: place, small)
        for number in commits {
            _ = try await ledger.append(
                .test(number, [.test("job/\(number % 7)", "\(number)")], artifacts: [Array("\(number)".utf8)]))
        }
        defer { ledger.close() }
        return try ledger.events(after: 0, limit: Ledger.eventsPerReadMax)
    }

    @Test func `gives free pages back and changes nothing`() async throws {
        let events = try await makeLedger()
        let before = try Ledger.verify(at: place)
        let done = try Ledger.compact(at: place)
        #expect(done.events == 400 && done.bytesAfter < done.bytesBefore)
        #expect(try Files.bytes(of: place + "/ledger.mdb") == done.bytesAfter)
        let after = try Ledger.verify(at: place)
        #expect(before == after && after.isOK && after.checkpoint?.size == 400)
        let ledger = try Ledger(at: place, small)
        #expect(ledger.readOnlyReason == nil)
        #expect(try ledger.events(after: 0, limit: Ledger.eventsPerReadMax) == events)
        #expect(try ledger.events(of: StreamName("job/3"), after: 0).count == 57)
        #expect(try ledger.artifact(.of(Array("77".utf8))) == Array("77".utf8))
        // The same commit again is known, and the next one is the next.
        let repeated = try await ledger.append(
            .test(9, [.test("job/2", "9")], artifacts: [Array("9".utf8)])
        ).isRepeat
        #expect(repeated)
        #expect(try await ledger.append(.test(500, [.test("job/3", "new")])).first == 401)
        #expect(ledger.verify().isOK)
    }

    @Test func `is refused while anybody has the ledger open, to read or to write`() async throws {
        _ = try await makeLedger(1...5)
        for readOnly in [false, true] {
            let ledger = try Ledger(at: place, Ledger.Options(readOnly: readOnly, bytesMax: 1 << 30))
            #expect(throws: LedgerError.busy("another process has the ledger open")) {
                try Ledger.compact(at: place)
            }
            #expect(try ledger.head() == 5)
            ledger.close()
        }
        #expect(try Ledger.compact(at: place).events == 5)
        #expect(throws: LedgerError.self) { try Ledger.compact(at: folder.file("nothing")) }
    }

    @Test func `makes whoever opens it meanwhile wait, and see the new file`() async throws {
        _ = try await makeLedger(1...50)
        let rounds = 30
        try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask { [place] in
                var done = 0
                for _ in 0..<rounds {
                    do throws(LedgerError) {
                        _ = try Ledger.compact(at: place)
                        done += 1
                    } catch .busy {
                        continue
                    }
                }
                return done
            }
            for number in 51...51 + UInt64(rounds) {
                let ledger = try Ledger(at: place, small)
                let first = try await ledger.append(.test(number, [.test("job/a", "x")])).first
                #expect(first == number)
                ledger.close()
            }
            try await group.waitForAll()
        }
        let found = try Ledger.verify(at: place)
        #expect(found.isOK && found.events == 51 + Position(rounds))
    }

    @Test func `leaves a damaged ledger as it is`() async throws {
        _ = try await makeLedger(1...20)
        let path = place + "/ledger.mdb"
        var bytes = try Data(contentsOf: URL(filePath: path))
        // Wherever it lies: pages that were given up hold old copies.
        var rest = bytes.startIndex
        while let record = bytes.range(of: Data("job/4".utf8), in: rest..<bytes.endIndex) {
            bytes[record.lowerBound + 5 + 4] ^= 1
            rest = record.upperBound
        }
        #expect(rest > bytes.startIndex)
        try bytes.write(to: URL(filePath: path))
        #expect(throws: LedgerError.self) { try Ledger.compact(at: place) }
        #expect(try Data(contentsOf: URL(filePath: path)) == bytes)
        #expect(!Files.exists(path + ".compact"))
    }

    @Test func `begins anew over what a process that died left`() async throws {
        _ = try await makeLedger(1...5)
        try Data("half".utf8).write(to: URL(filePath: place + "/ledger.mdb.compact"))
        #expect(try Ledger.compact(at: place).events == 5)
        #expect(!Files.exists(place + "/ledger.mdb.compact"))
    }
}

@Suite struct Usage {
    @Test func `of the file is told by table, and adds up`() async throws {
        let folder = try TemporaryFolder()
        let ledger = try Ledger(at: folder.file("company"), small)
        let large = [UInt8](repeating: 7, count: 100_000)
        for number in 1...300 as ClosedRange<UInt64> {
            let artifacts = number == 9 ? [large] : []
            _ = try await ledger.append(.test(number, [.test("job/a", "\(number)")], artifacts: artifacts))
        }
        let usage = try ledger.usage()
        let rows = Dictionary(uniqueKeysWithValues: usage.tables.map { ($0.name, $0.rows) })
        #expect(rows["events"] == 300 && rows["commits"] == 300 && rows["heads"] == 1 && rows["artifacts"] == 1)
        #expect(usage.tables.first { $0.name == "artifacts" }?.pages ?? 0 >= 25)
        // Two pages are LMDB's own, and every other one is a table's or free.
        let pages = usage.tables.reduce(2 + usage.freePages) { $0 + $1.pages }
        #expect(UInt64(pages * usage.pageBytes) == usage.fileBytes)
        #expect(usage.events == 300 && usage.readers.isEmpty)
    }

    @Test func `names whoever reads what is long past`() async throws {
        let folder = try TemporaryFolder()
        let ledger = try Ledger(at: folder.file("company"), small)
        _ = try await ledger.append(.test(1, [.test("job/a", "x")]))
        let before = try ledger.usage().lastTransaction
        let seen = try ledger.environment.read { _ in
            let done = DispatchSemaphore(value: 0)
            Task {
                for number in 2...4 as ClosedRange<UInt64> {
                    _ = try await ledger.append(.test(number, [.test("job/a", "x")]))
                }
                done.signal()
            }
            done.wait()
            return try ledger.usage()
        }
        let reader = try #require(seen.readers.first)
        #expect(reader.process == getpid() && reader.transaction == before)
        #expect(seen.lastTransaction >= before + 3)
    }
}
