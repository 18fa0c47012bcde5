import Glibc
import Synchronization

/// Ctrl-C, and a polite kill, while something runs that can end well: the first asks it to, the second ends it.
enum Interruption {
    /// Thrown by what was asked to end, once all is as it should be.
    struct Ended: Error {
        let signal: Int32
    }

    private static let signals = [SIGINT, SIGTERM]
    private static let asked = Atomic<Int32>(0)

    /// Runs a body that looks at `check` now and then.
    static func whileListening<Result>(_ body: () async throws -> Result) async rethrows -> Result {
        _ = asked.load(ordering: .relaxed)
        for number in signals {
            signal(number) { number in
                Interruption.asked.store(number, ordering: .relaxed)
                signal(number, SIG_DFL)
            }
        }
        defer { for number in signals { signal(number, SIG_DFL) } }
        return try await body()
    }

    /// Throws `Ended` once somebody asked for it.
    static func check() throws(Ended) {
        let signal = asked.load(ordering: .relaxed)
        if signal != 0 { throw Ended(signal: signal) }
    }

    /// Ends the process as the signal would have, so that whoever started it sees that.
    static func end(by number: Int32) -> Never {
        signal(number, SIG_DFL)
        raise(number)
        exit(128 + number)
    }
}
