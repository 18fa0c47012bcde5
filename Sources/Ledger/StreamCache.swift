import EventSourcing
import Glibc
import LMDB
import Synchronization
import Wire

/// Copies of long streams, each in pieces that lie together: `streams.mdb`, beside the ledger.
///
/// The records of one stream lie scattered through the log, so reading many of them is one cache miss after another.
/// Whoever had to walk far along a stream leaves copies here for the next reader. The file may be deleted at any time;
/// nothing is lost, and the log wins: a piece that does not fit it is dropped.
///
/// It is written without waiting for the disk. So that a crash of the machine cannot leave a torn file behind that
/// somebody would open, a small file beside it says in which boot it is written; in another boot it begins anew.
final class StreamCache: Sendable {
    /// Events of one piece.
    static let eventsPerSegment: StreamVersion = 512
    /// A reader that walked over fewer events than this leaves nothing here.
    static let eventsWalkedMin = 1_024
    /// Address space for the file.
    static let mapBytes = 1 << 38

    /// Pieces that are written in one go.
    private static let segmentsPerWrite = 16

    private let path: String
    /// Nil if it is not open; then and for good if it cannot be opened.
    private let state = Mutex(State())

    private struct State: Sendable {
        var isTried = false
        var file: SegmentFile?
        /// The thread that copies, and whether it is done.
        var copier: pthread_t?
        var isCopying = false
    }

    init(in directory: String) { path = directory + "/streams.mdb" }

    /// The file, opened on first use.
    ///
    /// - Parameter makes: whether one that is not there is made.
    private func file(makes: Bool) -> SegmentFile? {
        state.withLock { state in
            if let file = state.file { return file }
            guard !state.isTried, makes || Files.exists(path) else { return nil }
            state.isTried = true
            state.file = SegmentFile(path)
            return state.file
        }
    }

    /// Waits for copies that are being made, and closes the file.
    func close() {
        settle()
        let file = state.withLock { state in
            state.isTried = true
            return exchange(&state.file, with: nil)
        }
        file?.environment.close()
    }
}

// MARK: - Reading
extension StreamCache {
    /// Lends the piece that begins behind a version, if there is one and it fits the log.
    ///
    /// - Parameter transaction: a window on the log.
    /// - Returns: what the body returns; nil without such a piece.
    func withSegment<Result>(
        of head: Head, behind version: StreamVersion, in transaction: borrowing ReadTransaction, _ tables: Tables,
        _ body: (borrowing Segment) throws -> Result?
    ) throws -> Result? {
        let number = version / Self.eventsPerSegment
        // Only whole pieces are kept.
        guard head.version >= (number + 1) * Self.eventsPerSegment, let file = file(makes: false) else { return nil }
        var isUnfit = false
        var result: Result?
        do {
            try file.read(SegmentKey(stream: head.number, number: number)) { segment in
                isUnfit = try !segment.fits(transaction, tables)
                if !isUnfit { result = try body(segment) }
            }
        } catch let error as LMDBError where error.cause != .closed {
            isUnfit = true
        }
        // It is of another history, or damaged: so may be the others.
        if isUnfit { file.removeAll() }
        return result
    }
}

// MARK: - Writing
extension StreamCache {
    /// Begins to copy a stream's records behind a version, on a thread of its own. If one is copying already, it is
    /// left to the next reader. What cannot be copied is not: nobody is harmed.
    func copy(_ stream: StreamName, behind version: StreamVersion, from environment: Environment, _ tables: Tables) {
        state.withLock { state in
            guard !state.isCopying else { return }
            if let done = exchange(&state.copier, with: nil) { pthread_join(done, nil) }
            let work = Work { [self] in
                try? environment.read { transaction in
                    guard let head = try tables.head(of: stream, in: transaction) else { return }
                    let places = try tables.places(of: stream, to: head, behind: version, in: transaction)
                    try keep(places, of: head, from: version + 1, in: transaction, tables)
                }
                self.state.withLock { $0.isCopying = false }
            }
            var thread = pthread_t()
            let box = Unmanaged.passRetained(work)
            let code = pthread_create(
                &thread, nil,
                { raw in
                    if let raw { Unmanaged<Work>.fromOpaque(raw).takeRetainedValue().run() }
                    return nil
                }, box.toOpaque())
            guard code == 0 else { return box.release() }
            state.copier = thread
            state.isCopying = true
        }
    }

    /// Waits for copies that are being made.
    func settle() {
        if let copier = state.withLock({ state in exchange(&state.copier, with: nil) }) { pthread_join(copier, nil) }
    }

    /// Keeps copies of records, whole pieces only.
    ///
    /// - Parameter first: the version of the first of them.
    private func keep(
        _ places: [ValuePlace], of head: Head, from first: StreamVersion, in transaction: borrowing ReadTransaction,
        _ tables: Tables
    ) throws {
        guard let file = file(makes: true) else { return }
        let size = Int(Self.eventsPerSegment)
        // The first piece that lies within.
        var start = (size - Int(first - 1) % size) % size
        var segments: [(key: SegmentKey, bytes: [UInt8])] = []
        while start + size <= places.count {
            let version = first + StreamVersion(start)
            let key = SegmentKey(stream: head.number, number: (version - 1) / Self.eventsPerSegment)
            if let bytes = Segment.bytes(places[start..<start + size], in: transaction, tables) {
                segments.append((key, bytes))
            }
            start += size
            if segments.count == Self.segmentsPerWrite {
                try file.put(segments)
                segments.removeAll(keepingCapacity: true)
            }
        }
        try file.put(segments)
    }

    private final class Work: Sendable {
        let run: @Sendable () -> Void
        init(run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
