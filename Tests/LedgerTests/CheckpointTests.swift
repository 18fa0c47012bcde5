import EventSourcing
import EventSourcingTesting
import Foundation
import Testing
import Wire

@testable import Ledger

@Suite struct CheckpointTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func append(_ numbers: ClosedRange<UInt64>, to ledger: Ledger) async throws {
        for number in numbers { _ = try await ledger.append(.test(number, [.test("job/a", "event \(number)")])) }
    }

    private func copy(_ name: String, to target: String) throws {
        try? FileManager.default.removeItem(atPath: folder.file(target))
        try FileManager.default.copyItem(atPath: folder.file(name), toPath: folder.file(target))
    }

    @Test func `a signed note of the specification is accepted, and no other`() throws {
        // The example of golang.org/x/mod/sumdb/note, on which https://c2sp.org/signed-note rests.
        let text = """
            If you think cryptography is the answer to your problem,
            then you don't know what your problem is.

            \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZIn\
            NIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=

            """
        let key = try #require(Data(base64Encoded: "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"))
        let publicKey = Array(key.dropFirst())
        #expect(SignedNote.keyID(name: "PeterNeumann", publicKey: publicKey).hex == "c74f20a3")
        let note = try #require(SignedNote(Array(text.utf8)))
        #expect(note.isSigned(by: publicKey, named: "PeterNeumann"))
        #expect(!note.isSigned(by: publicKey, named: "PeterNewman"))
        #expect(note.bytes == Array(text.utf8))
        let changed = try #require(SignedNote(Array(text.replacing("answer", with: "reply").utf8)))
        #expect(!changed.isSigned(by: publicKey, named: "PeterNeumann"))
    }

    @Test func `a checkpoint says how far the log has come, and is signed`() async throws {
        let ledger = try Ledger(at: folder.path, .init(origin: "example.org/log"))
        try await append(1...3, to: ledger)
        let checkpoint = try ledger.checkpoint()
        #expect(checkpoint == Ledger.Checkpoint(origin: "example.org/log", size: 3, root: try ledger.tree().root))
        let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: folder.file("checkpoint"))))
        let note = try #require(SignedNote(bytes))
        #expect(note.text.hasPrefix("example.org/log\n3\n"))
        #expect(Ledger.Checkpoint(note.text) == checkpoint)
        let key = try #require(try ledger.verifierKey())
        #expect(note.isSigned(by: key.publicKey, named: "example.org/log"))
        #expect(SignedCheckpoint(bytes)?.isSigned(by: key) == true && VerifierKey(key.description) == key)
    }

    @Test func `closing signs a checkpoint, and so does every so many commits`() async throws {
        let first = try Ledger(at: folder.path)
        try await append(1...2, to: first)
        #expect(!FileManager.default.fileExists(atPath: folder.file("checkpoint")))
        first.close()
        let file = CheckpointFile(in: folder.path)
        #expect(try file.read()?.size == 2)
        let second = try Ledger(at: folder.path)
        await withThrowingTaskGroup { group in
            for number in 3...UInt64(Ledger.commitsPerCheckpoint + 2) {
                group.addTask { _ = try await second.append(.test(number, [.test("job/b", "x")])) }
            }
        }
        // The writer signs behind the answers, so one more commit follows that signature.
        _ = try await second.append(.test(1_000_000, [.test("job/c", "x")]))
        #expect(try file.read()?.size ?? 0 >= UInt64(Ledger.commitsPerCheckpoint))
    }

    @Test func `a checkpoint never goes back, and never replaces that of another log`() throws {
        let file = CheckpointFile(in: folder.path)
        let root = Wire.Digest.of([1])
        for (origin, size) in [("a", 5), ("a", 3), ("b", 9)] as [(String, UInt64)] {
            try file.write(Ledger.Checkpoint(origin: origin, size: size, root: root))
            #expect(try file.read() == Ledger.Checkpoint(origin: "a", size: 5, root: root))
        }
        try file.write(Ledger.Checkpoint(origin: "b", size: 1, root: root), replaces: true)
        #expect(try file.read()?.origin == "b")
    }

    @Test func `the signing key is its owner's alone`() async throws {
        let ledger = try Ledger(at: folder.path)
        try await append(1...1, to: ledger)
        ledger.close()
        for (name, mode) in [("keys/signing.key", 0o600), ("keys", 0o700)] {
            let found = try FileManager.default.attributesOfItem(atPath: folder.file(name))[.posixPermissions]
            #expect(found as? Int == mode)
        }
    }

    @Test func `an older copy put back opens read-only and says so`() async throws {
        let first = try Ledger(at: folder.path)
        try await append(1...3, to: first)
        first.close()
        try copy("ledger.mdb", to: "old.mdb")
        let second = try Ledger(at: folder.path)
        try await append(4...5, to: second)
        second.close()
        try copy("old.mdb", to: "ledger.mdb")
        let third = try Ledger(at: folder.path)
        #expect(third.readOnlyReason?.contains("older than its checkpoint: it has 3 events, and 5 were signed") == true)
        #expect(try third.events(after: 0, limit: 10).count == 3)
        await #expect(throws: AppendFailure.self) { _ = try await third.append(.test(9, [.test("job/a", "x")])) }
        #expect(throws: LedgerError.self) { try third.checkpoint() }
        #expect(third.verify().problems.count == 1)
        third.close()
        #expect(try CheckpointFile(in: folder.path).read()?.size == 5)
    }

    @Test func `a log that went another way than was signed opens read-only`() async throws {
        let first = try Ledger(at: folder.path)
        try await append(1...3, to: first)
        first.close()
        try copy("ledger.mdb", to: "fork.mdb")
        let second = try Ledger(at: folder.path)
        try await append(4...5, to: second)
        second.close()
        let signed = try Data(contentsOf: URL(fileURLWithPath: folder.file("checkpoint")))
        try copy("fork.mdb", to: "ledger.mdb")
        try FileManager.default.removeItem(atPath: folder.file("checkpoint"))
        let fork = try Ledger(at: folder.path)
        try await append(14...18, to: fork)
        fork.close()
        try signed.write(to: URL(fileURLWithPath: folder.file("checkpoint")))
        let third = try Ledger(at: folder.path)
        #expect(third.readOnlyReason?.contains("differs from its checkpoint: its first 5 events") == true)
        #expect(try !Ledger.verifyClosing(third, at: folder.path).isOK)
    }

    @Test func `a difference can be accepted, and then the checkpoint follows the log`() async throws {
        let first = try Ledger(at: folder.path)
        try await append(1...3, to: first)
        first.close()
        try copy("ledger.mdb", to: "old.mdb")
        let second = try Ledger(at: folder.path)
        try await append(4...5, to: second)
        second.close()
        try copy("old.mdb", to: "ledger.mdb")
        let third = try Ledger(at: folder.path, .init(acceptsDifference: true))
        #expect(!third.isReadOnly)
        try await append(20...20, to: third)
        third.close()
        #expect(try Ledger(at: folder.path).readOnlyReason == nil)
    }

    @Test func `a checkpoint that was changed, or is of another ledger or key, is not believed`() async throws {
        let first = try Ledger(at: folder.path)
        try await append(1...3, to: first)
        first.close()
        let path = folder.file("checkpoint")
        let signed = try String(contentsOfFile: path, encoding: .utf8)
        for (changed, words) in [
            (signed.replacing("\n3\n", with: "\n2\n"), "not signed with"),
            (signed.replacing("daybook.local/", with: "daybook.local/f"), "not signed with"),
            ("nonsense\n", "no signed checkpoint"),
        ] {
            try changed.write(toFile: path, atomically: true, encoding: .utf8)
            let ledger = try Ledger(at: folder.path)
            #expect(ledger.readOnlyReason?.contains(words) == true)
            ledger.close()
        }
        try signed.write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.removeItem(atPath: folder.file("keys/signing.key"))
        #expect(try Ledger(at: folder.path).readOnlyReason?.contains("signing.key is missing") == true)
    }

    @Test func `where the log is gone and its checkpoint is not, no new one begins in silence`() async throws {
        let first = try Ledger(at: folder.path)
        try await append(1...3, to: first)
        first.close()
        try FileManager.default.removeItem(atPath: folder.file("ledger.mdb"))
        for makesEmpty in [false, true] {
            if makesEmpty { try Data().write(to: URL(fileURLWithPath: folder.file("ledger.mdb"))) }
            let error = #expect(throws: LedgerError.self) { _ = try Ledger(at: folder.path) }
            #expect(error?.description.contains("3 events were signed") == true)
        }
        try FileManager.default.removeItem(atPath: folder.file("checkpoint"))
        #expect(try Ledger(at: folder.path).head() == 0)
    }

    @Test func `after a kill the checkpoint may lag, and the ledger still opens for writing`() async throws {
        let first = try Ledger(at: folder.path)
        try await append(1...3, to: first)
        try first.checkpoint()
        try await append(4...5, to: first)
        // What a kill leaves behind: the file as it is, and the checkpoint as it was.
        let lagging = try Data(contentsOf: URL(fileURLWithPath: folder.file("checkpoint")))
        first.close()
        try lagging.write(to: URL(fileURLWithPath: folder.file("checkpoint")))
        #expect(try Ledger(at: folder.path).readOnlyReason == nil)
    }
}

extension Ledger {
    /// Closes this ledger, and verifies it from outside.
    static func verifyClosing(_ ledger: Ledger, at path: String) throws -> Verification {
        ledger.close()
        return try verify(at: path)
    }
}
