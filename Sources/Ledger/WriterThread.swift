import EventSourcing
import LMDB
import Synchronization

/// The one thread that writes. It drains its mailbox into one transaction, commits, and resumes every caller.
///
/// There is no timer: while one batch is flushed the next one gathers. While commits follow each other closely, the
/// journal makes them durable, and one transaction takes many batches.
final class WriterThread: Sendable {
    /// Commits that may wait for the writer.
    static let waitingMax = 65_536
    /// The largest transaction: LMDB spills pages early, and sorts for long, beyond some such size.
    static let transactionEventsMax = 16_384
    static let transactionBytesMax = 64 << 20

    private let mailbox = Mailbox<PendingCommit>(capacity: waitingMax)
    private let environment: Environment
    private let watch: WriterWatch
    private let barrier = ReadBarrier()
    private let thread = Mutex<NativeThread?>(nil)
    /// Commits that the writer has taken, and that are in no transaction yet.
    private let inFlight = Mutex<ArraySlice<PendingCommit>>([])
    private let stoppedWords = Mutex<String?>(nil)

    /// Why nothing is taken any more; nil while all is well.
    var stopped: String? { stoppedWords.withLock { $0 } }

    /// Whether a reader of any process hangs, so that the file grows.
    var isHeldBack: Bool { watch.isHeldBack }

    /// - Parameters:
    ///   - folder: that of the journal.
    ///   - journal: when it is used.
    ///   - committed: called on the writer thread after each transaction's callers are resumed, with the
    ///     log's last position and the number of commits in it.
    init(
        environment: Environment, tables: Tables, folder: String, journal: Ledger.JournalUse,
        committed: @escaping @Sendable (_ head: Position, _ commits: Int) -> Void
    ) throws(LedgerError) {
        self.environment = environment
        watch = WriterWatch(environment)
        try watch.start { [weak self] words in self?.giveUp(words) }
        let started = try NativeThread { [self] in
            var writer = LogWriter(environment: environment, tables: tables, folder: folder) { [self] words in
                stoppedWords.withLock { $0 = words }
            }
            var pace = WriterPace(journal)
            var mail: [PendingCommit] = []
            while mailbox.takeAll(into: &mail) { serve(mail, with: &writer, &pace, committed) }
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
    func claim() -> Bool {
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
        _ mail: [PendingCommit], with writer: inout LogWriter, _ pace: inout WriterPace,
        _ committed: (Position, Int) -> Void
    ) {
        watch.wake()
        var rest = mail[...]
        while !rest.isEmpty {
            inFlight.withLock { $0 = rest }
            pace.begin(reads: barrier.reads.load(ordering: .relaxed), isHeldBack: watch.isHeldBack)
            var feed = WriterFeed(self, barrier, rest: rest, pace)
            let isCommitted = writer.write(&feed)
            if feed.isGivenUp { return }
            if feed.hasAcknowledged { reveal(isCommitted, &writer) }
            if isCommitted, feed.commits > 0 { committed(writer.head, feed.commits) }
            writer.tidy()
            rest = feed.rest
        }
    }

    /// Lets readers see what was acknowledged; if its transaction failed, by taking it from the journal.
    private func reveal(_ isCommitted: Bool, _ writer: inout LogWriter) {
        if isCommitted { return barrier.reveal() }
        do {
            if writer.stopped == nil { try writer.recover() }
        } catch {
            writer.stop("\(error). Nothing is taken until the ledger has been opened again")
        }
        if let words = writer.stopped {
            barrier.fail("\(words). What was acknowledged last is safe, and can be read then")
        } else {
            barrier.reveal()
        }
    }

    /// Lets a reader see everything that was acknowledged.
    func settleReads() throws(ReadFailure) {
        try barrier.pass { mailbox.urge() }
    }

    /// What has arrived, or arrives within a time; nothing if a reader waits.
    func takeMore(within nanoseconds: UInt64) -> ArraySlice<PendingCommit> {
        var mail: [PendingCommit] = []
        mailbox.takeMore(into: &mail, within: nanoseconds)
        return mail[...]
    }

    /// How many of these go into one transaction: all of them, up to its limits; at least one.
    static func transactionLength(of mail: ArraySlice<PendingCommit>) -> Int {
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
