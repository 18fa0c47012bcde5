import CLMDB

extension Environment {
    /// Opens a table with integer keys, and makes it if it is not there. Call this before any other use of the file.
    public func integerTable(_ name: String) throws -> IntegerTable {
        IntegerTable(dbi: try open(name, flags: UInt32(MDB_INTEGERKEY)))
    }

    /// Opens a table with bytes as keys, and makes it if it is not there. Call this before any other use of the file.
    public func bytesTable(_ name: String) throws -> BytesTable {
        BytesTable(dbi: try open(name, flags: 0))
    }

    /// Looks first, so that opening a file that has its tables writes nothing.
    private func open(_ name: String, flags: UInt32) throws -> MDB_dbi {
        if let table = try find(name, flags: flags) { return table }
        return try write { transaction in
            var dbi: MDB_dbi = 0
            try check(mdb_dbi_open(transaction.handle.pointer, name, flags | UInt32(MDB_CREATE), &dbi), "make", path)
            return dbi
        }
    }

    private func find(_ name: String, flags: UInt32) throws(LMDBError) -> MDB_dbi? {
        try enter()
        defer { leave() }
        var begun: OpaquePointer?
        try check(mdb_txn_begin(env, nil, UInt32(MDB_RDONLY), &begun), "read", path)
        var dbi: MDB_dbi = 0
        let code = mdb_dbi_open(begun, name, 0, &dbi)
        if code == MDB_NOTFOUND, !options.readOnly {
            mdb_txn_abort(begun)
            return nil
        }
        var found: UInt32 = 0
        if code == 0 { mdb_dbi_flags(begun, dbi, &found) }
        // A table that was opened in a transaction stays open only if that one commits.
        let end = mdb_txn_commit(begun)
        try check(code == 0 ? end : code, "open the table \(name) of", path)
        guard found & UInt32(MDB_INTEGERKEY) == flags else {
            throw LMDBError(.noTable, "open the table \(name) of", path)
        }
        return dbi
    }
}
