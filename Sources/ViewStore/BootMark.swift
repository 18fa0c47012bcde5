/// Names the time since the machine was started.
public enum BootID {
    /// Linux makes it at random at every start (`random(4)`); nil if it cannot be read.
    public static func current() -> String? {
        guard let text = SmallFile.read("/proc/sys/kernel/random/boot_id") else { return nil }
        let id = text.prefix { $0 != "\n" }
        return id.isEmpty ? nil : String(id)
    }
}

/// Says whether a view's file can be trusted after the machine was started anew.
///
/// Views are written without waiting for the disk. A killed process harms nothing, for the kernel keeps what was
/// written; a crash of the machine may leave a torn file, which LMDB must not even open. So before the first write a
/// small durable file beside it says in which boot it is written, and a checkpoint says that all of it is on disk.
enum BootMark {
    private static let synced = "synced\n"

    static func path(for file: String) -> String { file + ".boot" }

    /// Whether everything in the file survived.
    static func isTrusted(_ file: String, boot: String?) -> Bool {
        guard let mark = SmallFile.read(path(for: file)) else { return false }
        guard mark != synced else { return true }
        return boot.map { mark == writing($0) } ?? false
    }

    /// To be called before each write; costs a flush only when the file was at a checkpoint.
    static func begin(_ file: String, boot: String?) throws(ViewFailure) {
        let mark = writing(boot ?? "unknown")
        if SmallFile.read(path(for: file)) != mark {
            try SmallFile.replace(path(for: file), with: mark, isDurable: true)
        }
    }

    /// To be called when the file was flushed, while nobody writes.
    static func settle(_ file: String) throws(ViewFailure) {
        try SmallFile.replace(path(for: file), with: synced, isDurable: true)
    }

    private static func writing(_ boot: String) -> String { "boot \(boot)\n" }
}
