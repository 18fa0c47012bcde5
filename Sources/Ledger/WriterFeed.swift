import EventSourcing

/// What one transaction is fed with: what was taken from the mailbox, and, with the journal, what arrives meanwhile.
struct WriterFeed: LogWriter.Feed {
    /// How long a transaction stays open, in nanoseconds: other processes see nothing of it before it ends.
    static let openNanosecondsMax: UInt64 = 5_000_000
    /// How long it waits for the next commit before it ends, in nanoseconds.
    static let pauseNanosecondsMax: UInt64 = 200_000

    private let thread: WriterThread
    private let barrier: ReadBarrier
    let usesJournal: Bool
    /// Commits that were taken from the mailbox and are in no batch yet.
    private(set) var rest: ArraySlice<PendingCommit>
    /// Somebody else answered what was in flight.
    private(set) var isGivenUp = false
    /// Commits written.
    private(set) var commits = 0
    private(set) var hasAcknowledged = false
    private var events = 0
    private var end: UInt64 = 0

    init(_ thread: WriterThread, _ barrier: ReadBarrier, rest: ArraySlice<PendingCommit>, usesJournal: Bool) {
        self.thread = thread
        self.barrier = barrier
        self.rest = rest
        self.usesJournal = usesJournal
    }

    mutating func claim() -> ArraySlice<PendingCommit>? {
        guard thread.claim() else {
            isGivenUp = true
            return nil
        }
        end = Clock.nanoseconds + Self.openNanosecondsMax
        return takeBatch()
    }

    mutating func acknowledge(_ batch: ArraySlice<PendingCommit>, head: Position, isVisible: Bool) {
        if !isVisible {
            hasAcknowledged = true
            barrier.acknowledge(head)
        }
        for pending in batch {
            if pending.isWritten { commits += 1 }
            pending.resume()
        }
    }

    mutating func next() -> ArraySlice<PendingCommit>? {
        guard events < WriterThread.transactionEventsMax, Clock.nanoseconds < end else { return nil }
        if rest.isEmpty { rest = thread.takeMore(within: Self.pauseNanosecondsMax) }
        return rest.isEmpty ? nil : takeBatch()
    }

    private mutating func takeBatch() -> ArraySlice<PendingCommit> {
        let batch = rest.prefix(WriterThread.transactionLength(of: rest))
        rest = rest.dropFirst(batch.count)
        events += batch.reduce(0) { $0 + $1.prepared.events.count }
        return batch
    }
}

/// When the journal is used: while nobody reads between one commit and the next.
///
/// A commit alone is durable and can be read after two flushes. With the journal it is durable after one, and a reader
/// waits for two more. So whoever appends and reads in turn is better off without, and all others with it.
struct WriterPace {
    /// So many transactions must have gone by without a read.
    static let streakMin = 3

    private let journal: Ledger.JournalUse
    private var streak = 0
    private var lastReads = 0

    init(_ journal: Ledger.JournalUse) { self.journal = journal }

    var usesJournal: Bool {
        switch journal {
        case .always: true
        case .unlessRead: streak >= Self.streakMin
        case .never: false
        }
    }

    /// A transaction begins; so many reads there were so far.
    mutating func begin(reads: Int) {
        streak = reads == lastReads ? streak + 1 : 0
        lastReads = reads
    }
}
