import CLMDB

/// A write transaction. It is lent, and cannot be kept.
///
/// What it has read is borrowed from it, so the compiler lets nothing be written while such bytes are in use.
/// After an error the transaction can only be left, by throwing.
public struct WriteTransaction: ~Copyable, Readable {
    public let handle: TransactionHandle
}

extension WriteTransaction {
    /// Keeps bytes under a key, in place of what was there.
    public mutating func put(_ value: RawSpan, for key: UInt64, in table: IntegerTable) throws(LMDBError) {
        try withUnsafeBytes(of: key) { key throws(LMDBError) in try put(value, for: key, in: table.dbi) }
    }

    /// Keeps bytes under a key, in place of what was there.
    public mutating func put(_ value: RawSpan, for key: RawSpan, in table: BytesTable) throws(LMDBError) {
        try key.withUnsafeBytes { key throws(LMDBError) in try put(value, for: key, in: table.dbi) }
    }

    /// Makes room for `count` bytes under a key that is larger than every other, and has them filled at once,
    /// in the page itself.
    ///
    /// Appended pages stay full, and nothing is searched: several times faster than `put`.
    /// - Throws: `LMDBError` with the cause `keyExists` if the key is not behind the last one.
    public mutating func append(
        _ key: UInt64, byteCount count: Int, to table: IntegerTable, _ fill: (UnsafeMutableRawBufferPointer) -> Void
    ) throws(LMDBError) {
        var value = MDB_val(mv_size: count, mv_data: nil)
        let code = withUnsafeBytes(of: key) { key in
            var key = MDB_val(key)
            return mdb_put(handle.pointer, table.dbi, &key, &value, UInt32(MDB_APPEND | MDB_RESERVE))
        }
        try check(code, "append to", handle.path)
        fill(UnsafeMutableRawBufferPointer(start: value.mv_data, count: count))
    }

    /// Keeps bytes under a key that is larger than every other.
    public mutating func append(_ value: RawSpan, for key: UInt64, to table: IntegerTable) throws(LMDBError) {
        try append(key, byteCount: value.byteCount, to: table) { room in
            value.withUnsafeBytes { room.copyMemory(from: $0) }
        }
    }

    /// Keeps bytes under a key that is larger than every other.
    ///
    /// - Throws: `LMDBError` with the cause `keyExists` if the key is not behind the last one.
    public mutating func append(_ value: RawSpan, for key: RawSpan, to table: BytesTable) throws(LMDBError) {
        try key.withUnsafeBytes { key throws(LMDBError) in
            try put(value, for: key, in: table.dbi, flags: UInt32(MDB_APPEND))
        }
    }

    /// Whether there was something to delete.
    @discardableResult
    public mutating func delete(_ key: UInt64, from table: IntegerTable) throws(LMDBError) -> Bool {
        try withUnsafeBytes(of: key) { key throws(LMDBError) in try delete(key, from: table.dbi) }
    }

    /// Whether there was something to delete.
    @discardableResult
    public mutating func delete(_ key: RawSpan, from table: BytesTable) throws(LMDBError) -> Bool {
        try key.withUnsafeBytes { key throws(LMDBError) in try delete(key, from: table.dbi) }
    }

    /// Lends a place in a table, to change rows that lie in the order of their keys: each is looked for from the one
    /// before, and from the top of the tree only where it stands on another page.
    public mutating func changeInOrder(
        _ table: BytesTable, _ body: (inout RowWriter) throws -> Void
    ) throws {
        var writer = try RowWriter(handle, table)
        try body(&writer)
    }

    /// Empties a table.
    public mutating func deleteAll(from table: IntegerTable) throws(LMDBError) {
        try check(mdb_drop(handle.pointer, table.dbi, 0), "write to", handle.path)
    }

    /// Empties a table.
    public mutating func deleteAll(from table: BytesTable) throws(LMDBError) {
        try check(mdb_drop(handle.pointer, table.dbi, 0), "write to", handle.path)
    }

    private func put(
        _ value: RawSpan, for key: UnsafeRawBufferPointer, in dbi: MDB_dbi, flags: UInt32 = 0
    ) throws(LMDBError) {
        let code = value.withUnsafeBytes { value in
            var key = MDB_val(key)
            var value = MDB_val(value)
            return mdb_put(handle.pointer, dbi, &key, &value, flags)
        }
        try check(code, "write to", handle.path)
    }

    private func delete(_ key: UnsafeRawBufferPointer, from dbi: MDB_dbi) throws(LMDBError) -> Bool {
        var key = MDB_val(key)
        let code = mdb_del(handle.pointer, dbi, &key, nil)
        if code == MDB_NOTFOUND { return false }
        try check(code, "write to", handle.path)
        return true
    }
}
