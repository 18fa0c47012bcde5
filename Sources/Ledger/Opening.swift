import EventSourcing
import LMDB
import Wire

/// What is done, once, to open a ledger's file: found whole, mapped, its format known, its name read or given.
struct Opening {
    let environment: Environment
    let tables: Tables
    let origin: String
    /// The system lets nothing be written here.
    private var systemReason: String?

    init(_ directory: String, _ options: Ledger.Options) throws(LedgerError) {
        let path = directory + "/ledger.mdb"
        if !options.readOnly { try Self.makeFolder(directory, for: path) }
        guard Files.exists(path) || !options.readOnly else { throw .misplaced("there is no ledger at \(path)") }
        try Self.refuseUnsafe(directory, path)
        if Files.isEmpty(path), !options.acceptsDifference { try Self.refuseAnew(path, CheckpointFile(in: directory)) }
        if !options.readOnly, Files.isEmpty(path) { try Self.makeFile(at: path, in: directory, options) }
        (environment, systemReason) = try LedgerError.wrap {
            try Environment.checkWhole(path)
            return try Self.open(path, options)
        }
        do {
            (tables, origin) = try Self.prepare(environment, options)
        } catch {
            environment.close()
            throw LedgerError(error)
        }
    }

    /// Opens a backup: a file that nobody writes.
    init(backup path: String) throws(LedgerError) {
        guard Files.exists(path) else { throw .misplaced("there is no file \(path)") }
        environment = try LedgerError.wrap {
            try Environment.checkWhole(path)
            // Nobody writes it, so it is mapped as large as it is: LMDB raises what is too small.
            return try Environment(
                path: path, options: .init(readOnly: true, allowRemote: true, locks: false, mapBytes: 1 << 20))
        }
        do {
            (tables, origin) = try Self.prepare(environment, Ledger.Options(readOnly: true))
        } catch {
            environment.close()
            throw LedgerError(error)
        }
    }

    /// Where a log was signed and is gone, no new one begins in silence.
    private static func refuseAnew(_ path: String, _ file: CheckpointFile) throws(LedgerError) {
        guard let checkpoint = try file.read(checksKey: false) else { return }
        throw .misplaced(
            "\(path) is missing or empty, and its checkpoint says that \(checkpoint.size) events were signed. "
                + "Restore a backup; to begin anew, move \(file.path) away")
    }

    /// A folder that cannot be made matters only if there is no ledger in it.
    private static func makeFolder(_ directory: String, for path: String) throws(LedgerError) {
        if Files.exists(path) { return }
        try Files.makeFolder(directory)
    }

    /// Opens the file for reading at least: a reader's commands work on a read-only disk.
    private static func open(_ path: String, _ options: Ledger.Options) throws -> (Environment, String?) {
        func open(readOnly: Bool) throws(LMDBError) -> Environment {
            try Environment(
                path: path,
                options: .init(
                    readOnly: readOnly, allowRemote: options.allowRemote, mapBytes: options.bytesMax,
                    useLock: path + Ledger.useSuffix))
        }
        guard !options.readOnly else { return (try open(readOnly: true), nil) }
        do throws(LMDBError) {
            return (try open(readOnly: false), nil)
        } catch {
            let isForbidden = error.cause == .readOnly || error.cause == .noPermission
            guard isForbidden, Files.exists(path) else { throw error }
            return (try open(readOnly: true), "\(error)")
        }
    }

    /// Opens the tables, and writes format and name into a new file.
    static func prepare(_ environment: Environment, _ options: Ledger.Options) throws -> (Tables, String) {
        let tables: Tables
        do {
            tables = try Tables(environment)
        } catch let error as LMDBError where error.cause == .noTable {
            throw LedgerError.misplaced("\(environment.path) is no ledger: \(error)")
        }
        if let origin = try environment.read({ try self.origin(of: tables, in: $0) }) { return (tables, origin) }
        if environment.options.readOnly { throw LedgerError.misplaced("\(environment.path) holds no ledger yet") }
        let origin = try environment.write { transaction in
            // Another process may have been quicker.
            if let origin = try self.origin(of: tables, in: transaction) { return origin }
            let origin = options.origin ?? newOrigin()
            var format: [UInt8] = []
            format.append(littleEndian: Tables.format)
            try transaction.put(format.span.bytes, for: "format".utf8.span.bytes, in: tables.meta)
            try transaction.put(origin.utf8.span.bytes, for: "origin".utf8.span.bytes, in: tables.meta)
            return origin
        }
        return (tables, origin)
    }

    /// Nil for a file that is still new.
    private static func origin(
        of tables: Tables, in transaction: borrowing some Readable & ~Copyable
    ) throws -> String? {
        guard let row = try transaction.value(for: "format".utf8.span.bytes, in: tables.meta) else {
            guard try tables.lastPosition(in: transaction) == 0 else {
                throw LedgerError.damaged("the ledger does not say its format")
            }
            return nil
        }
        guard row.byteCount == 4, let origin = try tables.origin(in: transaction) else {
            throw LedgerError.damaged("the ledger does not say its format and name")
        }
        let format = row.littleEndian(at: 0, as: UInt32.self)
        guard format <= Tables.format else {
            throw LedgerError.newer(
                "the ledger has format \(format); this build knows \(Tables.format). Use the build that wrote it")
        }
        guard format == Tables.format else {
            throw LedgerError.misplaced(
                "the ledger has format \(format), of a build before the first release; this one reads format "
                    + "\(Tables.format) only. Move the folder away and begin anew")
        }
        return origin
    }

    /// A name that no other log has: 64 bits of chance. It stands in every proof twice; nobody has to be unable to
    /// repeat it, for that is what the key is for.
    private static func newOrigin() -> String {
        let digits = (0..<8).map { _ in UInt8.random(in: .min ... .max) }.hex
        return "daybook.local/\(digits)"
    }
}

// MARK: - Against the checkpoint
extension Opening {
    /// Why nothing may be written; nil if all is well.
    func readOnlyReason(_ file: CheckpointFile, _ options: Ledger.Options) throws(LedgerError) -> String? {
        if let systemReason { return systemReason }
        if options.readOnly { return "the ledger was opened for reading only" }
        if options.acceptsDifference { return nil }
        do throws(LedgerError) {
            guard let checkpoint = try file.read() else { return nil }
            return try LedgerError.wrap { try difference(from: checkpoint) }
        } catch {
            guard case .damaged(let words) = error else { throw error }
            return words
        }
    }

    /// How the log contradicts its checkpoint, in words; nil if it does not.
    private func difference(from checkpoint: Ledger.Checkpoint) throws -> String? {
        try environment.read { transaction in
            let head = try tables.lastPosition(in: transaction)
            let root = head < checkpoint.size ? nil : try tables.frontier(at: checkpoint.size, in: transaction).root
            return checkpoint.difference(origin: origin, head: head, root: root)
        }
    }
}

extension Ledger.Checkpoint {
    /// How a log contradicts this checkpoint, in words; nil if it does not.
    ///
    /// - Parameter root: the log's own root at this size; nil if it has none there.
    func difference(origin: String, head: Position, root: Wire.Digest?) -> String? {
        if origin != self.origin {
            return "the checkpoint is of another ledger (\(self.origin); this is \(origin))"
        }
        if head < size {
            return "this ledger is older than its checkpoint: it has \(head) events, and \(size) were signed. "
                + "An old copy was restored, or its end was cut off"
        }
        guard size > 0, root != self.root else { return nil }
        return "this ledger differs from its checkpoint: its first \(size) events are not those that were signed"
    }
}
