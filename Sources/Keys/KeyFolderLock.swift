import Glibc

/// A lock that processes respect (`flock(2)`); the kernel drops it when its holder ends or dies.
final class KeyFolderLock: Sendable {
    enum Mode {
        case shared
        case exclusive
    }

    private let descriptor: CInt

    /// - Throws: `KeyFailure.isBusy` if it is taken and `waits` is false.
    init(path: String, _ mode: Mode, waits: Bool) throws(KeyFailure) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system("open", path) }
        let operation = (mode == .shared ? LOCK_SH : LOCK_EX) | (waits ? 0 : LOCK_NB)
        while flock(descriptor, operation) != 0 {
            let code = errno
            if code == EINTR { continue }
            close(descriptor)
            guard code == EWOULDBLOCK else {
                errno = code
                throw .system("lock", path)
            }
            throw KeyFailure("another daybook is using keys of people now", isBusy: true)
        }
    }

    deinit { close(descriptor) }
}
