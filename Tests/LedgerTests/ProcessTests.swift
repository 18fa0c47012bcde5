import EventSourcing
import EventSourcingTesting
import Foundation
import Ledger
import Testing

/// With processes that really die, and that really append at the same time.
@Suite(.serialized) struct ProcessTests {
    @Test func `after a kill at any moment every acknowledged commit is there, and the ledger verifies`() throws {
        let folder = try TemporaryFolder()
        var acknowledged = 0
        var stored = 0
        for round in 1...20 {
            let child = try Child(folder.path, seed: round, commits: 1_000_000, appenders: 8)
            let lines = try child.kill(afterLines: (round * 37) % 160)
            #expect(child.wasKilled)
            let ledger = try Ledger(at: folder.path)
            #expect(ledger.readOnlyReason == nil)
            for (number, positions) in lines {
                #expect(try ledger.commit(CommitID(high: UInt64(round), low: number)) == positions)
            }
            acknowledged += lines.values.map(\.count).reduce(0, +)
            stored = Int(try ledger.head())
            #expect(stored >= acknowledged)
            ledger.close()
            let found = try Ledger.verify(at: folder.path)
            #expect(found.problems == [] && Int(found.events) == stored)
        }
        #expect(acknowledged > 0)
        print("20 kills: \(acknowledged) events acknowledged, \(stored) stored, 0 lost")
    }

    @Test func `two processes append side by side, and neither loses nor repeats a position`() async throws {
        let folder = try TemporaryFolder()
        let ledger = try Ledger(at: folder.path)
        let children = try [1, 2].map { try Child(folder.path, seed: $0, commits: 150, appenders: 4) }
        for number in 1...150 as ClosedRange<UInt64> {
            _ = try await ledger.append(.test(number, [.test("shared", "x"), .test("job/own", "y")]))
        }
        var events = 150 * 2
        for (index, child) in children.enumerated() {
            let lines = try child.acknowledged()
            let complaint = try child.complaint()
            #expect(child.exitStatus == 0, "\(complaint)")
            #expect(lines.count == 150)
            for (number, positions) in lines {
                #expect(try ledger.commit(CommitID(high: UInt64(index + 1), low: number)) == positions)
            }
            events += lines.values.map(\.count).reduce(0, +)
        }
        #expect(try ledger.head() == UInt64(events))
        #expect(try ledger.version(of: StreamName("shared")) == 450)
        #expect(ledger.verify().problems == [])
    }

    @Test func `who waits is told what another process appended`() async throws {
        let folder = try TemporaryFolder()
        let ledger = try Ledger(at: folder.path)
        let child = try Child(folder.path, seed: 1, commits: 1, appenders: 1)
        let head = try await ledger.grown(beyond: 0)
        #expect(try child.acknowledged()[0] == 1...head)
    }
}
