import Glibc

/// How long a reader holds its window on the file before it takes a new one: pages freed meanwhile cannot be used
/// again, so the file would grow.
struct ReadLease: ~Copyable {
    /// The longest time, in nanoseconds: one second.
    static let nanosecondsMax: UInt64 = 1_000_000_000
    /// The most events, whatever time they take.
    static let eventsMax = 262_144
    /// The clock is asked once in so many events.
    private static let eventsPerLook = 64

    private let end = Self.now() + nanosecondsMax
    private var events = 0

    /// Counts an event, and says whether another may follow.
    mutating func holds() -> Bool {
        events += 1
        guard events < Self.eventsMax else { return false }
        return !events.isMultiple(of: Self.eventsPerLook) || Self.now() < end
    }

    /// A coarse monotonic clock: 4 ms are fine enough, and it costs a few nanoseconds.
    private static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC_COARSE, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
