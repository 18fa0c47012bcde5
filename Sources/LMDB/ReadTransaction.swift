import CLMDB

/// LMDB's own name for a transaction; of no use outside this room.
public struct TransactionHandle {
    let pointer: OpaquePointer
    let path: String
}

/// A window on one committed version of the file. It is lent, and cannot be kept.
public struct ReadTransaction: ~Copyable, Readable {
    public let handle: TransactionHandle
}

/// Where a value lies, for looking at it again without a search. Of use only in the read transaction that gave it.
public struct ValuePlace {
    let value: MDB_val
}

extension ReadTransaction {
    /// Where the bytes kept under a key lie; nil if there are none.
    public func place(for key: UInt64, in table: IntegerTable) throws(LMDBError) -> ValuePlace? {
        try withUnsafeBytes(of: key) { key throws(LMDBError) in try find(key, in: table.dbi) }.map {
            ValuePlace(value: $0)
        }
    }

    /// The bytes at a place that this transaction gave: its pages do not move while it is lent.
    @_lifetime(borrow self)
    public func bytes(at place: ValuePlace) -> RawSpan {
        _overrideLifetime(RawSpan(place.value), borrowing: self)
    }
}

/// What both kinds of transaction can do.
public protocol Readable: ~Copyable {
    var handle: TransactionHandle { get }
}

extension Readable where Self: ~Copyable {
    /// The bytes kept under a key, for as long as this transaction is lent; nil if there are none.
    @_lifetime(borrow self)
    public func value(for key: UInt64, in table: IntegerTable) throws(LMDBError) -> RawSpan? {
        // `withUnsafeBytes` cannot return a span, so the raw place comes out and is tied to `self` here.
        let found = try withUnsafeBytes(of: key) { key throws(LMDBError) in try find(key, in: table.dbi) }
        guard let found else { return nil }
        return _overrideLifetime(RawSpan(found), borrowing: self)
    }

    /// The bytes kept under a key, for as long as this transaction is lent; nil if there are none.
    @_lifetime(borrow self)
    public func value(for key: RawSpan, in table: BytesTable) throws(LMDBError) -> RawSpan? {
        let found = try key.withUnsafeBytes { key throws(LMDBError) in try find(key, in: table.dbi) }
        guard let found else { return nil }
        return _overrideLifetime(RawSpan(found), borrowing: self)
    }

    /// A cursor that cannot outlive this transaction. It stands nowhere yet.
    @_lifetime(borrow self)
    public func cursor(in table: IntegerTable) throws(LMDBError) -> IntegerCursor {
        let cursor = IntegerCursor(try RawCursor(handle, table.dbi))
        return _overrideLifetime(cursor, borrowing: self)
    }

    /// A cursor that cannot outlive this transaction. It stands nowhere yet.
    @_lifetime(borrow self)
    public func cursor(in table: BytesTable) throws(LMDBError) -> BytesCursor {
        let cursor = BytesCursor(try RawCursor(handle, table.dbi))
        return _overrideLifetime(cursor, borrowing: self)
    }

    /// The number of rows.
    public func count(in table: IntegerTable) throws(LMDBError) -> Int { try count(table.dbi) }

    /// The number of rows.
    public func count(in table: BytesTable) throws(LMDBError) -> Int { try count(table.dbi) }

    private func count(_ dbi: MDB_dbi) throws(LMDBError) -> Int {
        var stat = MDB_stat()
        try check(mdb_stat(handle.pointer, dbi, &stat), "read", handle.path)
        return stat.ms_entries
    }

    fileprivate func find(_ key: UnsafeRawBufferPointer, in dbi: MDB_dbi) throws(LMDBError) -> MDB_val? {
        var key = MDB_val(key)
        var value = MDB_val()
        let code = mdb_get(handle.pointer, dbi, &key, &value)
        if code == MDB_NOTFOUND { return nil }
        try check(code, "read", handle.path)
        return value
    }
}

extension MDB_val {
    init(_ bytes: UnsafeRawBufferPointer) {
        self.init(mv_size: bytes.count, mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
    }
}

extension RawSpan {
    /// The bytes of a page that LMDB mapped. The caller ties them to the transaction.
    @_lifetime(immortal)
    init(_ value: MDB_val) {
        let bytes = UnsafeRawBufferPointer(start: value.mv_data, count: value.mv_size)
        self = _overrideLifetime(RawSpan(_unsafeBytes: bytes), copying: ())
    }
}
