import Glibc
import Mapping
import Wire

/// Files of the index: mapped, written whole, given their name when they are on the disk.
enum IndexFiles {
    /// The largest file that is read whole, in bytes.
    static let textBytesMax = 1 << 16

    /// Maps a file; the mapping outlives the file's name.
    static func map(_ path: String) throws(IndexFailure) -> SharedBytes {
        let bytes: SharedBytes
        do throws(MappingFailure) {
            bytes = try MappedFile.open(path, bytesMax: .max)
        } catch {
            throw IndexFailure(error.description)
        }
        guard bytes.count > 0 else { throw IndexFailure("\(path) is empty") }
        return bytes
    }

    /// Writes a file in place, flushes it, and then gives it its name: whoever opens it sees all of it.
    static func write(
        _ path: String, byteCount: Int, fill: (UnsafeMutableRawBufferPointer) -> Void
    ) throws(IndexFailure) {
        _ = try write(draft: draft(of: path), byteCount: byteCount) {
            fill($0)
            return path
        }
    }

    /// Where a file is written before it has its name. One that is left there by a crash is nobody's.
    static func draft(of path: String) -> String { "\(path).\(getpid())\(draftSuffix)" }

    static let draftSuffix = ".new"

    /// Writes a file that is called by what it holds.
    ///
    /// - Parameter fill: says the file's path.
    /// - Returns: the path.
    static func write(
        draft: String, byteCount: Int, fill: (UnsafeMutableRawBufferPointer) -> String
    ) throws(IndexFailure) -> String {
        let descriptor = open(draft, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("write", draft) }
        defer { close(descriptor) }
        do throws(IndexFailure) {
            // Room is taken first: a write into a mapping of a full disk would end the process.
            let code = posix_fallocate(descriptor, 0, off_t(byteCount))
            guard code == 0 else {
                errno = code
                throw failure("write", draft)
            }
            guard let base = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), base != MAP_FAILED
            else { throw failure("map", draft) }
            let path = fill(UnsafeMutableRawBufferPointer(start: base, count: byteCount))
            let isFlushed = msync(base, byteCount, MS_SYNC) == 0
            munmap(base, byteCount)
            guard isFlushed, fsync(descriptor) == 0 else { throw failure("flush", draft) }
            guard rename(draft, path) == 0 else { throw failure("write", path) }
            try syncFolder(of: path)
            return path
        } catch {
            unlink(draft)
            throw error
        }
    }

    /// The text of a small file; nil if there is none.
    static func read(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: textBytesMax)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    static func replace(_ path: String, with text: String) throws(IndexFailure) {
        let bytes = Array(text.utf8)
        try write(path, byteCount: bytes.count) { $0.copyBytes(from: bytes) }
    }

    static func remove(_ path: String) { unlink(path) }

    /// The names in a folder.
    static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { names.append(String(cString: $0)) }
            }
        }
        return names.filter { $0 != "." && $0 != ".." }.sorted()
    }

    /// Makes a folder if it is not there; its parent must be.
    static func makeFolder(_ path: String) throws(IndexFailure) {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw failure("make", path) }
    }

    /// Runs a body while no other process runs one on the same folder.
    static func withLock<Result>(
        on folder: String, _ body: () throws(IndexFailure) -> Result
    ) throws(IndexFailure) -> Result {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", folder) }
        defer { close(descriptor) }
        return try withLock(on: descriptor, folder, body)
    }

    /// Runs a body while no other process runs one on the same file.
    static func withLock<Result>(
        on descriptor: CInt, _ path: String, _ body: () throws(IndexFailure) -> Result
    ) throws(IndexFailure) -> Result {
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw failure("lock", path) }
        }
        defer { flock(descriptor, LOCK_UN) }
        return try body()
    }

    private static func syncFolder(of path: String) throws(IndexFailure) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let descriptor = open(folder.isEmpty ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("flush", folder) }
    }

    static func failure(_ operation: String, _ path: String) -> IndexFailure {
        IndexFailure(
            "cannot \(operation) \(path): \(errno == ENOSPC ? "the disk is full" : String(cString: strerror(errno)))")
    }
}
