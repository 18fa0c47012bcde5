import EventSourcing
import EventSourcingTesting
import Foundation
import Testing
import Wire

@testable import LMDB
@testable import Ledger

/// A crash is a copy of both files, taken while the transaction that holds acknowledged commits is open.
@Suite struct JournalTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static func commit(_ number: UInt64) -> NewCommit {
        .test(
            number, [.test("job/\(number % 3)", "x\(number)", "y"), .test("shared", "z")],
            artifacts: [Array("content \(number / 2)".utf8)])
    }

    /// Gives one commit after the other, and copies the files after each that was acknowledged.
    private struct Feed: LogWriter.Feed {
        let folder: String
        let copies: String
        let usesJournal = true
        var waiting: [PendingCommit]
        private(set) var acknowledged = 0

        mutating func claim() -> ArraySlice<PendingCommit>? { [waiting.removeFirst()] }

        mutating func acknowledge(_ batch: ArraySlice<PendingCommit>, head _: Position, isVisible: Bool) {
            acknowledged += batch.count
            guard !isVisible else { return }
            let target = "\(copies)/\(acknowledged)"
            try? FileManager.default.createDirectory(
                atPath: target, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            for name in ["ledger.mdb", "ledger.journal"] {
                try? FileManager.default.copyItem(atPath: "\(folder)/\(name)", toPath: "\(target)/\(name)")
            }
        }

        mutating func next() -> ArraySlice<PendingCommit>? { waiting.isEmpty ? nil : [waiting.removeFirst()] }
    }

    /// Writes commits in one transaction; returns the folder with a copy for each that was acknowledged.
    private func crash(_ numbers: ClosedRange<UInt64>) throws -> String {
        let ledger = try Ledger(at: folder.path)
        defer { ledger.close() }
        var writer = LogWriter(environment: ledger.environment, tables: ledger.tables, folder: folder.path)
        var feed = Feed(
            folder: folder.path, copies: folder.file("copies"),
            waiting: try numbers.map { PendingCommit(try PreparedCommit(Self.commit($0))) })
        let isCommitted = writer.write(&feed)
        #expect(isCommitted && feed.acknowledged == numbers.count)
        return folder.file("copies")
    }

    @Test func `what was acknowledged is there after a crash, byte for byte`() async throws {
        let copies = try crash(1...20)
        let memory = MemoryLog()
        for number in 1...20 as ClosedRange<UInt64> {
            let receipt = try await memory.append(Self.commit(number))
            let ledger = try Ledger(at: "\(copies)/\(number)")
            #expect(try ledger.head() == receipt.last)
            #expect(try ledger.record(of: receipt.id) == memory.record(of: receipt.id))
            #expect(try ledger.artifact(Wire.Digest.of(Array("content \(number / 2)".utf8))) != nil)
            #expect(try await ledger.append(Self.commit(number)).isRepeat)
            #expect(try await ledger.append(Self.commit(number + 1)).first == receipt.last + 1)
            #expect(ledger.verify().problems == [])
        }
    }

    @Test(arguments: [0, 9, 20, 60, 200])
    func `an entry that was torn was never acknowledged, and those before it are taken in`(_ offset: Int) throws {
        let copies = try crash(1...4)
        let path = "\(copies)/4/ledger.journal"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes[3 * Journal.blockBytes + offset] ^= 1
        try bytes.write(to: URL(fileURLWithPath: path))
        let ledger = try Ledger(at: "\(copies)/4")
        #expect(try ledger.head() == 9)
        #expect(ledger.verify().problems == [])
    }

    @Test func `entries that the log holds are passed over, and those of another history too`() async throws {
        _ = try crash(1...4)
        let ledger = try Ledger(at: folder.path)
        #expect(try ledger.head() == 12)
        #expect(try await ledger.append(Self.commit(5)).first == 13)
        ledger.close()
        // Another log of the same length, with the same journal beside it.
        let other = try TemporaryFolder()
        let stranger = try Ledger(at: other.path)
        _ = try await stranger.append(.test(100, [.test("job/other", "x", "y", "z")]))
        stranger.close()
        try FileManager.default.copyItem(atPath: folder.file("ledger.journal"), toPath: other.file("ledger.journal"))
        let opened = try Ledger(at: other.path)
        #expect(try opened.head() == 3)
        #expect(opened.verify().problems == [])
    }

    @Test func `another process that writes next takes in what was acknowledged`() throws {
        let copies = try crash(1...6)
        let environment = try Environment(path: "\(copies)/6/ledger.mdb")
        defer { environment.close() }
        let tables = try Tables(environment)
        var writer = LogWriter(environment: environment, tables: tables, folder: "\(copies)/6")
        let next = PendingCommit(try PreparedCommit(Self.commit(7)))
        writer.write([next])
        #expect(try next.receipt().first == 19)
        #expect(Verifier.verify(environment, tables, origin: "", against: nil).problems == [])
    }

    @Test func `what was answered from the journal is readable at once`() async throws {
        let ledger = try Ledger(at: folder.path, .init(journal: .always))
        for number in 1...200 as ClosedRange<UInt64> { _ = try await ledger.append(Self.commit(number)) }
        #expect(try ledger.head() == 600)
        #expect(FileManager.default.fileExists(atPath: folder.file("ledger.journal")))
        for number in 201...260 as ClosedRange<UInt64> {
            let receipt = try await ledger.append(Self.commit(number))
            #expect(try ledger.head() == receipt.last)
        }
        #expect(ledger.verify().problems == [])
    }

    @Test func `a journal that a crash left half made is made whole before it is used`() throws {
        for length in [0, 1, Journal.bytesMax - 1] {
            try FileManager.default.createDirectory(
                atPath: folder.file("\(length)"), withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
            let path = folder.file("\(length)/ledger.journal")
            try Data(repeating: 0, count: length).write(to: URL(fileURLWithPath: path))
            var journal = Journal(in: folder.file("\(length)"))
            let lost = try journal.lostCommits(behind: 0, .zero)
            let hasRoom = journal.hasRoom(for: 1_000)
            #expect(lost.isEmpty && hasRoom)
            #expect(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int == Journal.bytesMax)
        }
    }

    @Test func `a batch that is too large for the journal is committed before it is answered`() throws {
        var entry = JournalEntry()
        entry.beginCommit()
        let room = [UInt8](repeating: 1, count: Journal.entryBytesMax)
        room.withUnsafeBytes { entry.append(record: $0) }
        #expect(entry.isTooLarge)
        entry.removeAll()
        #expect(entry.isEmpty && !entry.isTooLarge)
    }
}
