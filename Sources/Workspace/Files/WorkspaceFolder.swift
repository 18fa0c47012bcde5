import Glibc

/// The folder of a workspace, and the one way to its files: nothing outside of it is ever opened.
struct WorkspaceFolder: Sendable {
    /// Files of one folder.
    static let filesMax = 2_000

    /// Absolute, without symbolic links.
    let root: String

    /// - Throws: `WorkspaceProblems` if there is no such folder.
    init(at directory: String) throws(WorkspaceProblems) {
        guard !directory.isEmpty, !directory.utf8.contains(0), let root = Self.realPath(directory) else {
            throw WorkspaceProblems(path: directory.excerpt, message: "there is no such folder")
        }
        guard Self.kind(of: root) == S_IFDIR else {
            throw WorkspaceProblems(path: directory, message: "this is a file; a workspace is a folder")
        }
        self.root = root
    }

    /// Why a path is refused; nil for one that leads to a place inside the workspace, whether there is anything or not.
    func refusal(of path: String) -> String? {
        guard !path.isEmpty else { return "an empty path" }
        guard !path.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7f }) else {
            return "a path with control characters"
        }
        guard path.utf8.count <= 1_024 else { return "a path longer than 1024 bytes" }
        guard !path.hasPrefix("/"), !path.hasPrefix("~") else {
            return "`\(path)` is absolute; paths are relative to the workspace"
        }
        let components = path.split(separator: "/", omittingEmptySubsequences: false)
        guard !components.contains("..") else { return "`\(path)` leads out of the workspace" }
        var place = root
        for component in components where component != "." && !component.isEmpty {
            place += "/" + component
            guard let real = Self.realPath(place) else { return nil }
            guard real == root || real.hasPrefix(root == "/" ? root : root + "/") else {
                return "`\(path)` leads out of the workspace through a symbolic link"
            }
        }
        return nil
    }

    func exists(_ path: String) -> Bool { Self.realPath(root + "/" + path) != nil }

    /// The names in one folder of the workspace, sorted, hidden ones left out. Empty if there is no such folder.
    ///
    /// - Throws: `FileRefusal` for a folder that leads outside, or that cannot be read.
    func names(in folder: String) throws(FileRefusal) -> [String] {
        if let refusal = refusal(of: folder) { throw FileRefusal(message: refusal) }
        guard exists(folder) else { return [] }
        guard let stream = opendir(root + "/" + folder) else { throw FileRefusal(errno: errno) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let length = Int(strnlen(entry.pointer(to: \.d_name.0), 256))
            let name = entry.pointer(to: \.d_name.0).withMemoryRebound(to: UInt8.self, capacity: length) {
                String(decoding: UnsafeBufferPointer(start: $0, count: length), as: UTF8.self)
            }
            if name.hasPrefix(".") { continue }
            guard names.count < Self.filesMax else {
                throw FileRefusal(message: "more than \(Self.filesMax) files in one folder")
            }
            names.append(name)
        }
        return names.sorted()
    }

    func isFolder(_ path: String) -> Bool { Self.kind(of: root + "/" + path) == S_IFDIR }

    /// The bytes of a regular file.
    ///
    /// - Throws: `FileRefusal` for a path that leads outside, anything but a regular file, or one that is too large.
    func read(_ path: String, bytesMax: Int) throws(FileRefusal) -> [UInt8] {
        if let refusal = refusal(of: path) { throw FileRefusal(message: refusal) }
        // Not to hang on a named pipe.
        let file = open(root + "/" + path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw FileRefusal(errno: errno) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw FileRefusal(errno: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw FileRefusal(message: "this is not a regular file") }
        guard status.st_size <= bytesMax else { throw FileRefusal(message: "larger than \(bytesMax) bytes") }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(file, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileRefusal(errno: errno) }
            guard count > 0 else { return bytes }
            bytes += piece[..<count]
            // It may have grown since.
            guard bytes.count <= bytesMax else { throw FileRefusal(message: "larger than \(bytesMax) bytes") }
        }
    }

    static func realPath(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }

    private static func kind(of path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }
}

extension UnsafeMutablePointer<dirent> {
    fileprivate func pointer(to field: KeyPath<dirent, CChar>) -> UnsafePointer<CChar> {
        guard let offset = MemoryLayout<dirent>.offset(of: field) else {
            preconditionFailure("d_name is stored in dirent")
        }
        return UnsafePointer((UnsafeRawPointer(self) + offset).assumingMemoryBound(to: CChar.self))
    }
}

/// Why a file is not read.
struct FileRefusal: Error {
    let message: String

    init(message: String) { self.message = message }

    init(errno code: Int32) { message = String(cString: strerror(code)) }
}
