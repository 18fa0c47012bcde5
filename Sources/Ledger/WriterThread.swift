import EventSourcing
import Glibc
import LMDB
import Synchronization

/// The one thread that writes. It drains its mailbox into one transaction, commits, and resumes every caller.
///
/// There is no timer: while one batch is flushed the next one gathers.
final class WriterThread: Sendable {
    /// Commits that may wait for the writer.
    static let waitingMax = 65_536
    /// The largest transaction: LMDB spills pages early, and sorts for long, beyond some such size.
    static let transactionEventsMax = 16_384
    static let transactionBytesMax = 64 << 20

    private let mailbox = Mailbox<PendingCommit>(capacity: waitingMax)
    private let thread = Mutex<pthread_t?>(nil)
    private let stoppedWords = Mutex<String?>(nil)

    /// Why nothing is taken any more; nil while all is well.
    var stopped: String? { stoppedWords.withLock { $0 } }

    /// - Parameter committed: called on the writer thread after each transaction's callers are resumed, with the
    ///   log's last position and the number of commits in it.
    init(
        environment: Environment, tables: Tables,
        committed: @escaping @Sendable (_ head: Position, _ commits: Int) -> Void
    ) throws(LedgerError) {
        let body = Body { [self] in
            var writer = LogWriter(environment: environment, tables: tables)
            var mail: [PendingCommit] = []
            while mailbox.takeAll(into: &mail) {
                var rest = mail[...]
                while !rest.isEmpty {
                    let count = Self.transactionLength(of: rest)
                    serve(rest.prefix(count), with: &writer, committed)
                    rest = rest.dropFirst(count)
                }
            }
        }
        var handle = pthread_t()
        let box = Unmanaged.passRetained(body)
        let code = pthread_create(
            &handle, nil,
            { raw in
                if let raw { Unmanaged<Body>.fromOpaque(raw).takeRetainedValue().run() }
                return nil
            }, box.toOpaque())
        guard code == 0 else {
            box.release()
            throw .unavailable("cannot start the writer's thread: \(String(cString: strerror(code)))")
        }
        thread.withLock { $0 = handle }
    }

    /// Waits for everything posted so far, and ends the thread.
    func finish() {
        mailbox.close()
        if let handle = thread.withLock({ thread in exchange(&thread, with: nil) }) { pthread_join(handle, nil) }
    }

    /// Hands a commit over. The caller is resumed once it is flushed or refused.
    func post(_ pending: PendingCommit) {
        switch mailbox.post(pending) {
        case .taken: return
        case .full: pending.settle(.failure(.unavailable("\(Self.waitingMax) commits are waiting")))
        case .closed: pending.settle(.failure(.unavailable("the ledger has been closed")))
        }
        pending.resume()
    }

    private func serve(
        _ batch: ArraySlice<PendingCommit>, with writer: inout LogWriter, _ committed: (Position, Int) -> Void
    ) {
        writer.write(batch)
        if let words = writer.stopped { stoppedWords.withLock { $0 = words } }
        var commits = 0
        for pending in batch {
            if pending.isWritten { commits += 1 }
            pending.resume()
        }
        if commits > 0 { committed(writer.head, commits) }
        writer.tidy()
    }

    /// How many of these go into one transaction: all of them, up to its limits; at least one.
    private static func transactionLength(of mail: ArraySlice<PendingCommit>) -> Int {
        var events = 0
        var bytes = 0
        var count = 0
        for pending in mail {
            events += pending.prepared.events.count
            bytes += pending.prepared.byteCount
            if count > 0, events > transactionEventsMax || bytes > transactionBytesMax { break }
            count += 1
        }
        return count
    }

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
