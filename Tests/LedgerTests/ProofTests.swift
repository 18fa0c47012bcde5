import EventSourcing
import EventSourcingTesting
import Foundation
import Testing
import Wire

@testable import Ledger

@Suite struct ProofTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A ledger with two streams, two events a commit.
    static func make(at path: String, commits: ClosedRange<UInt64>) async throws -> Ledger {
        let ledger = try Ledger(at: path, .init(origin: "example.org/log"))
        for number in commits {
            _ = try await ledger.append(
                .test(number, [.test("job/a", "event \(number)"), .test("job/b", "other \(number)")]))
        }
        return ledger
    }

    @Test func `every event of a ledger is proved to a stranger, in text`() async throws {
        let ledger = try await Self.make(at: folder.path, commits: 1...150)
        let signed = try ledger.signedCheckpoint()
        let key = try #require(try ledger.verifierKey())
        #expect(signed.checkpoint.size == 300)
        for position in 1...300 as ClosedRange<Position> {
            let made = try ledger.proof(of: position, in: signed)
            let read = try EventProof(Array(made.text.utf8))
            #expect(read == made)
            try read.verify(with: key)
            #expect(read.entry.position == position && read.entry.actor == "tester")
        }
        let first = try ledger.proof(of: 1, in: signed).entry
        #expect(first.streamName?.description == "job/a" && first.version == 1)
        #expect(first.payload == Digest.of(Array("event 1".utf8)) && first.payloadLength == 7)
        #expect(throws: LedgerError.self) { try ledger.proof(of: 301, in: signed) }
        #expect(throws: LedgerError.self) { try ledger.proof(of: 0, in: signed) }
    }

    @Test func `a proof outlives the log's growth, and can lead to an older checkpoint`() async throws {
        let ledger = try await Self.make(at: folder.path, commits: 1...20)
        let old = try ledger.signedCheckpoint()
        let key = try #require(try ledger.verifierKey())
        for number in 21...200 as ClosedRange<UInt64> {
            _ = try await ledger.append(.test(number, [.test("job/a", "x")]))
        }
        let new = try ledger.signedCheckpoint()
        let proof = try ledger.proof(of: 7, in: old)
        #expect(proof.inclusion.size == 40 && new.checkpoint.size == 220)
        try proof.verify(with: key)
        #expect(throws: LedgerError.self) { try ledger.proof(of: 41, in: old) }
        let grown = try ledger.proof(from: old, to: new)
        #expect(try ExtensionProof(Array(grown.text.utf8)) == grown)
        try grown.verify(from: old, with: key)
        #expect(throws: ProofFailure.self) { try grown.verify(from: new, with: key) }
        #expect(throws: LedgerError.self) { try ledger.proof(from: new, to: old) }
        try ledger.proof(from: new, to: new).verify(from: new, with: key)
    }

    @Test func `every byte of a proof counts`() async throws {
        let ledger = try await Self.make(at: folder.path, commits: 1...40)
        let old = try ledger.signedCheckpoint()
        let key = try #require(try ledger.verifierKey())
        _ = try await ledger.append(.test(99, [.test("job/c", "x")]))
        let new = try ledger.signedCheckpoint()
        let proof = Array(try ledger.proof(of: 11, in: new).text.utf8)
        let grown = Array(try ledger.proof(from: old, to: new).text.utf8)
        var accepted = 0
        for mask in [1, 2, 4, 8, 16, 32, 64, 128, 255] as [UInt8] {
            for place in proof.indices {
                var bytes = proof
                bytes[place] ^= mask
                if (try? EventProof(bytes).verify(with: key)) != nil { accepted += 1 }
            }
            for place in grown.indices {
                var bytes = grown
                bytes[place] ^= mask
                if (try? ExtensionProof(bytes).verify(from: old, with: key)) != nil { accepted += 1 }
            }
        }
        #expect(accepted == 0)
        for length in proof.indices { #expect(throws: ProofFailure.self) { try EventProof(Array(proof[..<length])) } }
        for length in grown.indices {
            #expect(throws: ProofFailure.self) { try ExtensionProof(Array(grown[..<length])) }
        }
    }

    @Test func `a proof at ten million events has at most 1,500 bytes`() async throws {
        let ledger = try Ledger(at: folder.path)
        _ = try await ledger.append(.test(1, [.test("job/newsletter-1", "x", "y")], actor: "driver"))
        let small = try ledger.proof(of: 2, in: try ledger.signedCheckpoint())
        let size: UInt64 = 10_000_000
        let path = Merkle.path(to: size / 2, size: size).map { _ in small.entry.leaf }
        let note = try ledger.checkpointFile.sign(
            .init(origin: ledger.origin, size: size, root: small.checkpoint.checkpoint.root))
        let large = EventProof(
            entry: small.entry, inclusion: InclusionProof(index: size / 2, size: size, path: path),
            checkpoint: try #require(SignedCheckpoint(note)))
        #expect(path.count == 24)
        #expect(large.text.utf8.count <= 1_500)
    }

    @Test func `a proof is for its own key alone`() async throws {
        let ledger = try await Self.make(at: folder.path, commits: 1...3)
        let other = try await Self.make(at: folder.file("other"), commits: 1...3)
        let proof = try ledger.proof(of: 2, in: try ledger.signedCheckpoint())
        try other.checkpoint()
        let key = try #require(try ledger.verifierKey())
        let strange = try #require(try other.verifierKey())
        #expect(key.name == strange.name && key != strange)
        try proof.verify(with: key)
        let failure = #expect(throws: ProofFailure.self) { try proof.verify(with: strange) }
        #expect(failure?.description.contains("not signed with the key \(strange.id)") == true)
    }

    @Test func `a checkpoint of another history leads to no proof`() async throws {
        let ledger = try await Self.make(at: folder.path, commits: 1...3)
        let fork = try await Self.make(at: folder.file("fork"), commits: 11...14)
        let strange = try fork.signedCheckpoint()
        let longer = #expect(throws: LedgerError.self) { try ledger.proof(of: 1, in: strange) }
        #expect(longer?.description.contains("it has 6 events, and 8 were signed") == true)
        _ = try await ledger.append(.test(4, [.test("job/a", "x"), .test("job/b", "y")]))
        let other = #expect(throws: LedgerError.self) { try ledger.proof(from: strange, to: strange) }
        #expect(other?.description.contains("its first 8 events are not those that were signed") == true)
    }

    @Test func `a ledger that cannot be written proves by its last checkpoint`() async throws {
        let ledger = try await Self.make(at: folder.path, commits: 1...5)
        ledger.close()
        let reader = try Ledger(at: folder.path, .init(readOnly: true))
        let key = try #require(try reader.verifierKey())
        try reader.proof(of: 10, in: try reader.signedCheckpoint()).verify(with: key)
        reader.close()
        try FileManager.default.removeItem(atPath: folder.file("checkpoint"))
        let bare = try Ledger(at: folder.path, .init(readOnly: true))
        #expect(throws: LedgerError.self) { try bare.signedCheckpoint() }
    }

    @Test func `a checkpoint that witnesses have signed as well is as good`() async throws {
        let ledger = try await Self.make(at: folder.path, commits: 1...3)
        let signed = try ledger.signedCheckpoint()
        let key = try #require(try ledger.verifierKey())
        let lines = String(decoding: signed.bytes, as: UTF8.self)
        let cosignature = Data([UInt8](repeating: 7, count: 76)).base64EncodedString()
        let more = lines + "\u{2014} witness.example/w1 \(cosignature)\n"
        let cosigned = try #require(SignedCheckpoint(Array(more.utf8)))
        #expect(cosigned.isSigned(by: key))
        try EventProof(Array(try ledger.proof(of: 3, in: cosigned).text.utf8)).verify(with: key)
        let text = lines.split(separator: "\n\n")[0]
        let bare = try #require(SignedCheckpoint(Array("\(text)\n\n\u{2014} \(key.name) \(cosignature)\n".utf8)))
        #expect(bare.checkpoint == signed.checkpoint && !bare.isSigned(by: key))
    }

    @Test func `a key is read as it is written, and no other way`() async throws {
        let ledger = try await Self.make(at: folder.path, commits: 1...1)
        try ledger.checkpoint()
        let key = try #require(try ledger.verifierKey())
        #expect(VerifierKey(key.description) == key)
        // The example of golang.org/x/mod/sumdb/note.
        let text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
        #expect(VerifierKey(text)?.description == text && VerifierKey(text)?.id == "c74f20a3")
        for wrong in [
            "", "a", "a+b+c", text.replacing("c74f20a3", with: "c74f20a4"), text.replacing("Peter", with: "Pete"),
            String(text.dropLast()), text.replacing("+ARpc", with: "+ARpd"), "+c74f20a3+ARpc",
        ] { #expect(VerifierKey(wrong) == nil) }
    }
}
