import CLMDB
import Glibc
import Synchronization

/// One open LMDB file: any number of readers, one writer at a time, over all processes.
///
/// Transactions are lent to synchronous closures, so none can be kept over a suspension or ended twice.
/// LMDB's own rules: <http://www.lmdb.tech/doc/> (version 0.9.24).
public final class Environment: @unchecked Sendable {
    // `@unchecked`: LMDB's environment may be used from every thread; what is ours is in the mutex.

    /// The longest key, in bytes.
    public static let keyBytesMax = 511
    /// How large a file can become: address space only, the file itself stays as small as its content.
    public static let mapBytesDefault = 1 << 38
    /// Read transactions at once, over all processes.
    public static let readersMax = 512
    /// Named tables in one file.
    public static let tablesMax = 64
    /// Ended read transactions that are kept for the next reader.
    static let pooledReadersMax = 16

    /// How a file is opened.
    public struct Options: Sendable {
        /// Takes no writes and makes no file.
        public var readOnly = false
        /// Commits do not wait for the disk: only for what can be built again. A crash of the machine before
        /// `sync` may damage the file; a crash of the process does not.
        public var noSync = false
        /// Opens it on a remote or user-space file system too.
        public var allowRemote = false
        /// False only for a file that nobody writes, such as a backup: makes no lock file.
        public var locks = true
        public var mapBytes = Environment.mapBytesDefault
        /// The lock file of `FileUse`, which is shared while this is open; nil for a file that nobody replaces.
        public var useLock: String?

        public init(
            readOnly: Bool = false, noSync: Bool = false, allowRemote: Bool = false, locks: Bool = true,
            mapBytes: Int = Environment.mapBytesDefault, useLock: String? = nil
        ) {
            self.readOnly = readOnly
            self.noSync = noSync
            self.allowRemote = allowRemote
            self.locks = locks
            self.mapBytes = mapBytes
            self.useLock = useLock
        }
    }

    public let path: String
    public let options: Options
    let env: OpaquePointer
    private let file: FileIdentity
    private let state = Mutex(State())
    /// Since when threads of this process have been waiting for the writers' lock.
    let waits = Mutex<[ContinuousClock.Instant]>([])

    private struct State {
        var isClosed = false
        /// Transactions that are lent right now.
        var lent = 0
        var pool: [Handle] = []
        var use: FileUse?
    }

    /// A pointer of LMDB's, which is used by one thread at a time (`MDB_NOTLS`).
    struct Handle: @unchecked Sendable {
        let pointer: OpaquePointer
    }

    /// Opens the file at `path`, and makes it (mode 0600) if it is not there. The folder must exist.
    public init(path: String, options: Options = Options()) throws(LMDBError) {
        if !options.allowRemote, let kind = FileSystem.remoteKind(at: FileSystem.folder(of: path)) {
            throw LMDBError(.remoteFileSystem(kind), "open", path)
        }
        // Before the file is looked at: another one may just be put in its place.
        let use: FileUse? = if let lock = options.useLock { try FileUse(sharing: lock) } else { nil }
        let file = try Self.identify(path, options)
        guard EnvironmentRegistry.enter(file) else { throw LMDBError(.alreadyOpen, "open", path) }
        do {
            env = try Self.open(path, options)
        } catch {
            EnvironmentRegistry.leave(file)
            throw error
        }
        self.path = path
        self.options = options
        self.file = file
        state.withLock { $0.use = use }
        // Slots of readers that were killed would hold their pages for ever.
        mdb_reader_check(env, nil)
    }

    deinit { close() }

    /// No transaction begins from now on. The file is closed once those that are lent have ended.
    public func close() {
        let closes = state.withLock { state in
            let closes = !state.isClosed && state.lent == 0
            state.isClosed = true
            return closes
        }
        if closes { shut() }
    }

    private func shut() {
        for handle in state.withLock({ state in exchange(&state.pool, with: []) }) { mdb_txn_abort(handle.pointer) }
        EnvironmentRegistry.leave(file) { mdb_env_close(env) }
        state.withLock { $0.use = nil }
    }
}

// MARK: - Opening
extension Environment {
    private static func identify(_ path: String, _ options: Options) throws(LMDBError) -> FileIdentity {
        let isNew = access(path, F_OK) != 0
        let flags = options.readOnly ? O_RDONLY : O_RDWR | O_CREAT
        let descriptor = Glibc.open(path, flags | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw LMDBError(code: errno, "open", path) }
        // LMDB keeps its locks on the lock file, so closing this descriptor drops none of them.
        defer { Glibc.close(descriptor) }
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { throw LMDBError(code: errno, "open", path) }
        if isNew, !options.noSync { try check(FileSystem.syncFolder(of: path), "open", path) }
        return FileIdentity(device: UInt64(info.st_dev), inode: UInt64(info.st_ino))
    }

