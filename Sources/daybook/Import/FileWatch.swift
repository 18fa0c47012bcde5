import Glibc

/// Notices what changes in some folders: by inotify, or by looking again and again where there is none to be had.
final class FileWatch {
    /// Folders that inotify is asked to watch; beyond that it is looked.
    static let foldersMax = 4_096
    /// How long nothing must have happened before what happened is told, in milliseconds.
    static let quietMilliseconds: Int64 = 300
    /// How long something may go on happening before it is told anyway, in milliseconds.
    static let busyMillisecondsMax: Int64 = 3_000
    /// Between two looks, in milliseconds.
    static let lookMilliseconds: Int64 = 100
    static let pollMilliseconds: Int64 = 2_000

    private let folders: () -> [String]
    private let inotify: CInt
    private var watched: Set<String> = []
    private var stamps: [String: Stamp] = [:]
    private(set) var isPolling = false

    private struct Stamp: Equatable {
        let seconds: Int
        let nanoseconds: Int
        let size: Int64
        let inode: UInt
    }

    /// - Parameter folders: all that are watched, as they are now, those within others too.
    init(_ folders: @escaping () -> [String]) {
        self.folders = folders
        inotify = inotify_init1(CInt(IN_NONBLOCK | IN_CLOEXEC))
        if inotify < 0 { isPolling = true }
        watch()
        if isPolling { stamps = look() }
    }

    deinit { if inotify >= 0 { close(inotify) } }

    /// Returns once something has changed and it has been quiet since; false if that took longer than it may.
    ///
    /// - Parameter milliseconds: the longest to wait; nil for as long as it takes.
    func wait(atMost milliseconds: Int64?) async throws -> Bool {
        var waited: Int64 = 0
        var quiet: Int64?
        var busy: Int64 = 0
        while true {
            try Task.checkCancellation()
            let pause = isPolling && quiet == nil ? Self.pollMilliseconds : Self.lookMilliseconds
            try await Task.sleep(nanoseconds: UInt64(pause) * 1_000_000)
            waited += pause
            if quiet != nil { busy += pause }
            if busy >= Self.busyMillisecondsMax { return true }
            if takeChanges() {
                quiet = 0
                // A new folder is watched from now on.
                watch()
            } else if let since = quiet {
                if since + pause >= Self.quietMilliseconds { return true }
                quiet = since + pause
            }
            if let milliseconds, waited >= milliseconds, quiet == nil { return false }
        }
    }

    private func watch() {
        guard !isPolling else { return }
        let events = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF
        let now = folders()
        guard now.count <= Self.foldersMax else { return startPolling() }
        for folder in now where !watched.contains(folder) {
            // The kernel's own limit, for instance.
            guard inotify_add_watch(inotify, folder, UInt32(events)) >= 0 || errno == ENOENT else {
                return startPolling()
            }
            watched.insert(folder)
        }
        watched.formIntersection(now)
    }

    private func startPolling() {
        isPolling = true
        stamps = look()
    }

    private func takeChanges() -> Bool {
        guard !isPolling else {
            let now = look()
            defer { stamps = now }
            return now != stamps
        }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var hasChanged = false
        while read(inotify, &buffer, buffer.count) > 0 { hasChanged = true }
        return hasChanged
    }

    private func look() -> [String: Stamp] {
        var found: [String: Stamp] = [:]
        for folder in folders() {
            guard let stream = opendir(folder) else { continue }
            defer { closedir(stream) }
            while let entry = readdir(stream) {
                let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                guard !name.hasPrefix(".") else { continue }
                var status = stat()
                guard lstat("\(folder)/\(name)", &status) == 0 else { continue }
                found["\(folder)/\(name)"] = Stamp(
                    seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec, size: Int64(status.st_size),
                    inode: UInt(status.st_ino))
            }
        }
        return found
    }
}
