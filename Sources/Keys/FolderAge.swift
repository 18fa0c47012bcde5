import Glibc

/// When names in a folder last came or went, to a tick of the kernel's clock.
struct FolderAge: Equatable {
    private var seconds = 0
    private var nanoseconds = 0

    /// Names that come within one tick leave it as it was: until so long after it, it proves nothing.
    private static let tickMax = 20_000_000

    init() {}

    init(of path: String) {
        var info = stat()
        guard stat(path, &info) == 0 else { return }
        seconds = info.st_mtim.tv_sec
        nanoseconds = info.st_mtim.tv_nsec
    }

    /// Whether nothing can come any more that would leave it as it is.
    var isSettled: Bool {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        guard 0...1 ~= now.tv_sec - seconds else { return now.tv_sec > seconds }
        return (now.tv_sec - seconds) * 1_000_000_000 + now.tv_nsec - nanoseconds > Self.tickMax
    }
}
