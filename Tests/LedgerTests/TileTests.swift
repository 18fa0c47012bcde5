import EventSourcing
import EventSourcingTesting
import Foundation
import Testing
import Wire

@testable import Ledger

@Suite struct TileTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Reads tiles by the words of <https://c2sp.org/tlog-tiles> and RFC 6962 alone, with none of the room's code but
    /// SHA-256.
    struct StrangeReader {
        let folder: String
        let size: Int

        init(_ folder: String) throws {
            self.folder = folder
            let lines = try String(contentsOfFile: folder + "/checkpoint", encoding: .utf8).split(separator: "\n")
            size = try #require(Int(lines[1]))
        }

        func file(_ kind: String, _ index: Int, width: Int) throws -> [UInt8] {
            let digits = String(format: "%09d", index)
            let groups = [digits.prefix(3), digits.dropFirst(3).prefix(3), digits.suffix(3)].map(String.init)
            let needed = groups.drop { $0 == "000" }
            let names = (needed.isEmpty ? ["000"] : Array(needed)).enumerated()
            let path = names.map {
                $0.offset == (needed.isEmpty ? 1 : needed.count) - 1 ? $0.element : "x" + $0.element
            }
            let suffix = width == 256 ? "" : ".p/\(width)"
            let url = URL(fileURLWithPath: "\(folder)/tile/\(kind)/\(path.joined(separator: "/"))\(suffix)")
            return try Array(Data(contentsOf: url))
        }

        /// The hashes of a level, from all its tiles.
        func hashes(_ level: Int) throws -> [[UInt8]] {
            let count = size / Int(pow(256, Double(level)))
            return try stride(from: 0, to: count, by: 256).flatMap { first in
                let width = min(256, count - first)
                let bytes = try file("\(level)", first / 256, width: width)
                try #require(bytes.count == 32 * width)
                return (0..<width).map { Array(bytes[32 * $0..<32 * $0 + 32]) }
            }
        }

        func entries() throws -> [[UInt8]] {
            try stride(from: 0, to: size, by: 256).flatMap { first in
                var bytes = try file("entries", first / 256, width: min(256, size - first))[...]
                var entries: [[UInt8]] = []
                while let high = bytes.popFirst(), let low = bytes.popFirst() {
                    entries.append(Array(bytes.prefix(Int(high) << 8 | Int(low))))
                    bytes = bytes.dropFirst(Int(high) << 8 | Int(low))
                }
                return entries
            }
        }

        static func mth(_ hashes: ArraySlice<[UInt8]>) -> [UInt8] {
            guard hashes.count > 1 else { return hashes.first ?? Digest.of([]).bytes }
            var k = 1
            while k * 2 < hashes.count { k *= 2 }
            return Digest.of([1] + mth(hashes.prefix(k)) + mth(hashes.dropFirst(k))).bytes
        }
    }

    private func make(_ sizes: Int...) async throws -> (Ledger, [Int]) {
        (try Ledger(at: folder.path, .init(origin: "example.org/log")), sizes)
    }

    private func grow(_ ledger: Ledger, to size: Int) async throws {
        while true {
            let head = try Int(ledger.head())
            guard head < size else { return }
            let count = min(1_000, size - head)
            let events = (0..<count).map { NewEvent.test("\(head + $0)") }
            _ = try await ledger.append(
                .test(UInt64(head + 1), [StreamAppend(events, to: StreamName("job/a"), expecting: .any)]))
        }
    }

    @Test func `a reader who knows only the specification comes to the signed root`() async throws {
        let (ledger, sizes) = try await make(1, 255, 256, 257, 1_000, 66_000)
        for size in sizes {
            try await grow(ledger, to: size)
            let export = try ledger.exportTiles(to: folder.file("tiles"), entries: true)
            #expect(export.checkpoint.size == UInt64(size))
            let reader = try StrangeReader(folder.file("tiles"))
            #expect(reader.size == size)
            let leaves = try reader.hashes(0)
            #expect(leaves.count == size)
            #expect(StrangeReader.mth(leaves[...]) == export.checkpoint.root.bytes)
            #expect(try reader.entries().map { Digest.of([0] + $0).bytes } == leaves)
            for level in 1...2 {
                let below = try reader.hashes(level - 1)
                let here = try reader.hashes(level)
                #expect(here.count == below.count / 256)
                for (index, hash) in here.enumerated() {
                    #expect(StrangeReader.mth(below[256 * index..<256 * index + 256]) == hash)
                }
            }
        }
        let again = try ledger.exportTiles(to: folder.file("tiles"), entries: true)
        #expect(again.kept == 257 + 257 + 1 && again.written == 4)
    }

    @Test func `tiles have the names of the specification`() {
        #expect(Tile(level: 0, index: 1_234_067, width: 256).path == "x001/x234/067")
        #expect(Tile(level: 0, index: 0, width: 112).path == "000.p/112")
        #expect(Tile(level: 0, index: 1_000, width: 1).path == "x001/000.p/1")
        // The specification's example: 70,000 entries.
        let tiles = Tile.all(of: 70_000)
        #expect(tiles.count { $0.level == 0 && $0.width == 256 } == 273)
        #expect(
            tiles.filter { $0.width < 256 } == [
                Tile(level: 0, index: 273, width: 112), Tile(level: 1, index: 1, width: 17),
                Tile(level: 2, index: 0, width: 1),
            ])
        #expect(Tile.all(of: 256) == [Tile(level: 0, index: 0, width: 256), Tile(level: 1, index: 0, width: 1)])
    }

    @Test func `entries are written only if asked for`() async throws {
        let (ledger, _) = try await make()
        try await grow(ledger, to: 300)
        _ = try ledger.exportTiles(to: folder.file("tiles"))
        #expect(!FileManager.default.fileExists(atPath: folder.file("tiles/tile/entries")))
        _ = try ledger.exportTiles(to: folder.file("tiles"), entries: true)
        #expect(try StrangeReader(folder.file("tiles")).entries().count == 300)
    }

    @Test func `tiles of another log or history are left alone`() async throws {
        let (ledger, _) = try await make()
        try await grow(ledger, to: 10)
        _ = try ledger.exportTiles(to: folder.file("tiles"))
        let before = try Data(contentsOf: URL(fileURLWithPath: folder.file("tiles/checkpoint")))
        let fork = try Ledger(at: folder.file("fork"), .init(origin: "example.org/log"))
        for number in 1...20 as ClosedRange<UInt64> {
            _ = try await fork.append(.test(number, [.test("job/z", "\(number)")]))
        }
        let error = #expect(throws: LedgerError.self) { try fork.exportTiles(to: folder.file("tiles")) }
        #expect(error?.description.contains("its first 10 events are not those that were signed") == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file("tiles/checkpoint"))) == before)
    }
}
