import EventSourcing
import EventSourcingTesting
import Testing
import Wire

@testable import LMDB
@testable import Ledger

@Suite struct ArtifactRunsTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static func content(_ number: Int) -> [UInt8] { Array("content \(number)".utf8) }

    /// Appends commits with so many new contents each.
    private func append(_ numbers: [Range<Int>], to ledger: Ledger) async throws {
        for range in numbers {
            _ = try await ledger.append(
                .test(
                    UInt64(range.lowerBound) + 1, [.test("job/a", "x")], artifacts: range.map { Self.content($0) }))
        }
    }

    private func runs() throws -> ArtifactRuns {
        let environment = try Environment(path: folder.file("ledger.mdb"))
        defer { environment.close() }
        let tables = try Tables(environment)
        return try environment.read { try tables.runs(in: $0) }
    }

    @Test func `every content is found while runs are written and merged`() async throws {
        let ledger = try Ledger(at: folder.path)
        let ranges = stride(from: 0, to: 3_000, by: 75).map { $0..<$0 + 75 }
        try await append(ranges, to: ledger)
        for number in 0..<3_000 {
            #expect(try ledger.artifact(Wire.Digest.of(Self.content(number))) == Self.content(number))
        }
        #expect(try ledger.artifact(Wire.Digest.of(Self.content(3_000))) == nil)
        #expect(ledger.verify().isOK)
        ledger.close()
        let runs = try runs()
        #expect(runs.runs.contains { $0.level > 0 })
        #expect(runs.mergeable == nil)
        #expect(runs.indexed > 3_000 - UInt64(ArtifactRuns.entriesPerRunMin) - 75)
    }

    @Test func `a content is kept once, whether its run is written or not, and after opening again`() async throws {
        var ledger = try Ledger(at: folder.path)
        try await append([0..<300, 300..<400], to: ledger)
        #expect(ledger.verify().artifacts == 400)
        ledger.close()
        ledger = try Ledger(at: folder.path)
        _ = try await ledger.append(
            .test(9_000, [.test("job/a", "y")], artifacts: (0..<401).map { Self.content($0) }))
        #expect(ledger.verify().artifacts == 401)
        #expect(ledger.verify().isOK)
    }

    @Test func `digests are found by their first digits, in runs and behind them`() async throws {
        let ledger = try Ledger(at: folder.path)
        try await append([0..<600, 600..<700], to: ledger)
        let all = (0..<700).map { Wire.Digest.of(Self.content($0)) }.sorted()
        for prefix in ["0", "7f", "f", all[0].description, String(all[699].description.prefix(9))] {
            let wanted = all.filter { $0.description.hasPrefix(prefix) }
            #expect(try ledger.artifacts(startingWith: prefix, limit: 1_000) == wanted)
            #expect(try ledger.artifacts(startingWith: prefix, limit: 2) == Array(wanted.prefix(2)))
        }
        #expect(try ledger.artifacts(startingWith: "", limit: 1_000) == all)
    }

    @Test func `two processes that merge runs in turn lose no content`() throws {
        // Two writers on one file, as two processes are: each caches what it knows.
        let ledger = try Ledger(at: folder.path)
        var one = LogWriter(environment: ledger.environment, tables: ledger.tables, folder: folder.path)
        var other = LogWriter(environment: ledger.environment, tables: ledger.tables, folder: folder.path)
        func write(_ number: Int, with writer: inout LogWriter) throws {
            let contents = (number * 300..<number * 300 + 300).map { Self.content($0) }
            let pending = PendingCommit(
                try PreparedCommit(.test(UInt64(number) + 1, [.test("job/a", "x")], artifacts: contents)))
            writer.write([pending])
            #expect(pending.isWritten)
        }
        for number in 0..<12 {
            try write(number, with: &one)
            one.tidy()
            other.tidy()
        }
        for number in 12..<24 {
            try write(number, with: &one)
            let again = PendingCommit(
                try PreparedCommit(
                    .test(UInt64(1_000 + number), [.test("job/a", "y")], artifacts: [Self.content(number)])))
            other.write([again])
            #expect(again.isWritten)
            one.tidy()
            try write(number + 100, with: &other)
        }
        #expect(try ledger.artifact(Wire.Digest.of(Self.content(3_601))) == Self.content(3_601))
        let found = ledger.verify()
        #expect(found.problems == [] && found.artifacts == 36 * 300)
    }

    @Test func `the list of runs is the same after it was kept and read`() throws {
        var runs = ArtifactRuns()
        for count in [256, 300, 256, 1_000] { _ = runs.add(count) }
        #expect(ArtifactRuns(reading: runs.bytes) == runs)
        let merged = try #require(runs.mergeable)
        #expect(merged.count == 4)
        #expect(runs.merge(merged).level == 1)
        #expect(runs.indexed == 1_812)
        #expect(runs.mergeable == nil)
        #expect(ArtifactRuns(reading: runs.bytes) == runs)
        #expect(ArtifactRuns(reading: runs.bytes.dropLast()) == nil)
    }
}

extension ArtifactRuns {
    init?(reading bytes: [UInt8]) { self.init(bytes.span.bytes) }
}

extension LogWriter {
    /// Writes one batch, in a transaction of its own.
    mutating func write(_ batch: [PendingCommit]) {
        var feed = OneBatch(batch: batch[...])
        write(&feed)
    }

    private struct OneBatch: Feed {
        let batch: ArraySlice<PendingCommit>
        let usesJournal = false

        func claim() -> ArraySlice<PendingCommit>? { batch }
        func acknowledge(_: ArraySlice<PendingCommit>, head _: Position, isVisible _: Bool) {}
        func next() -> ArraySlice<PendingCommit>? { nil }
    }
}
