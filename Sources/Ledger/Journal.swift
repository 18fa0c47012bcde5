import EventSourcing
import Glibc
import Wire

/// Commits that are acknowledged, and whose transaction is still open: `ledger.journal`, beside the ledger.
///
/// A commit of LMDB's costs two flushes; an entry here costs one. While commits come thick, the writer keeps one
/// transaction open over many batches, flushes an entry for each, and answers. Whoever opens the ledger after a crash,
/// or writes to it next, takes in what the entries hold and the log does not. Only who holds the writers' lock writes.
///
/// Entries follow each other from the start of the file, each in blocks of its own, so that no flush touches an
/// earlier one. A new transaction begins at the start again: by then the log holds all that was there.
struct Journal: ~Copyable {
    /// The bytes written in advance, so that a flush moves data alone.
    static let bytesMax = 2 << 20
    /// The largest entry. Larger batches gain nothing: they are committed before they are answered.
    static let entryBytesMax = 256 << 10
    static let blockBytes = 4_096

    static let name = "ledger.journal"

    private let path: String
    private var descriptor: CInt = -1
    /// The file is open and has its full length. One that a crash left shorter holds nothing, and is filled again.
    private var isReady = false
    /// Where the next entry goes.
    private var end = 0
    /// Set after a write or a flush that failed: what was written last may or may not be found.
    private(set) var isBroken = false
    /// The file could not be made, as on a disk that is almost full: the ledger does without it.
    private var isMissing = false

    init(in folder: String) { path = folder + "/" + Self.name }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Whether an entry of this size can be written.
    mutating func hasRoom(for byteCount: Int) -> Bool {
        if !isReady, !isMissing {
            isReady = prepare()
            isMissing = !isReady
        }
        return isReady && !isBroken && byteCount <= Self.entryBytesMax
            && end + Self.padded(byteCount) <= Self.bytesMax
    }

    /// Begins again at the start: the log holds all that is here.
    mutating func rewind() { end = 0 }

    /// Makes an entry durable. After an error the journal is broken, and what it holds may or may not be read again.
    ///
    /// - Parameter first: the position of its first event.
    mutating func append(_ entry: consuming JournalEntry, first: Position) throws(LedgerError) {
        let bytes = entry.sealed(first: first)
        do throws(LedgerError) {
            var written = 0
            while written < bytes.count {
                let count = bytes.withUnsafeBytes {
                    pwrite(descriptor, $0.baseAddress.map { $0 + written }, $0.count - written, off_t(end + written))
                }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw Files.failure("write", path) }
                written += count
            }
            guard fdatasync(descriptor) == 0 else { throw Files.failure("flush", path) }
        } catch {
            isBroken = true
            throw error
        }
        end += bytes.count
    }

    /// Opens the file, and on first use fills it with zeros: a flush then changes no length and no place.
    private mutating func prepare() -> Bool {
        guard let isWhole = try? open(creates: true) else { return false }
        if isWhole || (try? fill()) != nil { return true }
        // Nobody used it yet, and a part of it would take the room that the ledger may need.
        close(descriptor)
        descriptor = -1
        Files.remove(path)
        return false
    }

    private func fill() throws(LedgerError) {
        let zeros = [UInt8](repeating: 0, count: 1 << 16)
        for offset in stride(from: 0, to: Self.bytesMax, by: zeros.count) {
            guard pwrite(descriptor, zeros, zeros.count, off_t(offset)) == zeros.count else {
                throw Files.failure("write", path)
            }
        }
        guard fsync(descriptor) == 0 else { throw Files.failure("flush", path) }
        try Files.syncFolder(of: path)
    }

    /// Opens the file if it is not. False if it has not its full length yet.
    private mutating func open(creates: Bool) throws(LedgerError) -> Bool {
        if descriptor < 0 {
            descriptor = Glibc.open(path, O_RDWR | O_CLOEXEC | (creates ? O_CREAT : 0), 0o600)
            guard descriptor >= 0 else { throw Files.failure("open", path) }
        }
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { throw Files.failure("open", path) }
        return info.st_size >= Self.bytesMax
    }

    static func padded(_ byteCount: Int) -> Int { (byteCount + blockBytes - 1) / blockBytes * blockBytes }
}

// MARK: - Reading
extension Journal {
    /// The commits behind a position that were acknowledged and never came into the log; almost always none.
    ///
    /// New entries go behind theirs, until the log holds them.
    /// - Parameter digest: of the last commit of the log, which the first of them must follow.
    mutating func lostCommits(behind position: Position, _ digest: Wire.Digest) throws(LedgerError) -> [JournalEntry
        .Commit]
    {
        guard try exists() else { return [] }
        var (found, place, position, digest) = ([JournalEntry.Commit](), 0, position, digest)
        while let entry = read(at: place, first: position + 1),
            let commits = entry.commits(following: position, digest),
            let last = commits.last
        {
            found += commits
            position = last.record.last
            digest = last.record.digest
            place += Self.padded(entry.byteCount)
        }
        if !found.isEmpty { end = max(end, place) }
        return found
    }

    private mutating func exists() throws(LedgerError) -> Bool {
        if descriptor >= 0 { return true }
        guard Files.exists(path) else { return false }
        isReady = try open(creates: false)
        return true
    }

    /// An entry that is whole, and begins at a position; nil if there is none.
    private func read(at place: Int, first: Position) -> JournalEntry? {
        guard let head = bytes(JournalEntry.headByteCount, at: place),
            let count = JournalEntry.byteCount(head: head, first: first), count <= Self.entryBytesMax,
            place + count <= Self.bytesMax, let whole = bytes(count, at: place)
        else { return nil }
        return JournalEntry(sealed: whole)
    }

    private func bytes(_ count: Int, at place: Int) -> [UInt8]? {
        var read = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { room, filled in
            while read < count {
                let more = pread(descriptor, room.baseAddress.map { $0 + read }, count - read, off_t(place + read))
                if more < 0, errno == EINTR { continue }
                guard more > 0 else { break }
                read += more
            }
            filled = read
        }
        return read == count ? bytes : nil
    }
}
