import CLMDB
import Glibc
import Synchronization

/// The lock that orders the writers of all processes. LMDB waits for it without a limit.
extension Environment {
    /// For how long a thread of this process has been waiting for the writers' lock; nil if none is.
    public var lockWait: Duration? {
        waits.withLock { $0.min() }.map { $0.duration(to: .now) }
    }

    /// The process that holds the writers' lock; nil if nobody does, or if it cannot be told.
    public var lockHolder: Int32? {
        // The lock file is never opened here: closing it would drop LMDB's own locks on it.
        guard let descriptor = lockDescriptor else { return nil }
        var word: UInt32 = 0
        guard pread(descriptor, &word, 4, off_t(lmdb_writers_lock_offset())) == 4 else { return nil }
        let thread = word & 0x3fff_ffff
        return thread == 0 ? nil : Self.process(of: thread)
    }

    /// LMDB's own descriptor of the lock file.
    private var lockDescriptor: CInt? {
        guard let whole = realpath(path, nil) else { return nil }
        defer { free(whole) }
        let name = String(cString: whole) + "-lock"
        guard let folder = opendir("/proc/self/fd") else { return nil }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let number = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard let descriptor = CInt(number) else { continue }
            var target = [UInt8](repeating: 0, count: Int(PATH_MAX))
            let count = readlink("/proc/self/fd/\(number)", &target, target.count)
            if count > 0, String(decoding: target[..<count], as: UTF8.self) == name { return descriptor }
        }
        return nil
    }

    /// The process that a thread belongs to; nil if there is no such thread.
    private static func process(of thread: UInt32) -> Int32? {
        let descriptor = Glibc.open("/proc/\(thread)/status", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { Glibc.close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1_024)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        let lines = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: "\n")
        return lines.first { $0.hasPrefix("Tgid:") }.flatMap { Int32($0.dropFirst(6)) }
    }
}
