import CLMDB
import Glibc

/// How an open file stands.
public struct EnvironmentInfo: Sendable, Hashable {
    /// The size of a page.
    public let pageBytes: Int
    /// The bytes in use, from the first page to the last one.
    public let bytesInFile: Int
    /// The number of the last commit.
    public let lastTransaction: Int
    /// The slots of readers taken, over all processes.
    public let readers: Int
    public let readersMax: Int
}

extension Environment {
    public func info() throws(LMDBError) -> EnvironmentInfo {
        try enter()
        defer { leave() }
        var info = MDB_envinfo()
        var stat = MDB_stat()
        try check(mdb_env_info(env, &info), "read", path)
        try check(mdb_env_stat(env, &stat), "read", path)
        let pageBytes = Int(stat.ms_psize)
        return EnvironmentInfo(
            pageBytes: pageBytes, bytesInFile: (info.me_last_pgno + 1) * pageBytes, lastTransaction: info.me_last_txnid,
            readers: Int(info.me_numreaders), readersMax: Int(info.me_maxreaders))
    }

    /// Makes everything committed durable; only needed with `noSync`.
    public func sync() throws(LMDBError) {
        try enter()
        defer { leave() }
        try check(mdb_env_sync(env, 1), "sync", path)
    }

    /// Frees the slots of readers that died. Returns how many.
    @discardableResult
    public func clearDeadReaders() throws(LMDBError) -> Int {
        try enter()
        defer { leave() }
        var dead: CInt = 0
        try check(mdb_reader_check(env, &dead), "read", path)
        return Int(dead)
    }

    /// Copies the file as of the last commit, while others read and write, and flushes the copy.
    ///
    /// - Parameters:
    ///   - target: must not exist; gets mode 0600. A copy that failed is removed.
    ///   - compact: leaves free pages out and puts the others in order, which takes longer.
    public func copy(to target: String, compact: Bool = false) throws(LMDBError) {
        try enter()
        defer { leave() }
        let descriptor = Glibc.open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw LMDBError(code: errno, "copy to", target) }
        var code = mdb_env_copyfd2(env, descriptor, compact ? UInt32(MDB_CP_COMPACT) : 0)
        if code == 0, fsync(descriptor) != 0 { code = errno }
        Glibc.close(descriptor)
        if code == 0 { code = FileSystem.syncFolder(of: target) }
        guard code == 0 else {
            let error = LMDBError(code: code, "copy to", target)
            unlink(target)
            throw error
        }
    }
}
