import Glibc

/// When names in a folder last came or went.
struct FolderAge: Equatable {
    private var seconds = 0
    private var nanoseconds = 0

    init() {}

    init(of path: String) {
        var info = stat()
        guard stat(path, &info) == 0 else { return }
        seconds = info.st_mtim.tv_sec
        nanoseconds = info.st_mtim.tv_nsec
    }
}
