import Coordinator
import EventSourcing
import Glibc

/// The clock and the chance of this machine.
struct LiveWorld: World {
    func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(time.tv_sec) * 1_000_000 + Timestamp(time.tv_nsec) / 1_000
    }

    /// Nanoseconds of a clock that never goes back, for measuring.
    func ticks() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    func random() -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }

    func sleep(until time: Timestamp) async {
        let wait = time - now()
        guard wait > 0 else { return }
        try? await Task.sleep(for: .microseconds(wait))
    }
}
