import Glibc

/// Many senders, one receiver that takes everything at once and sleeps when there is nothing.
///
/// `Synchronization.Mutex` has no condition variable, so this is pthread's.
final class Mailbox<Element: Sendable>: @unchecked Sendable {
    // `@unchecked`: everything below is touched under the lock alone.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let capacity: Int
    private var mail: [Element] = []
    private var isClosed = false
    /// Somebody waits for what the receiver is at.
    private var isUrged = false

    enum Posted { case taken, full, closed }

    init(capacity: Int) {
        self.capacity = capacity
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    func post(_ element: Element) -> Posted {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        if isClosed { return .closed }
        if mail.count >= capacity { return .full }
        mail.append(element)
        if mail.count == 1 { pthread_cond_signal(condition) }
        return .taken
    }

    /// Takes no more; what is there is still received.
    func close() {
        pthread_mutex_lock(mutex)
        isClosed = true
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    /// Ends the receiver's waiting for more, now or when it next waits so.
    func urge() {
        pthread_mutex_lock(mutex)
        isUrged = true
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    /// Takes everything that has arrived, or that arrives within a time, unless it is urged.
    func takeMore(into taken: inout [Element], within nanoseconds: UInt64) {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        let end = Clock.nanoseconds + nanoseconds
        while mail.isEmpty, !isClosed, !isUrged {
            let now = Clock.nanoseconds
            guard now < end else { break }
            var moment = timespec()
            clock_gettime(CLOCK_REALTIME, &moment)
            let sum = moment.tv_nsec + Int(end - now)
            moment.tv_sec += sum / 1_000_000_000
            moment.tv_nsec = sum % 1_000_000_000
            pthread_cond_timedwait(condition, mutex, &moment)
        }
        // A reader waits: what has arrived goes into the next transaction.
        if isUrged {
            isUrged = false
            return
        }
        if taken.isEmpty { swap(&mail, &taken) } else { taken += exchange(&mail, with: []) }
    }

    /// Takes everything that has arrived, without waiting.
    func takeWaiting(into taken: inout [Element]) {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        taken += exchange(&mail, with: [])
    }

    /// Waits, and swaps an empty array for everything that has arrived; false when closed and empty.
    func takeAll(into taken: inout [Element]) -> Bool {
        taken.removeAll(keepingCapacity: true)
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while mail.isEmpty {
            if isClosed { return false }
            pthread_cond_wait(condition, mutex)
        }
        swap(&mail, &taken)
        isUrged = false
        return true
    }
}

/// Time that only goes forward, for how long things take.
enum Clock {
    /// Since some moment, in nanoseconds.
    static var nanoseconds: UInt64 {
        var moment = timespec()
        clock_gettime(CLOCK_MONOTONIC, &moment)
        return UInt64(moment.tv_sec) * 1_000_000_000 + UInt64(moment.tv_nsec)
    }
}
