import Glibc

/// Writes files into a folder, and can take all of it back.
struct FolderWriter {
    private let root: String
    /// Absolute, in the order in which they were made.
    private var made: [(path: String, isFolder: Bool)] = []

    /// Makes the folder, and those above it, if there are none.
    ///
    /// - Parameter files: what must not be there yet; nil if nothing may be there.
    /// - Throws: `WorkspaceProblems` for a folder that may not be used.
    init(at directory: String, beside files: [String]? = nil) throws(WorkspaceProblems) {
        func problem(_ message: String, hint: String?) -> WorkspaceProblems {
            WorkspaceProblems(path: directory.excerpt, message: message, hint: hint)
        }
        guard !directory.isEmpty, !directory.utf8.contains(0) else {
            throw problem("this is no folder", hint: "name one, such as small-levers")
        }
        let path = Self.absolute(directory)
        if let service = SyncedFolder.service(of: path) {
            throw problem(
                "this folder is copied by \(service) while it is written, which breaks a ledger",
                hint: "choose a folder that stays on this machine; `daybook backup` makes the copies")
        }
        root = path
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFDIR else {
                throw problem("this is a file", hint: "name a folder that is empty, or does not exist yet")
            }
            if let files {
                for file in [".daybook"] + files where lstat("\(path)/\(file)", &status) == 0 {
                    throw problem("\(file) is in it already", hint: "`daybook status` there says what it is")
                }
            } else if !Self.isEmpty(path) {
                throw problem(
                    "there is something in it already",
                    hint: "name a folder that is empty, or does not exist yet; `daybook init blank` goes beside what "
                        + "is there")
            }
            return
        }
        do throws(FileRefusal) {
            try makeFolders(to: path)
        } catch {
            undo()
            throw problem("the folder could not be made: \(error.message)", hint: "choose one that you may write to")
        }
    }

    /// - Parameter path: relative to the folder.
    mutating func write(_ bytes: [UInt8], to path: String) throws(FileRefusal) {
        if let slash = path.lastIndex(of: "/") { try makeFolders(to: "\(root)/\(path[..<slash])") }
        let full = "\(root)/\(path)"
        let file = open(full, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw FileRefusal(errno: errno) }
        defer { close(file) }
        made.append((full, false))
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileRefusal(errno: errno) }
            rest = rest.dropFirst(count)
        }
    }

    /// Removes what was made, the newest first.
    func undo() {
        for entry in made.reversed() {
            if entry.isFolder { rmdir(entry.path) } else { unlink(entry.path) }
        }
    }

    private mutating func makeFolders(to path: String) throws(FileRefusal) {
        var place = ""
        for component in path.split(separator: "/") {
            place += "/" + component
            // The ledger's folder is its owner's alone.
            if mkdir(place, component.hasPrefix(".") ? 0o700 : 0o755) == 0 {
                made.append((place, true))
            } else if errno != EEXIST {
                throw FileRefusal(errno: errno)
            }
        }
    }

    private static func isEmpty(_ path: String) -> Bool {
        guard let stream = opendir(path) else { return false }
        defer { closedir(stream) }
        var count = 0
        // `.` and `..` are always there.
        while readdir(stream) != nil, count < 3 { count += 1 }
        return count < 3
    }

    /// With the symbolic links of the part that exists resolved, so that a link cannot hide where a folder lies.
    private static func absolute(_ path: String) -> String {
        var head = path
        var tail: [Substring] = []
        while true {
            if let real = WorkspaceFolder.realPath(head.isEmpty ? "." : head) {
                let first = real == "/" && !tail.isEmpty ? "" : real
                return ([first] + tail.reversed().map(String.init)).joined(separator: "/")
            }
            while head.hasSuffix("/") { head.removeLast() }
            let slash = head.lastIndex(of: "/")
            tail.append(head[(slash.map { head.index(after: $0) } ?? head.startIndex)...])
            head = slash.map { $0 == head.startIndex ? "/" : String(head[..<$0]) } ?? ""
        }
    }
}
