import EventSourcing
import EventSourcingTesting
import Foundation
import Testing

@testable import Ledger

/// Whose the folder is, and how its file comes to be.
@Suite struct FolderTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var path: String { folder.file("company") }

    private func makeLedger() async throws {
        let ledger = try Ledger(at: path)
        _ = try await ledger.append(.test(1, [.test("job/a", "x")]))
        ledger.close()
    }

    private func refusal() -> String {
        let error = #expect(throws: LedgerError.self) { _ = try Ledger(at: path) }
        guard case .unavailable(let words) = error else { return "\(String(describing: error))" }
        #expect(throws: LedgerError.self) { _ = try Ledger.verify(at: path) }
        return words
    }

    @Test func `what the ledger makes is its owner's alone, but for the checkpoint`() async throws {
        try await makeLedger()
        let modes = [
            "": 0o700, "ledger.mdb": 0o600, "ledger.mdb-lock": 0o600, "keys": 0o700, "keys/signing.key": 0o600,
            "checkpoint": 0o644, "ledger.mdb-use": 0o600,
        ]
        for (name, mode) in modes {
            let found = try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")[.posixPermissions]
            #expect(found as? Int == mode, "\(name)")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: path).count == 5)
    }

    @Test(arguments: ["", "ledger.mdb"], [0o720, 0o702])
    func `a folder or a file that others may write is refused`(name: String, mode: Int) async throws {
        try await makeLedger()
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: "\(path)/\(name)")
        #expect(refusal().contains("Take that away with `chmod go-w"))
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: "\(path)/\(name)")
        #expect(try Ledger(at: path).head() == 1)
    }

    @Test(.enabled(if: getuid() == 0, "only root can give a file away"), arguments: ["", "ledger.mdb"])
    func `a folder or a file of another user is refused`(name: String) async throws {
        try await makeLedger()
        #expect(chown("\(path)/\(name)", 65_534, 65_534) == 0)
        #expect(refusal().contains("belongs to the user 65534, and this process runs as 0"))
    }

    @Test func `what a power cut left of a new file is no hindrance`() async throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try Data(repeating: 1, count: 5_000).write(to: URL(fileURLWithPath: "\(path)/ledger.mdb.new"))
        try await makeLedger()
        #expect(try Ledger.verify(at: path).isOK)
        #expect(!FileManager.default.fileExists(atPath: "\(path)/ledger.mdb.new"))
    }
}
