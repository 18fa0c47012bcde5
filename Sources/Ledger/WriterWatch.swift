import Glibc
import LMDB

/// Looks after the writer once a second while there is work: that nobody waits without end for another process, and
/// that readers which died hold no pages. It sleeps while there is none.
final class WriterWatch: @unchecked Sendable {
    // `@unchecked`: everything that changes is touched under the lock alone.

    /// How long a caller waits for another process that holds the writers' lock, and does not let go of it.
    static let patience = Duration.seconds(5)
    /// How often the slots of dead readers are freed, in seconds.
    static let secondsPerReaderCheck = 5

    private let environment: Environment
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var thread: NativeThread?
    private var isAwake = false
    /// Whether there was work since the last look.
    private var isUsed = false
    private var isClosed = false

    init(_ environment: Environment) {
        self.environment = environment
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// - Parameter giveUp: answers all who wait with these words; called on the watch's own thread.
    func start(giveUp: @escaping @Sendable (String) -> Void) throws(LedgerError) {
        thread = try NativeThread { [self] in run(giveUp) }
    }

    /// There is work.
    func wake() {
        pthread_mutex_lock(mutex)
        isUsed = true
        if !isAwake {
            isAwake = true
            pthread_cond_signal(condition)
        }
        pthread_mutex_unlock(mutex)
    }

    func finish() {
        pthread_mutex_lock(mutex)
        isClosed = true
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
        thread?.join()
    }

    private func run(_ giveUp: (String) -> Void) {
        var seconds = 0
        while sleep() {
            if let words = environment.blockedWords { giveUp(words) }
            seconds += 1
            if seconds.isMultiple(of: Self.secondsPerReaderCheck) { _ = try? environment.clearDeadReaders() }
        }
    }

    /// Sleeps for a second, or until there is work; false once it is closed.
    private func sleep() -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        if !isUsed, environment.lockWait == nil { isAwake = false }
        isUsed = false
        while !isAwake, !isClosed { pthread_cond_wait(condition, mutex) }
        if isClosed { return false }
        var moment = timespec()
        clock_gettime(CLOCK_REALTIME, &moment)
        moment.tv_sec += 1
        pthread_cond_timedwait(condition, mutex, &moment)
        return !isClosed
    }
}

extension Environment {
    /// Says that another process holds the writers' lock, and has for too long; nil if none has.
    var blockedWords: String? {
        guard let wait = lockWait, wait >= WriterWatch.patience else { return nil }
        let seconds = WriterWatch.patience.components.seconds
        guard let holder = lockHolder else { return "another process is writing to \(path) for more than \(seconds) s" }
        return "the process \(holder) holds the lock of \(path) for more than \(seconds) s. "
            + "If it was stopped, `kill -CONT \(holder)` lets it go on; if it hangs, end it"
    }
}
