import EventSourcing
import Testing
import Wire

@testable import Ledger

@Suite struct FormatTests {
    static let header = RecordHeader(
        position: 0x0102_0304_0506_0708, stream: 0x1112_1314_1516_1718, previous: 0x2122_2324_2526_2728,
        commit: 0x3132_3334_3536_3738, causation: 0x4142_4344_4546_4748, time: -2, version: 0x5152_5354,
        payloadLength: 3, index: 0x6162, type: 0x7172, revision: 0x81, kind: 1, nameLength: 5, actorLength: 2)

    private func record(_ header: RecordHeader = Self.header) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: RecordHeader.byteCount)
        bytes.withUnsafeMutableBytes { header.store(to: $0) }
        return bytes + Array("job/ame".utf8) + [7, 8, 9]
    }

    /// What can be read from a record, beyond its bytes.
    private struct Parts: Equatable {
        let header: RecordHeader
        let name: String
        let actor: String
        let payload: [UInt8]
        let leaf: Wire.Digest

        init?(_ bytes: [UInt8]) {
            guard let record = Record(bytes.span.bytes) else { return nil }
            header = record.header
            name = record.name
            actor = record.actor
            payload = record.payload.copied
            leaf = record.leaf
        }
    }

    @Test func `a record lies in the file as the documentation draws it`() {
        #expect(
            record().hex == """
                0807060504030201181716151413121128272625242322213837363534333231\
                4847464544434241feffffffffffffff54535251030000006261727181010502\
                6a6f622f616d65070809
                """)
    }

    @Test func `a record is read as it was written`() throws {
        let parts = try #require(Parts(record()))
        #expect(parts.header == Self.header)
        #expect(parts.name == "job/a")
        #expect(parts.actor == "me")
        #expect(parts.payload == [7, 8, 9])
    }

    @Test func `a leaf takes in every byte of a record`() throws {
        let bytes = record()
        let leaf = try #require(Parts(bytes)).leaf
        #expect(leaf == Wire.Digest.of([0] + bytes.dropLast(3) + Wire.Digest.of([7, 8, 9]).bytes))
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1
            #expect(Parts(changed)?.leaf != leaf)
        }
    }

    @Test func `a record of another length is none`() {
        for bytes in [Array(record().dropLast()), record() + [0], Array(record().prefix(63)), []] {
            #expect(Parts(bytes) == nil)
        }
    }

    @Test func `a commit is one canonical byte string`() throws {
        let commit = CommitHeader(
            count: 2, first: 7, time: -1, id: CommitID(high: 0x0102_0304_0506_0708, low: 0x1112_1314_1516_1718),
            before: Wire.Digest.of([1]), leaves: Wire.Digest.of([2]))
        let bytes = commit.bytes
        #expect(bytes.count == CommitHeader.byteCount)
        #expect(
            bytes.hex == """
                02000000020000000700000000000000ffffffffffffffff01020304050607081112131415161718\
                4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a\
                dbc1b4c900ffe48d575b5da5c638040125f65db0fe3e24494b76ea986457d986
                """)
        #expect(CommitHeader(reading: bytes) == commit)
        #expect(CommitHeader(reading: bytes.dropLast()) == nil)
    }

    @Test func `commit ids sort by time`() {
        let early = CommitID(time: 1_700_000_000_000_000, random: (.max, .max))
        let late = CommitID(time: 1_700_000_000_001_000, random: (0, 0))
        #expect(early.bytes.lexicographicallyPrecedes(late.bytes))
    }
}

// `#expect` takes no spans, so what is read from one is made from an array here.
extension CommitHeader {
    init?(reading bytes: [UInt8]) { self.init(bytes.span.bytes) }
}

extension MerkleFrontier {
    init?(reading bytes: [UInt8]) { self.init(bytes.span.bytes) }
}
