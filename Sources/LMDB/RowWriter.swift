import CLMDB

/// A place in a table that is changed. It is lent by ``WriteTransaction/changeInOrder(_:_:)``.
public struct RowWriter: ~Copyable {
    private let cursor: OpaquePointer
    private let path: String

    init(_ transaction: TransactionHandle, _ table: BytesTable) throws(LMDBError) {
        var opened: OpaquePointer?
        try check(mdb_cursor_open(transaction.pointer, table.dbi, &opened), "write to", transaction.path)
        guard let cursor = opened else { throw LMDBError(.corrupted, "write to", transaction.path) }
        self.cursor = cursor
        path = transaction.path
    }

    deinit { mdb_cursor_close(cursor) }

    /// Keeps bytes under a key, in place of what was there.
    public mutating func put(_ value: RawSpan, for key: RawSpan) throws(LMDBError) {
        let code = key.withUnsafeBytes { key in
            value.withUnsafeBytes { value in
                var key = MDB_val(key)
                var value = MDB_val(value)
                return mdb_cursor_put(cursor, &key, &value, 0)
            }
        }
        try check(code, "write to", path)
    }

    /// Whether there was something to delete.
    @discardableResult
    public mutating func delete(_ key: RawSpan) throws(LMDBError) -> Bool {
        let code = key.withUnsafeBytes { key in
            var key = MDB_val(key)
            var value = MDB_val()
            let found = mdb_cursor_get(cursor, &key, &value, MDB_SET)
            return found == 0 ? mdb_cursor_del(cursor, 0) : found
        }
        if code == MDB_NOTFOUND { return false }
        try check(code, "write to", path)
        return true
    }
}
