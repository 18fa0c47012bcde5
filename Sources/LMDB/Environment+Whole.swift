import Glibc

extension Environment {
    /// Checks that a file has every page that its own last page says is in use, before anyone maps it.
    ///
    /// A page that is mapped and not there is no error that a program could catch: the kernel ends the process
    /// (SIGBUS). So the two meta pages are read as plain bytes first. An empty or missing file passes: it is a new one.
    /// A page at the end that was taken and given back within one transaction is never written; LMDB then lists it as
    /// free, and the file is rightly shorter.
    /// - Throws: `LMDBError` with the cause `truncated` or `notAnEnvironment`.
    public static func checkWhole(_ path: String) throws(LMDBError) {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return }
            throw LMDBError(code: errno, "open", path)
        }
        defer { Glibc.close(descriptor) }
        var transaction: UInt64?
        while true {
            let first = try MetaPage(descriptor, at: 0, path)
            guard let first else { return try checkEmpty(descriptor, path) }
            let second = try MetaPage(descriptor, at: first.pageBytes, path)
            let newest = [first, second].compactMap(\.self).max { $0.transaction < $1.transaction } ?? first
            // The length is asked last: whoever commits meanwhile writes its pages before it names them.
            let expected = max(newest.lastPage + 1, 2) * first.pageBytes
            let bytes = try length(descriptor, path)
            if bytes >= expected { return }
            let there = PlainPages(descriptor, pageBytes: Int(first.pageBytes), count: bytes / first.pageBytes, path)
            if try there.listsAsFree(there.count...newest.lastPage, root: newest.freeRoot) { return }
            // Whoever commits meanwhile may have used pages that this list was read from.
            guard newest.transaction != transaction else {
                throw LMDBError(.truncated(bytes: bytes, expected: expected), "open", path)
            }
            transaction = newest.transaction
        }
    }

    private static func checkEmpty(_ descriptor: CInt, _ path: String) throws(LMDBError) {
        let bytes = try length(descriptor, path)
        if bytes > 0 { throw LMDBError(.truncated(bytes: bytes, expected: 2 * 4_096), "open", path) }
    }

    private static func length(_ descriptor: CInt, _ path: String) throws(LMDBError) -> UInt64 {
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { throw LMDBError(code: errno, "open", path) }
        return UInt64(info.st_size)
    }
}

/// What a meta page says, in the layout of LMDB's data format 1 on 64-bit machines (`MDB_meta` in `mdb.c`).
private struct MetaPage {
    /// The bytes of a meta page that are read: page header, then `MDB_meta`.
    private static let byteCount = 152
    private static let magic: UInt32 = 0xBEEF_C0DE

    let pageBytes: UInt64
    let lastPage: UInt64
    let transaction: UInt64
    /// The root of the tree of free pages; all bits set if it is empty.
    let freeRoot: UInt64

    /// Nil if the file ends before the page does.
    init?(_ descriptor: CInt, at offset: UInt64, _ path: String) throws(LMDBError) {
        var bytes = [UInt8](repeating: 0, count: Self.byteCount)
        let count = pread(descriptor, &bytes, bytes.count, off_t(offset))
        guard count >= 0 else { throw LMDBError(code: errno, "read", path) }
        guard count == bytes.count else { return nil }
        let (magic, page, freeRoot, last, transaction) = bytes.withUnsafeBytes { bytes in
            (
                bytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self),
                bytes.loadUnaligned(fromByteOffset: 40, as: UInt32.self),
                bytes.loadUnaligned(fromByteOffset: 80, as: UInt64.self),
                bytes.loadUnaligned(fromByteOffset: 136, as: UInt64.self),
                bytes.loadUnaligned(fromByteOffset: 144, as: UInt64.self)
            )
        }
        guard magic == Self.magic, (512...65_536).contains(page), last < 1 << 40 else {
            throw LMDBError(.notAnEnvironment, "open", path)
        }
        pageBytes = UInt64(page)
        lastPage = last
        self.freeRoot = freeRoot
        self.transaction = transaction
    }
}
