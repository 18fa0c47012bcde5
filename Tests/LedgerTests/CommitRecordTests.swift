import EventSourcing
import EventSourcingTesting
import Testing
import Wire

@testable import Ledger

@Suite struct CommitRecordTests {
    private func record() async throws -> CommitRecord {
        let log = MemoryLog()
        _ = try await log.append(.test(1, [.test("job/a", "before")]))
        _ = try await log.append(.test(2, [.test("job/a", "x", "y"), .test("job/b", "z")]))
        return try #require(log.record(of: CommitID(high: 0, low: 2)))
    }

    @Test func `a byte string is read as it was written`() async throws {
        let record = try await record()
        #expect(CommitRecord(checking: record.bytes) == record)
    }

    @Test func `no byte of it can change unseen, and none can be missing`() async throws {
        let record = try await record()
        for index in record.bytes.indices {
            var bytes = record.bytes
            bytes[index] ^= 1
            let read = CommitRecord(checking: bytes)
            // What is left of the header is bound by the digest, which the next commit carries.
            #expect(read == nil || read?.digest != record.digest)
            #expect(CommitRecord(checking: Array(record.bytes[..<index])) == nil)
        }
        #expect(CommitRecord(checking: record.bytes + [0]) == nil)
    }
}
