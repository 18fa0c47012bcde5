import Glibc

/// Files of a line or two, beside the views.
enum SmallFile {
    /// The largest such file, in bytes.
    static let bytesMax = 4_096

    /// The text of a file; nil if there is none, or if it is no such file.
    static func read(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: bytesMax)
        let count = Glibc.read(descriptor, &bytes, bytesMax)
        guard count >= 0 else { return nil }
        return String(validating: bytes.prefix(count), as: UTF8.self)
    }

    /// Puts a text in the place of a file, at once: a reader sees the old one or the new one.
    ///
    /// - Parameter isDurable: whether it must outlive a crash of the machine from here on.
    static func replace(_ path: String, with text: String, isDurable: Bool = false) throws(ViewFailure) {
        let draft = "\(path).\(getpid()).\(pthread_self()).new"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(path) }
        let bytes = Array(text.utf8)
        let isWritten = write(descriptor, bytes, bytes.count) == bytes.count && (!isDurable || fsync(descriptor) == 0)
        let error = failure(path)
        close(descriptor)
        guard isWritten else {
            unlink(draft)
            throw error
        }
        guard rename(draft, path) == 0 else { throw failure(path) }
        if isDurable { try syncFolder(of: path) }
    }

    static func remove(_ path: String) { unlink(path) }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// The names in a folder, sorted.
    static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) { name in
                    name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        return names.filter { $0 != "." && $0 != ".." }.sorted()
    }

    /// Makes a folder if it is not there; its parent must be.
    static func makeFolder(_ path: String) throws(ViewFailure) {
        if mkdir(path, 0o700) != 0, errno != EEXIST { throw failure(path) }
    }

    /// The one path of a folder, whatever links lead to it.
    static func canonical(_ path: String) throws(ViewFailure) -> String {
        guard let real = realpath(path, nil) else { throw failure(path) }
        defer { free(real) }
        return String(cString: real)
    }

    private static func syncFolder(of path: String) throws(ViewFailure) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let descriptor = open(folder.isEmpty ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure(folder) }
    }

    static func failure(_ path: String) -> ViewFailure {
        .file(path: path, reason: errno == ENOSPC ? "the disk is full" : String(cString: strerror(errno)))
    }
}
