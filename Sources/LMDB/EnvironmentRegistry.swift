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

    /// - Parameter close: closes the file. Nobody enters meanwhile: once it is closed, its inode can be another's.
    static func leave(_ file: FileIdentity, close: () -> Void = {}) {
        files.withLock { files in
            close()
            files.remove(file)
        }
    }
}
