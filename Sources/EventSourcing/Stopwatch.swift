/// Adds up how long something takes that is done again and again. For one thread.
public final class Stopwatch {
    private let clock: () -> UInt64
    /// All laps together.
    public private(set) var nanoseconds: UInt64 = 0
    public private(set) var laps = 0

    /// - Parameter clock: nanoseconds of a clock that never goes back.
    public init(_ clock: @escaping () -> UInt64) { self.clock = clock }

    /// What the clock says.
    public func now() -> UInt64 { clock() }

    /// Ends a lap that began at a moment.
    public func add(since begun: UInt64) {
        nanoseconds &+= clock() &- begun
        laps += 1
    }
}
