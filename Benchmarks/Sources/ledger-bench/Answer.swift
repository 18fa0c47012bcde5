import Glibc

/// What one share of a workload came to, and its line of JSON.
struct Answer: Sendable {
    var events = 0
    var seconds = 0.0
    /// How long each append, commit or reading took, in nanoseconds.
    var latencies: [UInt64] = []
    /// More members of the answer, as JSON.
    var extra: [(name: String, json: String)] = []

    /// Latencies fall into buckets: 128 in each octave, so a value is known to 0.8 %.
    private var histogram: [Int: Int] {
        var buckets: [Int: Int] = [:]
        for latency in latencies {
            let value = max(latency, 1)
            let octave = 63 - value.leadingZeroBitCount
            buckets[octave * 128 + Int((value << 7) >> UInt64(octave) & 127), default: 0] += 1
        }
        return buckets
    }

    var json: String {
        let buckets = histogram.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }
        let more = extra.map { ",\"\($0.name)\":\($0.json)" }.joined()
        return "{\"events\":\(events),\"seconds\":\(seconds),\"histogram\":{\(buckets.joined(separator: ","))}\(more)}"
    }

    mutating func add(_ other: Answer) {
        events += other.events
        latencies += other.latencies
    }

    mutating func note(_ name: String, _ words: String) {
        let escaped = words.flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] }
        extra.append((name, "\"\(String(escaped))\""))
    }
}

/// Nanoseconds of the clock that never goes back.
func now() -> UInt64 { nanoseconds(CLOCK_MONOTONIC) }

/// Microseconds since 1970, as a commit's time.
func wallTime() -> Int64 { Int64(nanoseconds(CLOCK_REALTIME) / 1_000) }

private func nanoseconds(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

/// The moment after so many seconds; never for 0.
func deadline(after seconds: Double, from begin: UInt64) -> UInt64 {
    seconds > 0 ? begin + UInt64(seconds * 1e9) : .max
}
