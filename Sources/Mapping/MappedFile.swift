import Glibc
public import Wire

/// A whole file in memory, read only: pages are read when they are touched, and shared by all processes.
public enum MappedFile {
    /// Maps a file. It must not be cut short while it is held: replace it by another one of the same name.
    ///
    /// - Parameter bytesMax: a larger file is refused.
    public static func open(_ path: String, bytesMax: Int) throws(MappingFailure) -> SharedBytes {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw MappingFailure(errno, path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw MappingFailure(errno, path) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw MappingFailure(.notAFile, path, "it is no file") }
        let length = Int(status.st_size)
        guard length <= bytesMax else {
            throw MappingFailure(.tooLarge, path, "it has \(length) bytes; \(bytesMax) are the most")
        }
        // There is no mapping of nothing.
        guard length > 0 else { return SharedBytes(UnsafeRawBufferPointer(start: nil, count: 0)) { _ in } }
        guard let start = mmap(nil, length, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
            throw MappingFailure(errno, path)
        }
        return SharedBytes(UnsafeRawBufferPointer(start: start, count: length)) { buffer in
            munmap(UnsafeMutableRawPointer(mutating: buffer.baseAddress), buffer.count)
        }
    }
}

/// Why a file could not be mapped.
public struct MappingFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What a caller tells apart.
    public enum Kind: Hashable, Sendable {
        /// There is no file of this name.
        case missing
        case notAFile
        case tooLarge
        /// The system says no, as `description` tells.
        case refused
    }

    public let kind: Kind
    public let path: String
    private let reason: String

    init(_ kind: Kind, _ path: String, _ reason: String) {
        self.kind = kind
        self.path = path
        self.reason = reason
    }

    init(_ number: Int32, _ path: String) {
        self.init(number == ENOENT || number == ENOTDIR ? .missing : .refused, path, String(cString: strerror(number)))
    }

    public var description: String { "cannot read \(path): \(reason)" }
}
