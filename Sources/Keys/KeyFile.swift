import Glibc
import Sealing
import Wire

/// The file of one key: three lines of text, mode 0600.
///
/// ```
/// daybook subject key 1
/// key <64 hexadecimal digits>
/// person ann@example.com
/// ```
struct KeyFile {
    static let head = "daybook subject key 1"
    /// No such file is larger.
    static let bytesMax = 1_024

    let key: SubjectKey
    let person: String

    private var bytes: [UInt8] {
        Array("\(Self.head)\nkey \(key.secretBytes.hex)\nperson \(person)\n".utf8)
    }

    /// The id is the file's name.
    static func read(_ path: String) throws(KeyFailure) -> KeyFile {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw .system("read", path) }
        defer { close(descriptor) }
        var block = [UInt8](repeating: 0, count: bytesMax + 1)
        let count = Glibc.read(descriptor, &block, block.count)
        guard count >= 0 else { throw .system("read", path) }
        // By bytes: to `Character`s a combining mark is one with the blank before it.
        let lines = block[..<count].split(separator: UInt8(ascii: "\n"))
        guard count <= bytesMax, lines.count == 3, lines[0].elementsEqual(head.utf8),
            let hex = value(lines[1], of: "key "), let person = value(lines[2], of: "person "),
            let secret = [UInt8](hex: hex), let name = path.split(separator: "/").last,
            let id = SubjectID(hex: name), let key = SubjectKey(id: id, secret: secret)
        else { throw .damaged(path) }
        return KeyFile(key: key, person: person)
    }

    private static func value(_ line: ArraySlice<UInt8>, of name: String) -> String? {
        line.starts(with: name.utf8) ? String(decoding: line.dropFirst(name.utf8.count), as: UTF8.self) : nil
    }

    /// Whether it was overwritten by `destroy`, and its process died before it could be removed.
    static func isDestroyed(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var block = [UInt8](repeating: 0, count: bytesMax + 1)
        let count = Glibc.read(descriptor, &block, block.count)
        return 1...bytesMax ~= count && block[..<count].allSatisfy { $0 == 0 }
    }

    /// Writes it under another name, whole or not at all.
    func write(besides path: String) throws(KeyFailure) {
        let new = path + ".new"
        let descriptor = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system("write", new) }
        defer { close(descriptor) }
        let bytes = bytes
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
            let failure = KeyFailure.system("write", new)
            unlink(new)
            throw failure
        }
    }

    /// Flushes a file that was written besides, and gives it its name; the folder is for the caller to flush.
    static func settle(_ path: String) throws(KeyFailure) {
        let new = path + ".new"
        let descriptor = open(new, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("flush", new) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .system("flush", new) }
        guard rename(new, path) == 0 else { throw .system("write", path) }
    }

    /// Overwrites the bytes in place, flushes them, and removes the file. What a disk keeps beside is not in our hands.
    static func destroy(_ path: String) throws(KeyFailure) {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            if errno == ENOENT { return }
            throw .system("destroy", path)
        }
        defer { close(descriptor) }
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { throw .system("destroy", path) }
        let zeros = [UInt8](repeating: 0, count: Int(info.st_size))
        guard pwrite(descriptor, zeros, zeros.count, 0) == zeros.count, fsync(descriptor) == 0, unlink(path) == 0 else {
            throw .system("destroy", path)
        }
    }

    static func names(in folder: String) throws(KeyFailure) -> [String] {
        guard let entries = opendir(folder) else { throw .system("read", folder) }
        defer { closedir(entries) }
        var names: [String] = []
        while let entry = readdir(entries) {
            names.append(
                withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
        }
        return names
    }

    /// Makes a folder (mode 0700), and those above it, and flushes the folders that hold them.
    static func makeFolder(_ path: String) throws(KeyFailure) {
        guard access(path, F_OK) != 0 else { return }
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { throw .system("make", path) }
        let above = String(path[..<slash])
        try makeFolder(above)
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw .system("make", path) }
        try syncFolder(above)
    }

    static func syncFolder(_ path: String) throws(KeyFailure) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("open", path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .system("flush", path) }
    }
}
