import CLMDB
import Glibc

/// What the file system says about a path.
enum FileSystem {
    /// With fewer bytes free than this a failed write is put down to the full disk.
    static let fullBelowBytes: UInt64 = 1 << 20

    /// Kernel magic numbers (`statfs(2)`) of file systems whose other end may be another machine or a process.
    private static let remote: [UInt32: String] = [
        0x6969: "NFS",
        0x517B: "SMB",
        0xFF53_4D42: "CIFS",
        0xFE53_4D42: "SMB2",
        0x0102_1997: "9p",
        0x6573_5546: "FUSE",
        0x00C3_6400: "Ceph",
        0x5346_414F: "AFS",
        0x7375_7245: "Coda",
    ]

    /// The name of the remote file system that holds a path; nil for a local one.
    static func remoteKind(at path: String) -> String? {
        var info = statfs()
        guard statfs(path, &info) == 0 else { return nil }
        return remoteKind(magic: UInt32(truncatingIfNeeded: info.f_type))
    }

    static func remoteKind(magic: UInt32) -> String? { remote[magic] }

    /// Free for this user.
    static func bytesFree(at path: String) -> UInt64? {
        var info = statvfs()
        guard statvfs(path, &info) == 0 else { return nil }
        return UInt64(info.f_bavail) * UInt64(info.f_frsize)
    }

    static func bytes(of path: String) -> UInt64? {
        var info = stat()
        guard stat(path, &info) == 0 else { return nil }
        return UInt64(info.st_size)
    }

    /// The folder that holds a path.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Makes the names in a folder durable, such as that of a new file. Returns an `errno`, or zero.
    static func syncFolder(of path: String) -> CInt {
        let descriptor = open(folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        return fsync(descriptor) == 0 ? 0 : errno
    }
}
