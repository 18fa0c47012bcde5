import EventSourcing
import Glibc

/// What tells without a look into it that a file is as it was.
struct FileStamp: Hashable, Sendable {
    /// A file that was changed less than so long ago, in microseconds, may be changed again and keep its stamp: clocks
    /// of file systems are coarse.
    static let settledAfter: Timestamp = 2_000_000

    /// `S_IFREG`, `S_IFDIR`, …
    let kind: mode_t
    let size: UInt64
    let inode: UInt64
    /// In nanoseconds since 1970: of its content, and of all that is known of it.
    let modified: UInt64
    let changed: UInt64

    /// Of the path itself, if it is a link. Nil for what is not there.
    init?(of path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        kind = status.st_mode & S_IFMT
        size = UInt64(status.st_size)
        inode = UInt64(status.st_ino)
        modified = Self.nanoseconds(status.st_mtim)
        changed = Self.nanoseconds(status.st_ctim)
    }

    init(size: UInt64, inode: UInt64, modified: UInt64, changed: UInt64) {
        (kind, self.size, self.inode, self.modified, self.changed) = (S_IFREG, size, inode, modified, changed)
    }

    /// Whether, if it is looked at now, a change from now on would change the stamp.
    ///
    /// - Parameter time: not later than the look.
    func isSettled(at time: Timestamp) -> Bool {
        let latest = max(modified, changed) / 1_000
        return latest < UInt64(max(0, time - Self.settledAfter))
    }

    private static func nanoseconds(_ time: timespec) -> UInt64 {
        UInt64(bitPattern: Int64(time.tv_sec)) &* 1_000_000_000 &+ UInt64(bitPattern: Int64(time.tv_nsec))
    }
}
