import Glibc

/// Who uses a file: any number of processes at once, or one alone that puts another file in its place.
///
/// It is a lock on a file beside it (`flock(2)`), which the kernel drops when its holder dies. LMDB's own lock file
/// cannot say this: it goes with the file that is replaced.
public final class FileUse: Sendable {
    private let descriptor: CInt

    /// Shares the use; waits while somebody replaces the file. Nil where no lock file can be made or read: then nobody
    /// can replace anything here either.
    public init?(sharing lockPath: String) throws(LMDBError) {
        guard let descriptor = Self.open(lockPath) else { return nil }
        while flock(descriptor, LOCK_SH) != 0 {
            guard errno == EINTR else {
                let code = errno
                Glibc.close(descriptor)
                throw LMDBError(code: code, "lock", lockPath)
            }
        }
        self.descriptor = descriptor
    }

    /// Uses the file alone; nil if anybody has it open, also this process.
    public init?(alone lockPath: String) throws(LMDBError) {
        guard let descriptor = Self.open(lockPath) else { throw LMDBError(code: errno, "lock", lockPath) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            Glibc.close(descriptor)
            if code == EWOULDBLOCK { return nil }
            throw LMDBError(code: code, "lock", lockPath)
        }
        self.descriptor = descriptor
    }

    deinit { Glibc.close(descriptor) }

    private static func open(_ path: String) -> CInt? {
        var descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        if descriptor < 0 { descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC) }
        return descriptor < 0 ? nil : descriptor
    }
}
