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
        return true
    }
}
