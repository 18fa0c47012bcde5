import Glibc

/// Who uses a file: any number of processes at once, or one alone that puts another file in its place.
///
/// It is a lock on a file beside it (`flock(2)`), which the kernel drops when its holder dies. LMDB's own lock file
/// cannot say this: it goes with the file that is replaced.
public final class FileUse: Sendable {
    /// For how long somebody who opens a file waits for whoever replaces it.
    public static let waitMax = Duration.seconds(60)
    /// Between two looks, in microseconds.
    private static let pause: UInt32 = 20_000

    private let descriptor: CInt

    /// Shares the use; waits while somebody replaces the file, but not without end: that process may be stopped.
    ///
    /// Nil where no lock file can be made or read: then nobody can replace anything here either.
    /// - Throws: `LMDBError`, with the cause `beingReplaced` if it took too long.
    public init?(sharing lockPath: String, waiting wait: Duration = FileUse.waitMax) throws(LMDBError) {
        guard let descriptor = Self.open(lockPath) else { return nil }
        let end = ContinuousClock.now + wait
        while flock(descriptor, LOCK_SH | LOCK_NB) != 0 {
            let code = errno
            let isLate = code == EWOULDBLOCK && ContinuousClock.now >= end
            if !isLate, code == EWOULDBLOCK || code == EINTR {
                usleep(Self.pause)
                continue
            }
            Glibc.close(descriptor)
            throw isLate ? LMDBError(.beingReplaced, "open", lockPath) : LMDBError(code: code, "lock", lockPath)
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
