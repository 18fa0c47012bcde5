import Glibc

/// A lock that processes and threads respect (`flock(2)`). The kernel drops it when its holder dies.
enum FileLock {
    /// Runs a body while no other holds the lock of this path; waits for it.
    static func holding<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SmallFile.failure(path) }
        defer { close(descriptor) }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw SmallFile.failure(path) }
        }
        return try body()
    }
}
