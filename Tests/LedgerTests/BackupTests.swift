import EventSourcing
import EventSourcingTesting
import Foundation
import Synchronization
import Testing

@testable import Ledger

/// What several writers share.
private final class Tally: Sendable {
    /// The highest position of which a writer was told.
    let acknowledged = Mutex<Position>(5)
    let isOver = Atomic(false)
}

@Suite struct BackupTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func makeLedger() async throws -> Ledger {
        let ledger = try Ledger(at: folder.file("company"))
        for number in 1...5 as ClosedRange<UInt64> {
            _ = try await ledger.append(.test(number, [.test("job/a", "\(number)")], artifacts: [[UInt8(number)]]))
        }
        return ledger
    }

    @Test func `a backup taken while commits go on verifies, and is a prefix of the log`() async throws {
        let ledger = try await makeLedger()
        let writing = Task {
            for number in 6...200 as ClosedRange<UInt64> {
                _ = try await ledger.append(.test(number, [.test("job/b", "x")]))
            }
        }
        let found = try ledger.backup(to: folder.file("backup.mdb"))
        try await writing.value
        #expect(found.isOK && found.events >= 5 && found.artifacts == 5)
        #expect(try Ledger.verify(backup: folder.file("backup.mdb")).checkpoint?.size == found.events)
        let mode = try FileManager.default.attributesOfItem(atPath: folder.file("backup.mdb"))[.posixPermissions]
        #expect(mode as? Int == 0o600)
    }

    @Test(arguments: [false, true])
    func `twenty backups under four writers each hold every event acknowledged before`(compact: Bool) async throws {
        let ledger = try await makeLedger()
        let tally = Tally()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<4 as Range<UInt64> {
                group.addTask {
                    var number = 1_000_000 * (writer + 1)
                    while !tally.isOver.load(ordering: .relaxed) {
                        let last = try await ledger.append(
                            .test(number, [.test("job/\(writer)", "x")], artifacts: [Array("\(number)".utf8)])
                        ).last
                        tally.acknowledged.withLock { $0 = max($0, last) }
                        number += 1
                    }
                }
            }
            defer { tally.isOver.store(true, ordering: .relaxed) }
            for copy in 1...20 {
                let before = tally.acknowledged.withLock { $0 }
                let found = try ledger.backup(to: folder.file("\(copy).mdb"), compact: compact)
                #expect(found.isOK && found.events >= before)
            }
        }
        let events = try ledger.events(after: 0, limit: Ledger.eventsPerReadMax)
        ledger.close()
        for copy in [1, 10, 20] {
            try Ledger.restore(from: folder.file("\(copy).mdb"), to: folder.file("restored-\(copy)"))
            let restored = try Ledger(at: folder.file("restored-\(copy)"), Ledger.Options(readOnly: true))
            let kept = try restored.events(after: 0, limit: Ledger.eventsPerReadMax)
            #expect(kept == Array(events.prefix(kept.count)))
        }
    }

    @Test func `a backup holds no key, and replaces no file`() async throws {
        let ledger = try await makeLedger()
        try ledger.backup(to: folder.file("backup.mdb"))
        #expect(throws: LedgerError.self) { try ledger.backup(to: folder.file("backup.mdb")) }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(names == ["backup.mdb", "backup.mdb.checkpoint", "company"])
    }

    @Test func `what was backed up can be restored, and goes on`() async throws {
        let ledger = try await makeLedger()
        try ledger.backup(to: folder.file("backup.mdb"))
        let events = try ledger.events(after: 0, limit: 100)
        ledger.close()
        try Ledger.restore(from: folder.file("backup.mdb"), to: folder.file("restored"))
        let restored = try Ledger(at: folder.file("restored"))
        #expect(restored.readOnlyReason == nil)
        #expect(try restored.events(after: 0, limit: 100) == events)
        #expect(try await restored.append(.test(6, [.test("job/a", "6")])).first == 6)
        #expect(restored.origin == ledger.origin)
    }

    @Test func `a restore never replaces a ledger`() async throws {
        let ledger = try await makeLedger()
        try ledger.backup(to: folder.file("backup.mdb"))
        #expect(throws: LedgerError.self) {
            try Ledger.restore(from: folder.file("backup.mdb"), to: folder.file("company"))
        }
    }

    @Test func `an old backup put in the place of a longer log opens read-only`() async throws {
        let ledger = try await makeLedger()
        try ledger.backup(to: folder.file("backup.mdb"))
        _ = try await ledger.append(.test(6, [.test("job/a", "6")]))
        ledger.close()
        try FileManager.default.removeItem(atPath: folder.file("company/ledger.mdb"))
        try Ledger.restore(from: folder.file("backup.mdb"), to: folder.file("company"))
        #expect(try Ledger(at: folder.file("company")).readOnlyReason?.contains("older than its checkpoint") == true)
    }

    @Test func `a damaged backup is not restored`() async throws {
        let ledger = try await makeLedger()
        try ledger.backup(to: folder.file("backup.mdb"))
        var bytes = try Data(contentsOf: URL(fileURLWithPath: folder.file("backup.mdb")))
        let payload = try #require(bytes.firstRange(of: Data("tester5".utf8)))
        bytes[payload.upperBound - 1] ^= 1
        try bytes.write(to: URL(fileURLWithPath: folder.file("backup.mdb")))
        #expect(throws: LedgerError.self) {
            try Ledger.restore(from: folder.file("backup.mdb"), to: folder.file("restored"))
        }
        #expect(!FileManager.default.fileExists(atPath: folder.file("restored/ledger.mdb")))
    }
}