    private static func open(_ path: String, _ options: Options) throws(LMDBError) -> OpaquePointer {
        var created: OpaquePointer?
        try check(mdb_env_create(&created), "open", path)
        guard let env = created else { throw LMDBError(code: ENOMEM, "open", path) }
        // Not MDB_NOMEMINIT: what this process had in memory, such as opened texts of people, would fill up its pages.
        var flags = MDB_NOSUBDIR | MDB_NOTLS
        if options.readOnly { flags |= MDB_RDONLY }
        if options.noSync { flags |= MDB_NOSYNC }
        if !options.locks { flags |= MDB_NOLOCK }
        do {
            try check(mdb_env_set_mapsize(env, options.mapBytes), "open", path)
            try check(mdb_env_set_maxdbs(env, MDB_dbi(tablesMax)), "open", path)
            try check(mdb_env_set_maxreaders(env, UInt32(readersMax)), "open", path)
            try check(mdb_env_open(env, path, UInt32(flags), 0o600), "open", path)
        } catch {
            mdb_env_close(env)
            throw error
        }
        return env
    }
}

// MARK: - Transactions
extension Environment {
    /// Lends a window on the last commit, unmoved by later ones.
    ///
    /// Keep it short: pages that are freed meanwhile cannot be used again, so the file grows.
    /// - Throws: `LMDBError`, or what the closure throws.
    public func read<Result: ~Copyable>(
        _ body: (borrowing ReadTransaction) throws -> Result
    ) throws -> Result {
        let handle = try beginRead()
        defer { endRead(handle) }
        return try body(ReadTransaction(handle: TransactionHandle(pointer: handle.pointer, path: path)))
    }

    /// Lends a write transaction, and commits it when the closure returns. If it throws, nothing has happened.
    ///
    /// Waits for every other writer, of this process or another. It must not be nested.
    /// - Throws: `LMDBError`, or what the closure throws. After an error of the commit itself, open again.
    public func write<Result: ~Copyable>(
        _ body: (inout WriteTransaction) throws -> Result
    ) throws -> Result {
        if options.readOnly { throw LMDBError(.readOnly, "write to", path) }
        try enter()
        defer { leave() }
        var begun: OpaquePointer?
        let now = ContinuousClock.now
        waits.withLock { $0.append(now) }
        let code = mdb_txn_begin(env, nil, 0, &begun)
        waits.withLock { waits in waits.firstIndex(of: now).map { _ = waits.remove(at: $0) } }
        try check(code, "write to", path)
        guard let txn = begun else { throw LMDBError(code: ENOMEM, "write to", path) }
        var transaction = WriteTransaction(handle: TransactionHandle(pointer: txn, path: path))
        let result: Result
        do {
            result = try body(&transaction)
        } catch {
            mdb_txn_abort(txn)
            throw error
        }
        try check(mdb_txn_commit(txn), "commit to", path)
        return result
    }

    /// Counts a transaction as lent, so that `close` waits for it.
    func enter() throws(LMDBError) {
        let isOpen = state.withLock { state in
            if !state.isClosed { state.lent += 1 }
            return !state.isClosed
        }
        guard isOpen else { throw LMDBError(.closed, "use", path) }
    }

    func leave() {
        let closes = state.withLock { state in
            state.lent -= 1
            return state.isClosed && state.lent == 0
        }
        if closes { shut() }
    }

    private func beginRead() throws(LMDBError) -> Handle {
        try enter()
        if let pooled = state.withLock({ $0.pool.popLast() }) {
            guard mdb_txn_renew(pooled.pointer) != 0 else { return pooled }
            mdb_txn_abort(pooled.pointer)
        }
        var begun: OpaquePointer?
        let code = mdb_txn_begin(env, nil, UInt32(MDB_RDONLY), &begun)
        guard code == 0, let txn = begun else {
            leave()
            throw LMDBError(code: code, "read", path)
        }
        return Handle(pointer: txn)
    }

    private func endRead(_ handle: Handle) {
        mdb_txn_reset(handle.pointer)
        let isKept = state.withLock { state in
            let isKept = state.pool.count < Self.pooledReadersMax
            if isKept { state.pool.append(handle) }
            return isKept
        }
        if !isKept { mdb_txn_abort(handle.pointer) }
        leave()
    }
}
