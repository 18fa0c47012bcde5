import Glibc

/// A file beside the views with what was worked out once. It may be removed, or be of another build, at any time: then
/// it is as if it were empty, and what cannot be written is worked out again.
struct CacheFile {
    /// A larger file is begun anew.
    static let bytesMax = 1 << 28
    private static let headBytes = 8

    let path: String
    /// Tells one kind and revision of content from another.
    let mark: UInt64

    /// All behind the mark; empty if there is nothing of use.
    func read() -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [] }
        defer { close(file) }
        return content(of: file) ?? []
    }

    /// Puts bytes behind those that are there.
    func append(_ bytes: [UInt8]) {
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { return }
        defer { close(file) }
        guard flock(file, LOCK_EX) == 0 else { return }
        var found: UInt64 = 0
        let isOurs = pread(file, &found, Self.headBytes, 0) == Self.headBytes && found == mark
        if !isOurs || Int(lseek(file, 0, SEEK_END)) + bytes.count > Self.bytesMax {
            var mark = mark
            guard ftruncate(file, 0) == 0, pwrite(file, &mark, Self.headBytes, 0) == Self.headBytes else { return }
        }
        let end = lseek(file, 0, SEEK_END)
        if write(file, bytes, bytes.count) != bytes.count { ftruncate(file, end) }
    }

    /// Puts bytes in the place of those that are there; whoever reads sees all of the old or of the new.
    func replace(with bytes: [UInt8]) {
        let draft = "\(path).\(getpid()).new"
        CacheFile(path: draft, mark: mark).append(bytes)
        guard CacheFile(path: draft, mark: mark).read().count == bytes.count, rename(draft, path) == 0 else {
            unlink(draft)
            return
        }
    }

    private func content(of file: CInt) -> [UInt8]? {
        var status = stat()
        var found: UInt64 = 0
        guard fstat(file, &status) == 0, Self.headBytes...Self.bytesMax ~= Int(status.st_size),
            pread(file, &found, Self.headBytes, 0) == Self.headBytes, found == mark
        else { return nil }
        let count = Int(status.st_size) - Self.headBytes
        return [UInt8](unsafeUninitializedCapacity: count) { room, filled in
            while filled < count {
                let read = pread(file, room.baseAddress.map { $0 + filled }, count - filled, off_t(8 + filled))
                guard read > 0 else { break }
                filled += read
            }
        }
    }
}
