import CLMDB

/// A place in a table with integer keys. It lives inside the transaction that lent it.
public struct IntegerCursor: ~Copyable, ~Escapable {
    private var raw: RawCursor

    @_lifetime(immortal)
    init(_ raw: consuming RawCursor) { self.raw = raw }

    /// The key it stands on; 0 before the first move.
    public var key: UInt64 { raw.key.mv_data?.loadUnaligned(as: UInt64.self) ?? 0 }

    /// The bytes it stands on, until it moves.
    public var value: RawSpan {
        @_lifetime(borrow self)
        get { _overrideLifetime(RawSpan(raw.value), borrowing: self) }
    }

    /// Has the memory fetched in which the rows behind this one probably lie, for a walk over a large table.
    ///
    /// Appended rows fill a page from its end, and the next page is most often as far away as this one was from the
    /// page before. Where that is wrong, nothing is lost but a fetch.
    @_lifetime(self: copy self)
    public mutating func prefetch() { raw.prefetch() }

    /// Each move says whether there was a row to stand on. If not, the cursor must be sought anew.
    @_lifetime(self: copy self)
    public mutating func first() throws(LMDBError) -> Bool { try raw.move(MDB_FIRST) }
    @_lifetime(self: copy self)
    public mutating func last() throws(LMDBError) -> Bool { try raw.move(MDB_LAST) }
    @_lifetime(self: copy self)
    public mutating func next() throws(LMDBError) -> Bool { try raw.move(MDB_NEXT) }
    @_lifetime(self: copy self)
    public mutating func previous() throws(LMDBError) -> Bool { try raw.move(MDB_PREV) }

    @_lifetime(self: copy self)
    public mutating func seek(_ key: UInt64) throws(LMDBError) -> Bool { try raw.seek(key, MDB_SET_KEY) }

    /// The first row at or behind a key.
    @_lifetime(self: copy self)
    public mutating func seek(atOrAfter key: UInt64) throws(LMDBError) -> Bool { try raw.seek(key, MDB_SET_RANGE) }

    /// The last row at or before a key.
    @_lifetime(self: copy self)
    public mutating func seek(atOrBefore key: UInt64) throws(LMDBError) -> Bool {
        guard try seek(atOrAfter: key) else { return try last() }
        return self.key == key ? true : try previous()
    }
}

/// A place in a table whose keys are bytes. It lives inside the transaction that lent it.
public struct BytesCursor: ~Copyable, ~Escapable {
    private var raw: RawCursor

    @_lifetime(immortal)
    init(_ raw: consuming RawCursor) { self.raw = raw }

    /// The key it stands on, until it moves; empty before the first move.
    public var key: RawSpan {
        @_lifetime(borrow self)
        get { _overrideLifetime(RawSpan(raw.key), borrowing: self) }
    }

    /// The bytes it stands on, until it moves.
    public var value: RawSpan {
        @_lifetime(borrow self)
        get { _overrideLifetime(RawSpan(raw.value), borrowing: self) }
    }

    /// Each move says whether there was a row to stand on. If not, the cursor must be sought anew.
    @_lifetime(self: copy self)
    public mutating func first() throws(LMDBError) -> Bool { try raw.move(MDB_FIRST) }
    @_lifetime(self: copy self)
    public mutating func last() throws(LMDBError) -> Bool { try raw.move(MDB_LAST) }
    @_lifetime(self: copy self)
    public mutating func next() throws(LMDBError) -> Bool { try raw.move(MDB_NEXT) }
    @_lifetime(self: copy self)
    public mutating func previous() throws(LMDBError) -> Bool { try raw.move(MDB_PREV) }

    @_lifetime(self: copy self)
    public mutating func seek(_ key: RawSpan) throws(LMDBError) -> Bool { try raw.seek(key, MDB_SET_KEY) }

    /// The first row at or behind a key. An empty key means the first row of all.
    @_lifetime(self: copy self)
    public mutating func seek(atOrAfter key: RawSpan) throws(LMDBError) -> Bool {
        key.byteCount == 0 ? try first() : try raw.seek(key, MDB_SET_RANGE)
    }
}

/// LMDB's cursor and the row under it.
struct RawCursor: ~Copyable {
    private let cursor: OpaquePointer
    private let path: String
    private(set) var key = MDB_val()
    private(set) var value = MDB_val()
    /// The page that was prefetched for last.
    private var page = 0

    init(_ transaction: TransactionHandle, _ dbi: MDB_dbi) throws(LMDBError) {
        var opened: OpaquePointer?
        try check(mdb_cursor_open(transaction.pointer, dbi, &opened), "read", transaction.path)
        guard let cursor = opened else { throw LMDBError(.corrupted, "read", transaction.path) }
        self.cursor = cursor
        path = transaction.path
    }

    deinit { mdb_cursor_close(cursor) }

    mutating func move(_ operation: MDB_cursor_op) throws(LMDBError) -> Bool {
        try settle(mdb_cursor_get(cursor, &key, &value, operation))
    }

    mutating func seek(_ key: UInt64, _ operation: MDB_cursor_op) throws(LMDBError) -> Bool {
        try settle(withUnsafeBytes(of: key) { land(on: $0, operation) })
    }

    mutating func seek(_ key: RawSpan, _ operation: MDB_cursor_op) throws(LMDBError) -> Bool {
        try settle(key.withUnsafeBytes { land(on: $0, operation) })
    }

    /// On success LMDB puts its own key, in the page, in the place of ours.
    private mutating func land(on bytes: UnsafeRawBufferPointer, _ operation: MDB_cursor_op) -> CInt {
        key = MDB_val(bytes)
        return mdb_cursor_get(cursor, &key, &value, operation)
    }

    /// The size of a page and of a line of memory, where it matters how fast they are read only.
    private static let pageBytes = 4_096
    private static let lineBytes = 64
    /// How much of a page is fetched at once, from its end; the rest follows row by row.
    private static let aheadBytes = 1_024

    mutating func prefetch() {
        guard let place = value.mv_data else { return }
        for offset in stride(from: Self.aheadBytes, to: Self.aheadBytes - 4 * Self.lineBytes, by: -Self.lineBytes) {
            lmdb_prefetch(place - offset)
        }
        let now = Int(bitPattern: place) / Self.pageBytes
        guard now != page else { return }
        let next = now &+ (now &- page)
        page = now
        guard let start = UnsafeRawPointer(bitPattern: next &* Self.pageBytes) else { return }
        lmdb_prefetch(start)
        for offset in stride(from: Self.lineBytes, through: Self.aheadBytes, by: Self.lineBytes) {
            lmdb_prefetch(start + Self.pageBytes - offset)
        }
    }

    private mutating func settle(_ code: CInt) throws(LMDBError) -> Bool {
        if code == 0 { return true }
        key = MDB_val()
        value = MDB_val()
        guard code == MDB_NOTFOUND else { throw LMDBError(code: code, "read", path) }
        return false
    }
}
