import EventSourcing
import LMDB

extension Ledger {
    /// What a backup's signed checkpoint is called: the backup's name, then this.
    static let checkpointSuffix = ".checkpoint"

    /// Copies the ledger as of now into one file while work goes on, flushes and verifies the copy, and puts a signed
    /// checkpoint beside it. Keys are never copied.
    ///
    /// - Parameters:
    ///   - path: must not exist.
    ///   - compact: leaves free pages out.
    /// - Throws: `LedgerError`; the copy is then removed.
    @discardableResult
    public func backup(to path: String, compact: Bool = false) throws(LedgerError) -> Verification {
        try LedgerError.wrap {
            try writer?.settleReads()
            try environment.copy(to: path, compact: compact)
        }
        do throws(LedgerError) {
            let found = try Self.verify(backup: path)
            if let problem = found.problems.first { throw .damaged("the copy does not verify: \(problem)") }
            if !isReadOnly {
                let checkpoint = Checkpoint(origin: origin, size: found.events, root: found.root)
                try Files.replace(path + Self.checkpointSuffix, with: try checkpointFile.sign(checkpoint), mode: 0o644)
            }
            return found
        } catch {
            Files.remove(path)
            throw error
        }
    }

    /// Puts a verified copy of a backup into a folder that has no ledger.
    ///
    /// If the folder still has the checkpoint of a longer log, the ledger will open read-only and say so.
    /// - Throws: `LedgerError`; then the folder has no ledger.
    @discardableResult
    public static func restore(from path: String, to directory: String) throws(LedgerError) -> Verification {
        let target = directory + "/ledger.mdb"
        guard !Files.exists(target) else { throw .misplaced("there is a ledger at \(target). Move it away first") }
        try Files.makeFolder(directory)
        // What another ledger's journal held goes with it.
        Files.remove(directory + "/" + Journal.name)
        let opened = try Opening(backup: path)
        defer { opened.environment.close() }
        try LedgerError.wrap { try opened.environment.copy(to: target) }
        do throws(LedgerError) {
            let copy = try Opening(backup: target)
            defer { copy.environment.close() }
            let found = Verifier.verify(copy.environment, copy.tables, origin: copy.origin, against: nil)
            if let problem = found.problems.first { throw .damaged("the backup does not verify: \(problem)") }
            return found
        } catch {
            Files.remove(target)
            throw error
        }
    }
}
