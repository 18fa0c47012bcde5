import EventSourcing
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
    private let environment: Environment
    private let watch: WriterWatch
    private let thread = Mutex<NativeThread?>(nil)
    /// Commits that the writer has taken, and that are in no transaction yet.
    private let inFlight = Mutex<ArraySlice<PendingCommit>>([])
    private let stoppedWords = Mutex<String?>(nil)

    /// Why nothing is taken any more; nil while all is well.
    var stopped: String? { stoppedWords.withLock { $0 } }

    /// - Parameter committed: called on the writer thread after each transaction's callers are resumed, with the
    ///   log's last position and the number of commits in it.
    init(
        environment: Environment, tables: Tables,
        committed: @escaping @Sendable (_ head: Position, _ commits: Int) -> Void
    ) throws(LedgerError) {
        self.environment = environment
        watch = WriterWatch(environment)
        try watch.start { [weak self] words in self?.giveUp(words) }
        let started = try NativeThread { [self] in
            var writer = LogWriter(environment: environment, tables: tables)
            var mail: [PendingCommit] = []
            while mailbox.takeAll(into: &mail) { serve(mail, with: &writer, committed) }
        }
        thread.withLock { $0 = started }
    }

    /// Waits for everything posted so far, and ends the thread.
    ///
    /// A thread that waits for another process, and has for too long, is left behind: it ends without having written.
    func finish() {
        mailbox.close()
        guard let thread = thread.withLock({ thread in exchange(&thread, with: nil) }) else { return }
        while !thread.joinForASecond() {
            guard let words = environment.blockedWords else { continue }
            giveUp(words)
            break
        }
        watch.finish()
    }

    /// Answers all whose commits are not in a transaction yet.
    private func giveUp(_ words: String) {
        var waiting = Array(inFlight.withLock { exchange(&$0, with: []) })
        mailbox.takeWaiting(into: &waiting)
        for pending in waiting {
            pending.settle(.failure(.unavailable(words)))
            pending.resume()
        }
    }

    /// Whether the commits that the writer has taken are still its own; from now on nobody else answers them.
    private func claim() -> Bool {
        inFlight.withLock { !exchange(&$0, with: []).isEmpty }
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
        _ mail: [PendingCommit], with writer: inout LogWriter, _ committed: (Position, Int) -> Void
    ) {
        watch.wake()
        var rest = mail[...]
        while !rest.isEmpty {
            let batch = rest.prefix(Self.transactionLength(of: rest))
            inFlight.withLock { $0 = rest }
            // Given up on: all of them have been answered.
            guard writer.write(batch, claim: claim) else { return }
            if let words = writer.stopped { stoppedWords.withLock { $0 = words } }
            var commits = 0
            for pending in batch {
                if pending.isWritten { commits += 1 }
                pending.resume()
            }
            if commits > 0 { committed(writer.head, commits) }
            writer.tidy()
            rest = rest.dropFirst(batch.count)
        }
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
}
