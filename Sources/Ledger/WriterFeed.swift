import EventSourcing

/// What one transaction is fed with: what was taken from the mailbox, and, with the journal, what arrives meanwhile.
struct WriterFeed: LogWriter.Feed {
    private let thread: WriterThread
    private let barrier: ReadBarrier
    private let pace: WriterPace
    /// Commits that were taken from the mailbox and are in no batch yet.
    private(set) var rest: ArraySlice<PendingCommit>
    /// Somebody else answered what was in flight.
    private(set) var isGivenUp = false
    /// Commits written.
    private(set) var commits = 0
    private(set) var hasAcknowledged = false
    private var events = 0
    private var end: UInt64 = 0

    init(_ thread: WriterThread, _ barrier: ReadBarrier, rest: ArraySlice<PendingCommit>, _ pace: WriterPace) {
        self.thread = thread
        self.barrier = barrier
        self.rest = rest
        self.pace = pace
    }

    var usesJournal: Bool { pace.usesJournal }

    mutating func claim() -> ArraySlice<PendingCommit>? {
        guard thread.claim() else {
            isGivenUp = true
            return nil
        }
        end = Clock.nanoseconds + pace.openNanosecondsMax
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
        let now = Clock.nanoseconds
        guard events < WriterThread.transactionEventsMax, now < end else { return nil }
        if rest.isEmpty { rest = thread.takeMore(within: min(pace.pauseNanosecondsMax, end - now)) }
        return rest.isEmpty ? nil : takeBatch()
    }

    private mutating func takeBatch() -> ArraySlice<PendingCommit> {
        let batch = rest.prefix(WriterThread.transactionLength(of: rest))
        rest = rest.dropFirst(batch.count)
        events += batch.reduce(0) { $0 + $1.prepared.events.count }
        return batch
    }
}
