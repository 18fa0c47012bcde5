import EventSourcing
import EventSourcingTesting
import Foundation
import LMDB
import Testing
import Wire

@testable import Ledger

@Suite struct StreamBundleTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private let kept = Array("what an event names".utf8)
    private var naming: [UInt8] { Array("and names another: \(Digest.of(kept))".utf8) }

    private func event(_ payload: [UInt8]) -> NewEvent { NewEvent(type: 1, kind: .observation, payload: payload) }

    /// A stream of five events among many others; one names a content, which names another.
    private func makeLedger(at path: String) async throws -> Ledger {
        let ledger = try Ledger(at: path, .init(origin: "example.org/log"))
        for number in 1...30 as ClosedRange<UInt64> {
            var appends = [StreamAppend.test("job/other", "x\(number)", "y")]
            var artifacts = [Array("stray \(number)".utf8)]
            if number.isMultiple(of: 6) {
                let payload = number == 12 ? [0, 1, 2] + Digest.of(naming).bytes + [3] : [UInt8(number)]
                appends.append(StreamAppend([event(payload)], to: StreamName("job/a"), expecting: .any))
                artifacts += [kept, naming]
            }
            _ = try await ledger.append(.test(number, appends, artifacts: artifacts))
        }
        return ledger
    }

    private func makeBundle() async throws -> (bundle: StreamBundle, key: VerifierKey) {
        let ledger = try await makeLedger(at: folder.path)
        let key = try ledger.checkpoint()
        #expect(key.size == 65)
        let bundle = try ledger.bundle(
            of: StreamName("job/a"), with: [Digest.of(kept), Digest.of(naming), Digest.of([9])],
            in: ledger.signedCheckpoint())
        return (bundle, try #require(try ledger.verifierKey()))
    }

    @Test func `a stream is proved whole to somebody who has the key alone`() async throws {
        let (bundle, key) = try await makeBundle()
        let bytes = bundle.bytes
        #expect(bytes.count == bundle.byteCount)
        let read = try StreamBundle(bytes)
        #expect(read.bytes == bytes)
        let verified = try read.verify(with: key)
        #expect(verified.stream == StreamName("job/a"))
        #expect(verified.events.map(\.version) == [1, 2, 3, 4, 5])
        #expect(verified.artifacts == [Digest.of(kept): kept, Digest.of(naming): naming])
        let ledger = try #require(try? Ledger(at: folder.path, .init(readOnly: true)))
        #expect(try ledger.events(of: StreamName("job/a"), after: 0) == verified.events)
    }

    @Test func `every changed byte of a bundle is refused`() async throws {
        let (bundle, key) = try await makeBundle()
        let bytes = bundle.bytes
        var random = Seeded(seed: 11)
        var accepted: [Int] = []
        for place in bytes.indices {
            for mask in [1 << UInt8.random(in: 0...7, using: &random), UInt8.random(in: 1...255, using: &random)] {
                var changed = bytes
                changed[place] ^= mask
                if (try? StreamBundle(changed).verify(with: key)) != nil { accepted.append(place) }
            }
        }
        #expect(accepted == [])
    }

    @Test func `truncated bundles, garbage and wild lengths are refused in words`() async throws {
        let (bundle, key) = try await makeBundle()
        let bytes = bundle.bytes
        for length in bytes.indices { #expect(throws: ProofFailure.self) { try StreamBundle(Array(bytes[..<length])) } }
        #expect(throws: ProofFailure.self) { try StreamBundle(bytes + [0]) }
        var random = Seeded(seed: 12)
        var accepted = 0
        for _ in 0..<3_000 {
            var changed = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let start = Int.random(in: 0..<changed.count, using: &random)
                let end = min(changed.count, start + Int.random(in: 0...40, using: &random))
                var new: [UInt8] = []
                for _ in 0..<Int.random(in: 0...40, using: &random) {
                    let any = UInt8.random(in: .min ... .max, using: &random)
                    new.append([0, 0xff, any].randomElement(using: &random) ?? 0)
                }
                changed.replaceSubrange(start..<end, with: new)
            }
            if changed != bytes, (try? StreamBundle(changed).verify(with: key)) != nil { accepted += 1 }
        }
        #expect(accepted == 0)
    }

    @Test func `a bundle that leaves out an event, or adds a content, is refused`() async throws {
        let (bundle, key) = try await makeBundle()
        for missing in bundle.records.indices {
            var records = bundle.records
            records.remove(at: missing)
            // A liar would also bring the hashes that fit the events that are left.
            let ledger = try #require(try? Ledger(at: folder.path, .init(readOnly: true)))
            let places = records.compactMap { Record($0.span.bytes)?.header.position }.map { $0 - 1 }
            let nodes = Merkle.complement(of: places[...], in: 0..<bundle.checkpoint.checkpoint.size)
            let hashes = try ledger.environment.read { try ledger.tables.hashes(of: nodes, in: $0) }
            ledger.close()
            let lie = StreamBundle(
                checkpoint: bundle.checkpoint, records: records, hashes: hashes, artifacts: [])
            if missing == bundle.records.indices.last {
                // What a bundle cannot show: that the stream goes on.
                #expect(try lie.verify(with: key).events.count == records.count)
            } else {
                #expect(throws: ProofFailure.self) { try lie.verify(with: key) }
            }
        }
        let stray = StreamBundle.Artifact(digest: Digest.of([1]), bytes: [1])
        let fuller = StreamBundle(
            checkpoint: bundle.checkpoint, records: bundle.records, hashes: bundle.hashes,
            artifacts: (bundle.artifacts + [stray]).sorted { $0.digest < $1.digest })
        let failure = #expect(throws: ProofFailure.self) { try fuller.verify(with: key) }
        #expect(failure?.description.contains("no event leads to the content") == true)
    }

    @Test func `a stream is bundled as it was at the checkpoint`() async throws {
        let ledger = try await makeLedger(at: folder.path)
        let signed = try ledger.signedCheckpoint()
        _ = try await ledger.append(.test(99, [.test("job/a", "later")]))
        let key = try #require(try ledger.verifierKey())
        let bundle = try ledger.bundle(of: StreamName("job/a"), with: [], in: signed)
        #expect(try bundle.verify(with: key).events.count == 5)
        #expect(throws: LedgerError.self) { try ledger.bundle(of: StreamName("job/none"), with: [], in: signed) }
    }
}
