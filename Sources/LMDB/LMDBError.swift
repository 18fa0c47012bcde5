import CLMDB
import Glibc

/// Why LMDB could not do what was asked, in words for the user.
public struct LMDBError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What stood in the way.
    public enum Cause: Hashable, Sendable {
        case diskFull(bytesFree: UInt64)
        /// The process may not write larger files (`ulimit -f`).
        case fileSizeLimit(bytes: UInt64)
        case mapFull
        case transactionFull
        case readersFull
        case corrupted
        case notAnEnvironment
        case otherVersion
        case truncated(bytes: UInt64, expected: UInt64)
        /// An earlier failure left the environment unusable until it is opened again.
        case unusable
        case keyExists
        case badSize
        case noTable
        case missing
        case noPermission
        case readOnly
        case alreadyOpen
        case remoteFileSystem(String)
        /// Another process puts another file in its place, and has not ended in `FileUse.waitMax`.
        case beingReplaced
        case closed
        case system(CInt)
    }

    public let cause: Cause
    /// What was being done, as it follows "cannot": `commit`.
    public let operation: String
    public let path: String

    public init(_ cause: Cause, _ operation: String, _ path: String) {
        self.cause = cause
        self.operation = operation
        self.path = path
    }

    public var description: String { "cannot \(operation) \(path): \(cause.words)" }

    /// From a code that LMDB returned.
    init(code: CInt, _ operation: String, _ path: String) {
        self.init(Cause(code: code, path: path), operation, path)
    }
}

/// Throws what a code of LMDB means; zero is success.
func check(_ code: CInt, _ operation: @autoclosure () -> String, _ path: String) throws(LMDBError) {
    if code != 0 { throw LMDBError(code: code, operation(), path) }
}

extension LMDBError.Cause {
    init(code: CInt, path: String) {
        self =
            switch code {
            case EIO, ENOSPC, EFBIG, EDQUOT: Self.whyNotWritten(code, path)
            case MDB_MAP_FULL: .mapFull
            case MDB_TXN_FULL: .transactionFull
            case MDB_READERS_FULL: .readersFull
            case MDB_CORRUPTED, MDB_PAGE_NOTFOUND: .corrupted
            case MDB_INVALID: .notAnEnvironment
            case MDB_VERSION_MISMATCH: .otherVersion
            case MDB_PANIC: .unusable
            case MDB_KEYEXIST: .keyExists
            case MDB_BAD_VALSIZE: .badSize
            case MDB_NOTFOUND, MDB_INCOMPATIBLE: .noTable
            case ENOENT: .missing
            case EACCES, EPERM: .noPermission
            case EROFS: .readOnly
            default: .system(code)
            }
    }

    /// LMDB reports a short write as EIO, whatever stopped it: so the disk and the limits are asked.
    private static func whyNotWritten(_ code: CInt, _ path: String) -> Self {
        if let free = FileSystem.bytesFree(at: path), free < FileSystem.fullBelowBytes || code == ENOSPC {
            return .diskFull(bytesFree: free)
        }
        var limit = rlimit()
        let kind = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
        if getrlimit(kind, &limit) == 0, let bytes = FileSystem.bytes(of: path),
            bytes + FileSystem.fullBelowBytes > UInt64(limit.rlim_cur)
        {
            return .fileSizeLimit(bytes: UInt64(limit.rlim_cur))
        }
        return .system(code)
    }

    var words: String {
        switch self {
        case .diskFull(let free):
            "the disk is full: \(free) bytes free. Free some space, then open it again"
        case .fileSizeLimit(let bytes):
            "this process may not write files larger than \(bytes) bytes. Raise `ulimit -f`, then open it again"
        case .mapFull: "the file has reached its largest size (MDB_MAP_FULL)"
        case .transactionFull: "too much was written in one transaction (MDB_TXN_FULL)"
        case .readersFull: "too many readers at once (MDB_READERS_FULL). Try again"
        case .corrupted: "the file is damaged (MDB_CORRUPTED). Verify it, or restore a backup"
        case .notAnEnvironment: "this is no LMDB file, or its first pages are damaged. Restore a backup"
        case .otherVersion: "the file was written by another version of LMDB"
        case .truncated(let bytes, let expected):
            "the file is cut off: it has \(bytes) bytes and needs \(expected). Restore a backup"
        case .unusable: "an earlier write failed, and it must be opened again (MDB_PANIC)"
        case .keyExists: "the key is there already, or is not behind the last one (MDB_KEYEXIST)"
        case .badSize: "a key is empty or longer than \(Environment.keyBytesMax) bytes (MDB_BAD_VALSIZE)"
        case .noTable: "it has no such table, or one with other keys"
        case .missing: "there is no such file or folder"
        case .noPermission: "permission denied. Check the owner and the mode of the file and its folder"
        case .readOnly: "it is open for reading only, or lies on a read-only file system"
        case .alreadyOpen: "this process has it open already, and LMDB allows that once"
        case .remoteFileSystem(let name):
            "it lies on a remote or user-space file system (\(name)), where LMDB's locks and mapped memory do not "
                + "hold what they promise. Put it on a local disk, or allow this explicitly"
        case .beingReplaced:
            "another process is putting a new file in its place (compact, restore). Try again when it has ended"
        case .closed: "it has been closed"
        case .system(let code): String(cString: mdb_strerror(code))
        }
    }
}
