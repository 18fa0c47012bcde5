import EventSourcing
import EventSourcingTesting
import Foundation
import Testing
import Wire

@testable import LMDB
@testable import Ledger

@Suite struct VerificationTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A closed ledger with nine events in three commits, two streams, two artifacts.
    private func makeLedger() async throws {
        let ledger = try Ledger(at: folder.path)
        for number in 1...3 as ClosedRange<UInt64> {
            _ = try await ledger.append(
                .test(
                    number, [.test("job/a", "x", "y"), .test("job/b", "z")],
                    artifacts: [Array("artifact \(number % 2)".utf8)]))
        }
        ledger.close()
    }

    /// Changes rows behind the ledger's back, as damage or a forger would.
    private func tamper(_ body: (inout WriteTransaction, Tables) throws -> Void) throws {
        let environment = try Environment(path: folder.file("ledger.mdb"))
        defer { environment.close() }
        let tables = try Tables(environment)
        try environment.write { try body(&$0, tables) }
    }

    private func flipped(_ bytes: RawSpan?, at offset: Int) throws -> [UInt8] {
        guard let bytes else { throw CocoaError(.fileReadUnknown) }
        var copy = bytes.copied
        copy[offset] ^= 1
        return copy
    }

    @Test func `a whole ledger verifies, from inside and from outside`() async throws {
        try await makeLedger()
        let outside = try Ledger.verify(at: folder.path)
        #expect(outside.isOK)
        #expect(outside.events == 9)
        #expect(outside.commits == 3)
        #expect(outside.streams == 2)
        #expect(outside.artifacts == 2)
        #expect(
            outside.checkpoint
                == Ledger.Checkpoint(origin: outside.checkpoint?.origin ?? "", size: 9, root: outside.root))
        let ledger = try Ledger(at: folder.path)
        #expect(ledger.verify() == outside)
        #expect(try ledger.tree().root == outside.root)
    }

    @Test func `an empty ledger verifies`() throws {
        try Ledger(at: folder.path).close()
        let found = try Ledger.verify(at: folder.path)
        #expect(found.isOK && found.events == 0 && found.root == Merkle.emptyRoot)
    }

    @Test(arguments: [0, 8, 16, 24, 32, 40, 48, 56, 58, 60, 63, 64, 70])
    func `one changed bit of a record is found, with its position`(_ offset: Int) async throws {
        try await makeLedger()
        try tamper { transaction, tables in
            let bytes = try flipped(try transaction.value(for: 4, in: tables.events), at: offset)
            try transaction.put(bytes.span.bytes, for: 4, in: tables.events)
        }
        let found = try Ledger.verify(at: folder.path)
        #expect(found.problems.contains { $0.position == 4 })
    }

    enum Forgery: String, CaseIterable {
        case head, headGone, node, commit, lastCommit, commitID, artifact, artifactIndex, frontier, eventGone, tailGone
    }

    @Test(arguments: Forgery.allCases)
    func `what stands beside the records is compared too`(_ forgery: Forgery) async throws {
        try await makeLedger()
        try tamper { transaction, tables in
            let stream = Array("job/a".utf8)
            switch forgery {
            case .head:
                let bytes = try flipped(try transaction.value(for: stream.span.bytes, in: tables.heads), at: 16)
                try transaction.put(bytes.span.bytes, for: stream.span.bytes, in: tables.heads)
            case .headGone: try transaction.delete(stream.span.bytes, from: tables.heads)
            case .node:
                try transaction.put(
                    Wire.Digest.zero.bytes.span.bytes, for: MerkleNode.key(level: 1, index: 0), in: tables.nodes)
            case .commit:
                let bytes = try flipped(try transaction.value(for: 4, in: tables.commits), at: 40)
                try transaction.put(bytes.span.bytes, for: 4, in: tables.commits)
            case .lastCommit:
                // No commit is chained to it yet, so its leaves are compared by themselves.
                let bytes = try flipped(try transaction.value(for: 7, in: tables.commits), at: 72)
                try transaction.put(bytes.span.bytes, for: 7, in: tables.commits)
            case .commitID:
                let id = CommitID(high: 0, low: 2).bytes
                try transaction.put([UInt64(1)].span.bytes, for: id.span.bytes, in: tables.commitIDs)
            case .artifact:
                let bytes = try flipped(try transaction.value(for: 1, in: tables.artifacts), at: 40)
                try transaction.put(bytes.span.bytes, for: 1, in: tables.artifacts)
            case .artifactIndex:
                let row = ArtifactRuns.Entry(digest: Wire.Digest.of(Array("artifact 0".utf8)), sequence: 1)
                var runs = ArtifactRuns()
                try tables.write(runs.add(1), [row], of: runs, in: &transaction)
            case .frontier:
                let key = Array("tree".utf8)
                let bytes = try flipped(try transaction.value(for: key.span.bytes, in: tables.meta), at: 9)
                try transaction.put(bytes.span.bytes, for: key.span.bytes, in: tables.meta)
            case .eventGone: try transaction.delete(5, from: tables.events)
            case .tailGone: try transaction.delete(9, from: tables.events)
            }
        }
        #expect(try !Ledger.verify(at: folder.path).isOK)
    }

    @Test func `a history that was forged throughout is found by the checkpoint alone`() async throws {
        try await makeLedger()
        let signed = try Data(contentsOf: URL(fileURLWithPath: folder.file("checkpoint")))
        let other = try TemporaryFolder()
        let origin = try #require(try CheckpointFile(in: folder.path).read()).origin
        let forger = try Ledger(at: other.path, .init(origin: origin))
        for number in 1...9 as ClosedRange<UInt64> {
            _ = try await forger.append(.test(number, [.test("job/a", "forged")]))
        }
        forger.close()
        #expect(try Ledger.verify(at: other.path).isOK)
        try FileManager.default.removeItem(atPath: other.file("keys"))
        try FileManager.default.copyItem(atPath: folder.file("keys"), toPath: other.file("keys"))
        try signed.write(to: URL(fileURLWithPath: other.file("checkpoint")))
        let found = try Ledger.verify(at: other.path)
        #expect(found.problems.count == 1)
        #expect(found.problems.first?.words.contains("its first 9 events are not those that were signed") == true)
    }

    @Test func `a file that was cut off is a clear error, not a crash`() async throws {
        try await makeLedger()
        let path = folder.file("ledger.mdb")
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        for bytes in [100, 4_096, 8_192, whole.count / 2, whole.count - 1] {
            try whole.prefix(bytes).write(to: URL(fileURLWithPath: path))
            for open in [{ _ = try Ledger.verify(at: folder.path) }, { _ = try Ledger(at: folder.path) }] {
                let error = #expect(throws: LedgerError.self) { try open() }
                guard case .damaged(let words) = error else {
                    Issue.record("\(bytes) bytes: \(String(describing: error))")
                    continue
                }
                #expect(words.contains("cut off"))
            }
        }
    }

    @Test func `a folder without a ledger, and a file of something else, are said in words`() throws {
        let missing = #expect(throws: LedgerError.self) { _ = try Ledger.verify(at: folder.file("none")) }
        #expect(missing == .misplaced("there is no ledger at \(folder.file("none/ledger.mdb"))"))
        try Data(repeating: 65, count: 20_000).write(to: URL(fileURLWithPath: folder.file("ledger.mdb")))
        let strange = #expect(throws: LedgerError.self) { _ = try Ledger(at: folder.path) }
        guard case .damaged = strange else {
            Issue.record("\(String(describing: strange))")
            return
        }
    }
}
