public import EventSourcing
import LMDB
import Synchronization
import Wire

/// The log on LMDB: the one place where truth is kept.
///
/// A folder holds `ledger.mdb`, the signed `checkpoint`, and `keys/signing.key`. One thread writes, any number read;
/// other processes may do both at the same time. What is promised, and what is not: `Ledger.md`.
public final class Ledger: EventLog {
    /// Commits of this process between two checkpoints.
    public static let commitsPerCheckpoint = 1_024

    /// How a ledger is opened.
    public struct Options: Sendable {
        /// Takes no commits and makes no file.
        public var readOnly = false
        /// Opens it on a remote or user-space file system too, at your own risk.
        public var allowRemote = false
        /// Goes on although the log is older than its checkpoint, or differs from it. A new checkpoint then replaces
        /// the old one; that this was done should itself be written into the log.
        public var acceptsDifference = false
        /// How large the file can become, in bytes.
        public var bytesMax = 1 << 40
        /// The name of a new log in its checkpoints; nil for one by chance.
        public var origin: String?

        public init(
            readOnly: Bool = false, allowRemote: Bool = false, acceptsDifference: Bool = false,
            bytesMax: Int = 1 << 40, origin: String? = nil
        ) {
            self.readOnly = readOnly
            self.allowRemote = allowRemote
            self.acceptsDifference = acceptsDifference
            self.bytesMax = bytesMax
            self.origin = origin
        }
    }

    /// The folder.
    public let directory: String
    /// The name of this log in its checkpoints.
    public let origin: String
    let environment: Environment
    let tables: Tables
    let growth = Growth(isShared: true)
    let checkpointFile: CheckpointFile
    let streamCache: StreamCache
    /// Nil if the ledger was opened read-only.
    let writer: WriterThread?
    private let openedReadOnly: String?
    private let isClosed = Mutex(false)

    /// Opens the ledger in a folder, and makes both (the folder with mode 0700) if they are not there.
    ///
    /// A ledger that is older than its checkpoint, or differs from it, or lies where nothing can be written, is
    /// opened read-only; `readOnlyReason` says why.
    /// - Throws: `LedgerError`
    public init(at directory: String, _ options: Options = Options()) throws(LedgerError) {
        self.directory = directory
        checkpointFile = CheckpointFile(in: directory)
        streamCache = StreamCache(in: directory)
        let opened = try Opening(directory, options)
        let reason = try opened.readOnlyReason(checkpointFile, options)
        environment = opened.environment
        tables = opened.tables
        origin = opened.origin
        openedReadOnly = reason
        guard reason == nil else {
            writer = nil
            return
        }
        let schedule = CheckpointSchedule(
            environment: environment, tables: tables, file: checkpointFile, origin: origin,
            every: Self.commitsPerCheckpoint)
        let growth = growth
        writer = try WriterThread(environment: environment, tables: tables) { head, commits in
            growth.announce(head)
            schedule.count(commits)
        }
        if options.acceptsDifference { try checkpoint(replaces: true) }
    }

    deinit { close() }

    /// Whether nothing may be written beside the file either.
    var isOpenedReadOnly: Bool { openedReadOnly != nil }

    /// Whether commits are refused.
    public var isReadOnly: Bool { readOnlyReason != nil }

    /// Why commits are refused, in words for the user; nil if they are taken.
    public var readOnlyReason: String? { openedReadOnly ?? writer?.stopped }

    /// Ends the writer's thread after everything posted so far, signs a checkpoint, and closes the file.
    /// Once is enough; more does no harm.
    public func close() {
        let wasClosed = isClosed.withLock { exchange(&$0, with: true) }
        if wasClosed { return }
        writer?.finish()
        if !isReadOnly { _ = try? checkpoint() }
        streamCache.close()
        environment.close()
        growth.wakeAll()
    }
}

// MARK: - Checkpoints
extension Ledger {
    /// Signs how far the log has come, in the file beside it, and returns it.
    ///
    /// - Throws: `LedgerError`
    @discardableResult
    public func checkpoint() throws(LedgerError) -> Checkpoint { try checkpoint(replaces: false) }

    /// How far the log has come.
    public func tree() throws(LedgerError) -> Checkpoint {
        try LedgerError.wrap { try environment.read { try tables.checkpoint(origin: origin, in: $0) } }
    }

    @discardableResult
    private func checkpoint(replaces: Bool) throws(LedgerError) -> Checkpoint {
        if let reason = readOnlyReason { throw .unavailable("no checkpoint is signed: \(reason)") }
        let checkpoint = try patiently { [environment, tables, origin] () throws(LedgerError) in
            try Checkpoint.flushed(environment, tables, origin: origin)
        }
        if checkpoint.size > 0 || replaces { try checkpointFile.write(checkpoint, replaces: replaces) }
        return checkpoint
    }
}

extension Ledger {
    /// Runs what needs the writers' lock, and gives up when another process holds it for too long.
    private func patiently<Value: Sendable>(
        _ body: @escaping @Sendable () throws(LedgerError) -> Value
    ) throws(LedgerError) -> Value {
        let result = Answer<Value>()
        let thread = try NativeThread {
            let value = Result { () throws(LedgerError) in try body() }
            result.value.withLock { $0 = value }
        }
        while !thread.joinForASecond() {
            guard let words = environment.blockedWords else { continue }
            throw .unavailable(words)
        }
        guard let value = result.value.withLock({ $0 }) else { throw .unavailable("the thread gave no answer") }
        return try value.get()
    }

    private final class Answer<Value: Sendable>: Sendable {
        let value = Mutex<Result<Value, LedgerError>?>(nil)
    }
}

/// Signs a checkpoint every so many commits, on the writer's thread and after the callers were resumed.
///
/// A checkpoint that cannot be written harms no commit: the next one, or the one at the end, makes up for it.
final class CheckpointSchedule: Sendable {
    private let environment: Environment
    private let tables: Tables
    private let file: CheckpointFile
    private let origin: String
    private let period: Int
    private let counted = Mutex(0)

    init(environment: Environment, tables: Tables, file: CheckpointFile, origin: String, every period: Int) {
        self.environment = environment
        self.tables = tables
        self.file = file
        self.origin = origin
        self.period = period
    }

    func count(_ commits: Int) {
        let isDue = counted.withLock { counted in
            counted += commits
            guard counted >= period else { return false }
            counted = 0
            return true
        }
        guard isDue else { return }
        try? file.write(Ledger.Checkpoint.flushed(environment, tables, origin: origin))
    }
}
