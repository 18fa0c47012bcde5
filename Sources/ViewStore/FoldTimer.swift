import EventSourcing

/// What a fold took, by kind of work, in nanoseconds.
public struct FoldShares: Sendable, Equatable {
    /// Walking over the log, with the events that the view passes over.
    public var reading: UInt64 = 0
    /// Reading payloads.
    public var decoding: UInt64 = 0
    /// Changing rows, with finding those that were kept.
    public var folding: UInt64 = 0
    /// Taking the fingerprints of what each event changed.
    public var tracing: UInt64 = 0
    /// Encoding rows, and writing them and their trail to the file.
    public var storing: UInt64 = 0

    public init() {}

    public var total: UInt64 { reading + decoding + folding + tracing + storing }

    public static func + (a: FoldShares, b: FoldShares) -> FoldShares {
        var sum = a
        sum.reading += b.reading
        sum.decoding += b.decoding
        sum.folding += b.folding
        sum.tracing += b.tracing
        sum.storing += b.storing
        return sum
    }
}

/// Measures one fold, on one thread.
///
/// What is written and how long the walk takes is measured whole. Within the walk one event in ``eventsPerSample`` is
/// timed and stands for the others, and what it costs to look at the clock is taken off again: so the fold is about
/// 1 % slower for it, where timing every event would double it.
public final class FoldTimer {
    /// One event in so many is timed, beginning with the first of a batch.
    public static let eventsPerSample: UInt64 = 32

    private let clock: () -> UInt64
    private let decoder: Stopwatch
    /// Of the samples alone; a sum of differences, so that what the clock itself costs cancels out.
    private var (decoding, folding, tracing): (Int64, Int64, Int64) = (0, 0, 0)
    private var (walks, batches): (UInt64, UInt64) = (0, 0)
    /// How long the last look at the clock took.
    private var look: Int64 = 0

    /// - Parameter clock: nanoseconds of a clock that never goes back.
    public init(_ clock: @escaping () -> UInt64) {
        self.clock = clock
        decoder = Stopwatch(clock)
    }

    /// What was measured so far.
    public var shares: FoldShares {
        func all(_ sampled: Int64) -> UInt64 { UInt64(max(0, sampled)) * Self.eventsPerSample }
        var shares = FoldShares()
        shares.decoding = all(decoding)
        shares.folding = all(folding)
        shares.tracing = all(tracing)
        shares.reading = walks - min(walks, shares.decoding + shares.folding + shares.tracing)
        shares.storing = batches - min(batches, walks)
        return shares
    }
}

extension FoldTimer {
    /// A batch, from its transaction's begin to its commit.
    func batch<Result>(_ body: () throws -> Result) rethrows -> Result {
        let begun = clock()
        defer { batches += clock() - begun }
        return try body()
    }

    /// The walk over the events of a batch.
    func walk<Result>(_ body: () throws -> Result) rethrows -> Result {
        let begun = clock()
        defer { walks += clock() - begun }
        return try body()
    }

    /// A sample: one event is applied.
    func applying(_ event: borrowing EventView, _ body: (borrowing EventView) throws -> Void) rethrows {
        let (laps, decoded) = (decoder.laps, decoder.nanoseconds)
        let first = clock()
        let begun = clock()
        look = Int64(begun - first)
        defer {
            let taken = Int64(clock() - begun)
            let looks = Int64(decoder.laps - laps) * look
            let decode = Int64(decoder.nanoseconds - decoded) - looks
            decoding += decode
            folding += taken - look - 2 * looks - decode
        }
        try body(event.timed(by: decoder))
    }

    /// A sample: what one event changed becomes steps.
    func settling(_ body: () -> Void) {
        let begun = clock()
        body()
        tracing += Int64(clock() - begun) - look
    }
}
