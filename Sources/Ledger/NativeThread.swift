import Glibc

/// A thread of the system's, for what may block.
final class NativeThread: @unchecked Sendable {
    // `@unchecked`: `hasEnded` is touched under the lock alone.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var hasEnded = false
    private let body: @Sendable () -> Void

    /// Runs a body on a thread of its own, which nobody need wait for.
    ///
    /// - Throws: `LedgerError.unavailable` if the system gives no thread.
    init(_ body: @escaping @Sendable () -> Void) throws(LedgerError) {
        self.body = body
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
        let box = Unmanaged.passRetained(self)
        var handle = pthread_t()
        let code = pthread_create(
            &handle, nil,
            { raw in
                if let raw { Unmanaged<NativeThread>.fromOpaque(raw).takeRetainedValue().run() }
                return nil
            }, box.toOpaque())
        guard code == 0 else {
            box.release()
            throw .unavailable("cannot start a thread: \(String(cString: strerror(code)))")
        }
        pthread_detach(handle)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    private func run() {
        body()
        pthread_mutex_lock(mutex)
        hasEnded = true
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
    }

    /// Waits for the end of the body.
    func join() {
        pthread_mutex_lock(mutex)
        while !hasEnded { pthread_cond_wait(condition, mutex) }
        pthread_mutex_unlock(mutex)
    }

    /// Waits for the end of the body, for a second at most; true if it has ended.
    func joinForASecond() -> Bool {
        var moment = timespec()
        clock_gettime(CLOCK_REALTIME, &moment)
        moment.tv_sec += 1
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while !hasEnded, pthread_cond_timedwait(condition, mutex, &moment) == 0 {}
        return hasEnded
    }
}
