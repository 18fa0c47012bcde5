import EventSourcing
import EventSourcingTesting
import Ledger
import Testing

@Suite struct ContractTests {
    @Test(arguments: EventLogContract.clauses)
    func `the log in memory keeps the contract`(_ clause: EventLogContract.Clause) async throws {
        try await clause.check(MemoryLog())
    }

    @Test(arguments: EventLogContract.clauses)
    func `the ledger keeps the contract, and verifies afterwards`(_ clause: EventLogContract.Clause) async throws {
        let folder = try TemporaryFolder()
        let ledger = try Ledger(at: folder.path)
        try await clause.check(ledger)
        ledger.close()
        #expect(try Ledger.verify(at: folder.path).problems == [])
    }
}
