import EventSourcing
import EventSourcingTesting
import Foundation
import LMDB
import Testing

@testable import Ledger

@Suite struct `Copies of long streams` {
    private static let long = StreamName("job/long")
    private static let count = 2_500

    /// A ledger with a long stream that lies scattered among others.
    private func ledger(in folder: String, _ word: String = "event") async throws -> Ledger {
        let ledger = try Ledger(at: folder)
        var number: UInt64 = 0
        for start in stride(from: 0, to: Self.count, by: 100) {
            number += 1
            let events = (start..<start + 100).map { NewEvent.test("\(word) \($0)") }
            _ = try await ledger.append(
                .test(
                    number,
                    [StreamAppend(events, to: Self.long, expecting: .any), .test("job/other", "x", "y")]))
        }
        return ledger
    }

    private func texts(_ ledger: Ledger, after version: StreamVersion = 0) throws -> [String] {
        try ledger.events(of: Self.long, after: version).map { String(decoding: $0.payload, as: UTF8.self) }
    }

    private func expected(_ word: String = "event", after version: Int = 0) -> [String] {
        (0..<Self.count).dropFirst(version).map { "\(word) \($0)" }
    }

    private func path(_ folder: TemporaryFolder) -> String { folder.path + "/streams.mdb" }

    /// How many whole pieces the cache gives for the stream as it stands.
    private func pieces(_ ledger: Ledger) throws -> Int {
        ledger.streamCache.settle()
        return try ledger.read { transaction in
            guard let head = try ledger.tables.head(of: Self.long, in: transaction) else { return 0 }
            var found = 0
            for number in 0..<head.version / StreamCache.eventsPerSegment {
                let version = number * StreamCache.eventsPerSegment
                let isThere = try ledger.streamCache.withSegment(
                    of: head, behind: version, in: transaction, ledger.tables
                ) { segment in segment.count == Int(StreamCache.eventsPerSegment) }
                if isThere == true { found += 1 }
            }
            return found
        }
    }

    @Test func `are left by who walked far, and read by who comes next`() async throws {
        let folder = try TemporaryFolder()
        let ledger = try await ledger(in: folder.path)
        #expect(try pieces(ledger) == 0)
        #expect(!FileManager.default.fileExists(atPath: path(folder)))
        let events = try ledger.events(of: Self.long, after: 0)
        #expect(try pieces(ledger) == 4)
        #expect(try ledger.events(of: Self.long, after: 0) == events)
        #expect(try texts(ledger) == expected())
        for version in [1, 511, 512, 513, 1_024, 2_047, 2_048, 2_499, 2_500] {
            #expect(try texts(ledger, after: StreamVersion(version)) == expected(after: version))
        }
        // What was appended since lies behind them.
        _ = try await ledger.append(.test(1_000, [.test("job/long", "later")]))
        #expect(try texts(ledger) == expected() + ["later"])
        ledger.close()
        let again = try Ledger(at: folder.path)
        #expect(try pieces(again) == 4)
        #expect(try texts(again) == expected() + ["later"])
        again.close()
    }

    @Test func `are not made of short walks, nor where nothing may be written`() async throws {
        let folder = try TemporaryFolder()
        let ledger = try await ledger(in: folder.path)
        _ = try texts(ledger, after: StreamVersion(Self.count - StreamCache.eventsWalkedMin + 1))
        #expect(try pieces(ledger) == 0)
        ledger.close()
        let reader = try Ledger(at: folder.path, .init(readOnly: true))
        #expect(try texts(reader) == expected())
        #expect(!FileManager.default.fileExists(atPath: path(folder)))
        reader.close()
    }

    @Test func `are no part of the truth: the file may go at any time`() async throws {
        let folder = try TemporaryFolder()
        var ledger = try await ledger(in: folder.path)
        _ = try texts(ledger)
        ledger.close()
        try FileManager.default.removeItem(atPath: path(folder))
        ledger = try Ledger(at: folder.path)
        #expect(try texts(ledger) == expected())
        #expect(try pieces(ledger) == 4)
        ledger.close()
        try Data(repeating: 7, count: 20_000).write(to: URL(filePath: path(folder)))
        ledger = try Ledger(at: folder.path)
        #expect(try texts(ledger) == expected())
        ledger.close()
    }

    @Test func `are not believed after the machine was started anew`() async throws {
        let folder = try TemporaryFolder()
        var ledger = try await ledger(in: folder.path)
        _ = try texts(ledger)
        ledger.close()
        try Data("another boot".utf8).write(to: URL(filePath: path(folder) + ".boot"))
        ledger = try Ledger(at: folder.path)
        #expect(try pieces(ledger) == 0)
        #expect(try texts(ledger) == expected())
        #expect(try pieces(ledger) == 4)
        ledger.close()
    }

    @Test func `that were damaged are passed over, and made again`() async throws {
        let folder = try TemporaryFolder()
        var ledger = try await ledger(in: folder.path)
        _ = try texts(ledger)
        ledger.close()
        var bytes = try Data(contentsOf: URL(filePath: path(folder)))
        let place = try #require(bytes.range(of: Data("event 700".utf8)))
        bytes.replaceSubrange(place, with: Data("EVENT 700".utf8))
        try bytes.write(to: URL(filePath: path(folder)))
        ledger = try Ledger(at: folder.path)
        #expect(try pieces(ledger) == 3)
        #expect(try texts(ledger) == expected())
        #expect(try pieces(ledger) == 4)
        ledger.close()
    }

    @Test func `of another history are dropped`() async throws {
        let (folder, other) = (try TemporaryFolder(), try TemporaryFolder())
        let first = try await ledger(in: folder.path)
        _ = try texts(first)
        first.close()
        try await ledger(in: other.path, "other").close()
        for suffix in ["", ".boot"] {
            try FileManager.default.copyItem(atPath: path(folder) + suffix, toPath: path(other) + suffix)
        }
        let second = try Ledger(at: other.path)
        #expect(try texts(second) == expected("other"))
        #expect(try pieces(second) == 4)
        #expect(try texts(second) == expected("other"))
        second.close()
    }
}
