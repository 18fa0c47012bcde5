import Synchronization

/// Names a file, whatever path leads to it.
struct FileIdentity: Hashable, Sendable {
    let device: UInt64
    let inode: UInt64
}

/// Which files this process has open.
///
/// Opening one twice seems to work and is not safe: closing either drops the locks of both (`lmdb.h`, caveats).
enum EnvironmentRegistry {
    private static let files = Mutex<Set<FileIdentity>>([])

    /// False if the file is open already.
    static func enter(_ file: FileIdentity) -> Bool { files.withLock { $0.insert(file).inserted } }

    static func leave(_ file: FileIdentity) { files.withLock { _ = $0.remove(file) } }
}
