import Glibc
import LMDB
import Synchronization

/// Looks after the writer four times a second while there is work: that nobody waits without end for another process,
/// that readers which died hold no pages, and whether one that lives does. It sleeps while there is none.
final class WriterWatch: @unchecked Sendable {
    // `@unchecked`: everything that changes is touched under the lock alone.

    /// How long a caller waits for another process that holds the writers' lock, and does not let go of it.
    static let patience = Duration.seconds(5)
    /// The time between two looks, in nanoseconds.
    static let pauseNanoseconds = 250_000_000
    /// How often the slots of dead readers are freed, in looks.
    static let looksPerReaderCheck = 20

    /// Whether a reader kept its transaction from one look to the next while others were committed: until it ends, no
    /// page that was in use then is used again.
    var isHeldBack: Bool { heldBack.load(ordering: .relaxed) }

    private let heldBack = Atomic(false)
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
        var looks = 0
        var oldest: OpenReader?
        while sleep() {
            if let words = environment.blockedWords { giveUp(words) }
            let reader = (try? environment.oldestReader()).flatMap { $0.commitsBehind > 0 ? $0.reader : nil }
            heldBack.store(reader != nil && reader == oldest, ordering: .relaxed)
            oldest = reader
            looks += 1
            if looks.isMultiple(of: Self.looksPerReaderCheck) { _ = try? environment.clearDeadReaders() }
        }
    }

    /// Sleeps until the next look, or until there is work; false once it is closed.
    private func sleep() -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        if !isUsed, environment.lockWait == nil { isAwake = false }
        isUsed = false
        while !isAwake, !isClosed { pthread_cond_wait(condition, mutex) }
        if isClosed { return false }
        var moment = timespec()
        clock_gettime(CLOCK_REALTIME, &moment)
        moment.tv_nsec += Self.pauseNanoseconds
        if moment.tv_nsec >= 1_000_000_000 {
            moment.tv_sec += 1
            moment.tv_nsec -= 1_000_000_000
        }
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
