public import EventSourcing
import LMDB

extension Ledger {
    /// The pages of one table, its values that are larger than a page included.
    public struct TableUse: Sendable, Hashable {
        public let name: String
        public let rows: Int
        public let pages: Int
    }

    /// A read transaction that is open, in this process or another.
    public struct Reader: Sendable, Hashable {
        public let process: Int32
        /// The commit that it sees, in LMDB's count: pages freed since cannot be used again.
        public let transaction: Int
    }

    /// How the file's pages are used.
    public struct Usage: Sendable, Hashable {
        /// In the order of `FileFormat.md`; LMDB's own last.
        public let tables: [TableUse]
        public let pageBytes: Int
        /// Pages that later commits fill before the file grows.
        public let freePages: Int
        /// The bytes from the first page to the last.
        public let fileBytes: UInt64
        public let events: Position
        /// Read transactions that are open, of all processes; the oldest first.
        public let readers: [Reader]
        /// The number of the last commit, in LMDB's count.
        public let lastTransaction: Int
    }

    /// Looks at the tables; it reads no rows but those of LMDB's list of free pages.
    ///
    /// - Throws: `LedgerError`
    public func usage() throws(LedgerError) -> Usage {
        try LedgerError.wrap {
            try writer?.settleReads()
            let info = try environment.info()
            let (used, free, events) = try read { transaction in
                (
                    try tables.named.map { try transaction.usage(of: $0.table, called: $0.name) }
                        + [try transaction.ownUsage()],
                    try transaction.freePages(), try tables.lastPosition(in: transaction)
                )
            }
            return Usage(
                tables: used.map { TableUse(name: $0.name, rows: $0.rows, pages: $0.pages) },
                pageBytes: info.pageBytes, freePages: free, fileBytes: UInt64(info.bytesInFile), events: events,
                readers: try environment.openReaders().sorted { $0.transaction < $1.transaction }
                    .map { Reader(process: $0.process, transaction: $0.transaction) },
                lastTransaction: info.lastTransaction)
        }
    }
}

extension Tables {
    /// Every table with its name.
    var named: [(name: String, table: any Table)] {
        [
            ("events", events), ("nodes", nodes), ("commits", commits), ("commit ids", commitIDs), ("heads", heads),
            ("artifacts", artifacts), ("artifact runs", artifactRuns), ("meta", meta),
        ]
    }

    /// How many rows each has.
    func rows(in transaction: borrowing some Readable & ~Copyable) throws -> [Int] {
        try named.map { try transaction.usage(of: $0.table, called: $0.name).rows }
    }
}
