public import EventSourcing
import LMDB

extension Ledger {
    /// What the lock that says who has a ledger open is called: the ledger's file, then this.
    static let useSuffix = "-use"
    /// What a new file is called until it is whole and verified.
    static let compactSuffix = ".compact"

    /// What compacting a ledger came to.
    public struct Compaction: Sendable, Hashable {
        public let events: Position
        public let bytesBefore: UInt64
        public let bytesAfter: UInt64
    }

    /// Writes the file anew without its free pages, verifies the new one, and puts it in the place of the old.
    ///
    /// Nobody may have the ledger open, this process neither; whoever opens it meanwhile waits. Every event, digest
    /// and proof stays as it is. A process that dies at any moment leaves the old file or the new one, both whole.
    /// It needs as much free space as the ledger takes.
    /// - Throws: `LedgerError.busy` if anybody has it open; after any error the ledger is as it was.
    public static func compact(at directory: String) throws(LedgerError) -> Compaction {
        let path = directory + "/ledger.mdb"
        guard Files.exists(path) else { throw .misplaced("there is no ledger at \(path)") }
        try Opening.refuseUnsafe(directory, path)
        let use = try alone(path)
        defer { withExtendedLifetime(use) {} }
        let new = path + compactSuffix
        // What a process that died left.
        Files.remove(new)
        do throws(LedgerError) {
            let events = try copy(path, to: new)
            let (before, after) = (try Files.bytes(of: path), try Files.bytes(of: new))
            try put(new, inPlaceOf: path)
            return Compaction(events: events, bytesBefore: before, bytesAfter: after)
        } catch {
            Files.remove(new)
            throw error
        }
    }

    /// Puts another ledger's file, which must lie on the same disk, in the place of the one in a folder.
    ///
    /// - Throws: `LedgerError.busy` if anybody has the old one open; then nothing has happened.
    public static func replace(in directory: String, with file: String) throws(LedgerError) {
        let path = directory + "/ledger.mdb"
        let use = try alone(path)
        defer { withExtendedLifetime(use) {} }
        try put(file, inPlaceOf: path)
    }

    private static func alone(_ path: String) throws(LedgerError) -> FileUse {
        guard let use = try LedgerError.wrap({ try FileUse(alone: path + useSuffix) }) else {
            throw .busy("another process has the ledger open")
        }
        return use
    }

    /// LMDB's lock file belongs to the old one, and goes first: a new file never meets the locks of another.
    private static func put(_ file: String, inPlaceOf path: String) throws(LedgerError) {
        Files.remove(path + "-lock")
        try Files.move(file, to: path)
    }

    /// Copies everything but free pages, and compares: the same rows in each table, the same tree, everything hashed.
    private static func copy(_ path: String, to new: String) throws(LedgerError) -> Position {
        let old = try Opening(backup: path)
        defer { old.environment.close() }
        try LedgerError.wrap { try old.environment.copy(to: new, compact: true) }
        let copy = try Opening(backup: new)
        defer { copy.environment.close() }
        let found = Verifier.verify(copy.environment, copy.tables, origin: copy.origin, against: nil)
        if let problem = found.problems.first { throw .damaged("the ledger does not verify: \(problem)") }
        let (before, after) = try LedgerError.wrap {
            (
                try old.environment.read { try old.tables.rows(in: $0) },
                try copy.environment.read { try copy.tables.rows(in: $0) }
            )
        }
        let tree = try LedgerError.wrap {
            try old.environment.read { try old.tables.checkpoint(origin: old.origin, in: $0) }
        }
        guard before == after, tree.size == found.events, tree.root == found.root, old.origin == copy.origin else {
            throw .damaged("the new file does not hold what the old one does")
        }
        return found.events
    }
}
