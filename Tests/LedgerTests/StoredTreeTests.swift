import EventSourcing
import EventSourcingTesting
import Testing
import Wire

@testable import LMDB
@testable import Ledger

@Suite struct StoredTreeTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func `the tree of every size is that of its leaves, from what is kept of it`() async throws {
        let ledger = try Ledger(at: folder.path)
        // Beyond 65,536 events, so that two levels of nodes are kept.
        for number in 1...17 as ClosedRange<UInt64> {
            let events = (0..<4_000).map { "\(number) \($0)" }
            let event = events.map { NewEvent(type: 1, kind: .observation, payload: Array($0.utf8)) }
            _ = try await ledger.append(
                NewCommit(
                    id: CommitID(high: 0, low: number), time: 0, actor: "",
                    appends: [StreamAppend(event, to: StreamName("job/a"), expecting: .any)]))
        }
        ledger.close()
        let environment = try Environment(path: folder.file("ledger.mdb"))
        defer { environment.close() }
        let tables = try Tables(environment)
        try environment.read { transaction in
            #expect(try transaction.count(in: tables.nodes) == 68_000 / 256 + 1)
            var tree = MerkleFrontier()
            #expect(try tables.frontier(at: 0, in: transaction) == tree)
            for position in 1...68_000 as ClosedRange<Position> {
                tree.append(try tables.leaf(at: position, in: transaction))
                guard position % 1_009 == 0 || position % 65_536 < 2 else { continue }
                #expect(try tables.frontier(at: position, in: transaction) == tree)
            }
            #expect(try tables.frontier(in: transaction) == tree)
        }
        let found = Ledger.verifyForTest(environment, tables, cores: 2)
        #expect(found.isOK && found.events == 68_000)
    }
}

extension Ledger {
    static func verifyForTest(_ environment: Environment, _ tables: Tables, cores: Int) -> Verification {
        Verifier.verify(environment, tables, origin: "", against: nil, cores: cores)
    }
}
