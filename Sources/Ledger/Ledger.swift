public import EventSourcing
import LMDB
import Synchronization
import Wire

/// The log on LMDB: the one place where truth is kept.
///
/// A folder holds `ledger.mdb`, the signed `checkpoint`, and `keys/signing.key`. One thread writes, any number read;
/// other processes may do both at the same time. What is promised, and what is not: `Ledger.md`.
public final class Ledger: EventLog {
    /// Commits of this process between two checkpoints, if they do not come faster than those may.
    public static let commitsPerCheckpoint = 1_024
    /// The least time between two checkpoints that nobody asked for.
    public static let timeBetweenCheckpoints = Duration.seconds(1)

    /// When commits are answered from the journal, after one flush instead of two, and can be read a moment later.
    public enum JournalUse: Sendable {
        /// While nobody in this process reads between one commit and the next.
        case unlessRead
        case always
        case never
    }

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
        public var bytesMax = 1 << 38
        /// When commits are answered from the journal.
        public var journal = JournalUse.unlessRead
        /// The name of a new log in its checkpoints; nil for one by chance.
        public var origin: String?

        public init(
            readOnly: Bool = false, allowRemote: Bool = false, acceptsDifference: Bool = false,
            bytesMax: Int = 1 << 38, journal: JournalUse = .unlessRead, origin: String? = nil
        ) {
            self.readOnly = readOnly
            self.allowRemote = allowRemote
            self.acceptsDifference = acceptsDifference
            self.bytesMax = bytesMax
            self.journal = journal
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
    private let schedule: CheckpointSchedule?
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
        openedReadOnly = reason ?? Self.recoveryFailure(opened, directory)
        guard openedReadOnly == nil else {
            (writer, schedule) = (nil, nil)
            return
        }
        let schedule = CheckpointSchedule(
            environment: environment, tables: tables, file: checkpointFile, origin: origin)
        self.schedule = schedule
        let growth = growth
        writer = try WriterThread(
            environment: environment, tables: tables, folder: directory, journal: options.journal
        ) { head, commits in
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
        schedule?.finish()
        if !isReadOnly { _ = try? checkpoint() }
        streamCache.close()
        environment.close()
        growth.wakeAll()
    }
}

// MARK: - After a crash
extension Ledger {
    /// Takes in what was acknowledged and is in the journal alone, so that it can be read.
    ///
    /// - Returns: why it could not; nil if all is well.
    private static func recoveryFailure(_ opened: Opening, _ directory: String) -> String? {
        guard Files.exists(directory + "/" + Journal.name) else { return nil }
        let (environment, tables) = (opened.environment, opened.tables)
        do throws(LedgerError) {
            try patiently(environment) { () throws(LedgerError) in
                try LedgerError.wrap {
                    var writer = LogWriter(environment: environment, tables: tables, folder: directory)
                    try writer.recover()
                }
            }
            return nil
        } catch {
            return "\(error). What was acknowledged last is safe in the journal, and can be read once this is mended"
        }
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
        try LedgerError.wrap { try read { try tables.checkpoint(origin: origin, in: $0) } }
    }

    @discardableResult
    private func checkpoint(replaces: Bool) throws(LedgerError) -> Checkpoint {
        if let reason = readOnlyReason { throw .unavailable("no checkpoint is signed: \(reason)") }
        let checkpoint = try Self.patiently(environment) { [environment, tables, origin] () throws(LedgerError) in
            try Checkpoint.flushed(environment, tables, origin: origin)
        }
        if checkpoint.size > 0 || replaces { try checkpointFile.write(checkpoint, replaces: replaces) }
        return checkpoint
    }
}

extension Ledger {
    /// Runs what needs the writers' lock, and gives up when another process holds it for too long.
    private static func patiently<Value: Sendable>(
        _ environment: Environment, _ body: @escaping @Sendable () throws(LedgerError) -> Value
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
