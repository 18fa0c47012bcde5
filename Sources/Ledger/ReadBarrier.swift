import EventSourcing
import Glibc
import Synchronization

/// Lets a reader of this process see everything that was acknowledged in it.
///
/// While a transaction is open its commits can be acknowledged, by the journal, and not be read. A reader then asks the
/// writer to end the transaction, and waits for that: as long as an append without a journal would have taken.
final class ReadBarrier: @unchecked Sendable {
    // `@unchecked`: what is no atomic is touched under the lock alone.
    private let acknowledged = Atomic<Position>(0)
    private let visible = Atomic<Position>(0)
    /// Reads so far: whoever reads between appends would wait, so for them the journal gains nothing.
    let reads = Atomic<Int>(0)
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var failure: String?

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// This position is durable, and cannot be read yet. Called before anybody is told.
    func acknowledge(_ head: Position) { acknowledged.store(head, ordering: .releasing) }

    /// Everything acknowledged can be read.
    func reveal() {
        pthread_mutex_lock(mutex)
        visible.store(acknowledged.load(ordering: .acquiring), ordering: .releasing)
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
    }

    /// What was acknowledged is safe in the journal, and cannot be read before the ledger is opened again.
    func fail(_ words: String) {
        pthread_mutex_lock(mutex)
        failure = words
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
    }

    /// Waits until everything acknowledged so far can be read.
    ///
    /// - Parameter urge: asks the writer to end its transaction.
    func pass(urge: () -> Void) throws(ReadFailure) {
        reads.add(1, ordering: .relaxed)
        let wanted = acknowledged.load(ordering: .acquiring)
        guard visible.load(ordering: .acquiring) < wanted else { return }
        urge()
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while visible.load(ordering: .acquiring) < wanted, failure == nil { pthread_cond_wait(condition, mutex) }
        if let failure { throw ReadFailure(failure) }
    }
}
