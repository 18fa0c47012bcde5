import Glibc

/// Plain files beside the ledger: read whole, replaced whole.
enum Files {
    /// No file that is read here is larger.
    static let bytesMax = 1 << 20

    /// The bytes of a file; nil if there is none.
    static func read(_ path: String) throws(LedgerError) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw failure("read", path)
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 4_096)
        while bytes.count <= bytesMax {
            let count = Glibc.read(descriptor, &block, block.count)
            guard count >= 0 else { throw failure("read", path) }
            if count == 0 { return bytes }
            bytes += block[..<count]
        }
        throw .damaged("\(path) is larger than \(bytesMax) bytes")
    }

    /// Puts a file in place of what was there: a reader sees the old bytes or the new, never a part.
    ///
    /// - Parameter durably: false for one of many files, which `sync()` then flushes together.
    static func replace(
        _ path: String, with bytes: [UInt8], mode: mode_t, durably: Bool = true
    ) throws(LedgerError) {
        let new = path + ".new"
        let descriptor = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw failure("write", new) }
        let isWritten = writeAll(bytes, to: descriptor) && (!durably || fsync(descriptor) == 0)
        let code = errno
        close(descriptor)
        guard isWritten else {
            unlink(new)
            errno = code
            throw failure("write", new)
        }
        try move(new, to: path, durably: durably)
    }

    /// Gives a file a name, in place of what was there.
    static func move(_ path: String, to target: String, durably: Bool = true) throws(LedgerError) {
        guard rename(path, target) == 0 else { throw failure("write", target) }
        if durably { try syncFolder(of: target) }
    }

    /// Makes a folder (for its owner alone unless said otherwise), and those above it, durably.
    static func makeFolder(_ path: String, mode: mode_t = 0o700) throws(LedgerError) {
        if mkdir(path, mode) == 0 { return try syncFolder(of: path) }
        if errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw failure("make", path)
        }
        try makeFolder(String(path[..<slash]), mode: mode)
        guard mkdir(path, mode) == 0 || errno == EEXIST else { throw failure("make", path) }
        try syncFolder(of: path)
    }

    /// Whose something is, who asks, and whether others may write it; nil if it is not there.
    static func access(to path: String) -> (owner: uid_t, user: uid_t, isWritableByOthers: Bool)? {
        var info = stat()
        guard stat(path, &info) == 0 else { return nil }
        return (info.st_uid, geteuid(), info.st_mode & (S_IWGRP | S_IWOTH) != 0)
    }

    /// The processors that this process may use.
    static var cores: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// How long a file is.
    static func bytes(of path: String) throws(LedgerError) -> UInt64 {
        var info = stat()
        guard stat(path, &info) == 0 else { throw failure("look at", path) }
        return UInt64(info.st_size)
    }

    static func remove(_ path: String) { unlink(path) }

    static func exists(_ path: String) -> Bool { Glibc.access(path, F_OK) == 0 }

    /// Whether there is no file, or one without a byte.
    static func isEmpty(_ path: String) -> Bool {
        var info = stat()
        return stat(path, &info) != 0 || info.st_size == 0
    }

    /// Runs a body while no other process runs one on the same folder.
    static func withLock<Result>(
        on folder: String, _ body: () throws(LedgerError) -> Result
    ) throws(LedgerError) -> Result {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", folder) }
        // Closing the descriptor ends the lock.
        defer { close(descriptor) }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw failure("lock", folder) }
        }
        return try body()
    }

    private static func writeAll(_ bytes: [UInt8], to descriptor: CInt) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    static func syncFolder(of path: String) throws(LedgerError) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let descriptor = open(folder.isEmpty ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("sync", folder) }
    }

    static func failure(_ operation: String, _ path: String) -> LedgerError {
        .unavailable(
            "cannot \(operation) \(path): \(errno == ENOSPC ? "the disk is full" : String(cString: strerror(errno)))")
    }
}
