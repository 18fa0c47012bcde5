import Glibc

/// A file in the making: locked, written, flushed, then given its final name at once or not at all.
struct DurableFile: ~Copyable {
    private let descriptor: CInt
    private let path: String

    deinit { close(descriptor) }

    private init(descriptor: CInt, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    /// Opens or makes the file, and waits until nobody else holds it. What a dead process left is taken over.
    static func locked(at path: String) throws(MaildirError) -> DurableFile {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .system("write", path) }
        let file = DurableFile(descriptor: descriptor, path: path)
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw .system("lock", path) }
        }
        return file
    }

    func replaceContent(with bytes: [UInt8]) throws(MaildirError) {
        guard ftruncate(descriptor, 0) == 0 else { throw .system("write", path) }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress, $0.count, off_t(written))
            }
            guard count > 0 || errno == EINTR else { throw .system("write", path) }
            written += max(count, 0)
        }
        guard fsync(descriptor) == 0 else { throw .system("flush", path) }
    }

    /// Gives the file its final name; if that is taken, it is left as it is.
    func link(to final: String) throws(MaildirError) {
        guard Glibc.link(path, final) == 0 || errno == EEXIST else { throw .system("make", final) }
    }

    func remove() { unlink(path) }
}

/// Makes a folder that only its owner sees, with those above it, unless it is there.
func makeFolder(_ path: String) throws(MaildirError) {
    if mkdir(path, 0o700) == 0 { return try syncFolder(parent(of: path)) }
    if errno == ENOENT, parent(of: path) != path {
        try makeFolder(parent(of: path))
        return try makeFolder(path)
    }
    guard errno == EEXIST else { throw .system("make the folder", path) }
}

private func parent(of path: String) -> String {
    let parent = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
    return parent.isEmpty ? "/" : String(parent)
}

/// Makes the names in a folder durable.
func syncFolder(_ path: String) throws(MaildirError) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system("open", path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .system("flush", path) }
}

func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

/// The first name in a folder that fits; nil without one, or without the folder.
func firstName(
    in path: String, limit: Int, where fits: (String) -> Bool
) throws(MaildirError) -> String? {
    guard let folder = opendir(path) else {
        if errno == ENOENT { return nil }
        throw .system("read", path)
    }
    defer { closedir(folder) }
    for _ in 0..<limit {
        errno = 0
        guard let entry = readdir(folder) else {
            if errno != 0 { throw .system("read", path) }
            return nil
        }
        let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if fits(name) { return name }
    }
    throw MaildirError("\(path) holds more than \(limit) files; move old ones away", isRetryable: false)
}
