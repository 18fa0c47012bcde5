import CLMDB
import Glibc

/// How many pages a table takes.
public struct TableUsage: Sendable, Hashable {
    public let name: String
    public let rows: Int
    /// Of its tree, the rows' own and the inner ones.
    public let treePages: Int
    /// Of values that are larger than a page takes.
    public let overflowPages: Int

    public var pages: Int { treePages + overflowPages }
}

/// A table of either kind.
public protocol Table: Sendable {}

extension IntegerTable: Table {}
extension BytesTable: Table {}

extension Readable where Self: ~Copyable {
    public func usage(of table: any Table, called name: String) throws(LMDBError) -> TableUsage {
        switch table {
        case let table as IntegerTable: try usage(of: table.dbi, called: name)
        case let table as BytesTable: try usage(of: table.dbi, called: name)
        default: throw LMDBError(.noTable, "read", handle.path)
        }
    }

    /// What LMDB keeps for itself: the list of free pages, and the list of tables.
    public func ownUsage() throws(LMDBError) -> TableUsage {
        let (free, main) = (try usage(of: 0, called: ""), try usage(of: 1, called: ""))
        return TableUsage(
            name: "lmdb", rows: free.rows + main.rows, treePages: free.treePages + main.treePages,
            overflowPages: free.overflowPages + main.overflowPages)
    }

    /// Pages that no table uses.
    ///
    /// The table 0 lists them: by transaction, a number of pages and then the pages' numbers (`mdb_stat -f` counts so).
    public func freePages() throws(LMDBError) -> Int {
        var opened: OpaquePointer?
        try check(mdb_cursor_open(handle.pointer, 0, &opened), "read", handle.path)
        guard let cursor = opened else { throw LMDBError(code: ENOMEM, "read", handle.path) }
        defer { mdb_cursor_close(cursor) }
        var pages = 0
        var (key, value) = (MDB_val(), MDB_val())
        var code = mdb_cursor_get(cursor, &key, &value, MDB_FIRST)
        while code == 0 {
            pages += value.mv_data.loadUnaligned(as: Int.self)
            code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)
        }
        guard code == MDB_NOTFOUND else { throw LMDBError(code: code, "read", handle.path) }
        return pages
    }

    private func usage(of dbi: MDB_dbi, called name: String) throws(LMDBError) -> TableUsage {
        var stat = MDB_stat()
        try check(mdb_stat(handle.pointer, dbi, &stat), "read", handle.path)
        return TableUsage(
            name: name, rows: stat.ms_entries, treePages: stat.ms_branch_pages + stat.ms_leaf_pages,
            overflowPages: stat.ms_overflow_pages)
    }
}
