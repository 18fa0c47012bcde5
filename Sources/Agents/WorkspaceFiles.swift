import Foundation

/// Reads inside the workspace, and nowhere else.
struct WorkspaceFiles: Sendable {
    let root: String

    /// The bytes of a regular file.
    /// - Parameter path: relative to the workspace.
    func read(_ path: String, bytesMax: Int) throws(WorkspaceFileError) -> [UInt8] {
        try check(path)
        // Not blocking, because a pipe would make us wait for its other end.
        let descriptor = open("\(root)/\(path)", O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw WorkspaceFileError("\(path) is not a regular file")
        }
        // Asked of the open file, so that no link can be changed in between.
        try checkInside(path, opened: "/proc/self/fd/\(descriptor)")
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            guard count >= 0 || errno == EINTR else { throw .system(path) }
            if count == 0 { return bytes }
            bytes += chunk.prefix(max(count, 0))
            guard bytes.count <= bytesMax else {
                throw WorkspaceFileError("\(path) is larger than \(bytesMax) bytes")
            }
        }
    }

    /// The names of the files in a folder with one of these endings, sorted by their bytes.
    func names(in path: String, endings: [String], limit: Int) throws(WorkspaceFileError) -> [String] {
        let folder = try self.folder(path)
        guard let all = try? FileManager.default.contentsOfDirectory(atPath: folder) else { throw .system(path) }
        let names = all.filter { name in !name.hasPrefix(".") && endings.contains { name.hasSuffix($0) } }
        guard names.count <= limit else {
            throw WorkspaceFileError("\(path) holds more than \(limit) files")
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The absolute path of a folder.
    func folder(_ path: String) throws(WorkspaceFileError) -> String {
        try check(path)
        guard let real = Self.realPath("\(root)/\(path)") else { throw .system(path) }
        try checkInside(path, real: real)
        return real
    }

    private func check(_ path: String) throws(WorkspaceFileError) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard !path.isEmpty, !path.hasPrefix("/"), !parts.contains(".."), !path.utf8.contains(0) else {
            throw WorkspaceFileError("\(path) leaves the workspace; write a path inside it")
        }
    }

    private func checkInside(_ path: String, opened link: String) throws(WorkspaceFileError) {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = buffer.withUnsafeMutableBytes { bytes in
            bytes.withMemoryRebound(to: CChar.self) { place in
                place.baseAddress.map { readlink(link, $0, place.count) } ?? -1
            }
        }
        guard count > 0 else { throw .system(path) }
        try checkInside(path, real: String(decoding: buffer.prefix(count), as: UTF8.self))
    }

    private func checkInside(_ path: String, real: String) throws(WorkspaceFileError) {
        guard let root = Self.realPath(root) else { throw .system(self.root) }
        guard real == root || real.hasPrefix(root + "/") else {
            throw WorkspaceFileError("\(path) is a link out of the workspace; copy the file into it")
        }
    }

    private static func realPath(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }
}

/// Why a file of the workspace cannot be read; names it.
struct WorkspaceFileError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    static func system(_ path: String) -> WorkspaceFileError {
        let reason = strerror(errno).map { String(cString: $0) } ?? "error \(errno)"
        return WorkspaceFileError("\(path) cannot be read: \(reason)")
    }
}
