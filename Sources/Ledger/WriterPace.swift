/// When the journal is used, and for how long a transaction stays open then.
///
/// A commit alone is durable and can be read after two flushes. With the journal it is durable after one, and a reader
/// waits for two more. So whoever appends and reads in turn is better off without, and all others with it.
///
/// While a reader hangs, every transaction costs new pages for all that it touches. Then few and long ones keep the
/// file small.
struct WriterPace {
    /// So many transactions must have gone by without a read.
    static let streakMin = 3
    /// How long a transaction stays open, in nanoseconds: other processes see nothing of it before it ends.
    static let openNanosecondsMax: UInt64 = 5_000_000
    /// The same while a reader hangs.
    static let heldBackNanosecondsMax: UInt64 = 250_000_000
    /// How long it waits for the next commit before it ends, in nanoseconds.
    static let pauseNanosecondsMax: UInt64 = 200_000

    private let journal: Ledger.JournalUse
    private var streak = 0
    private var lastReads = 0
    private var isHeldBack = false

    init(_ journal: Ledger.JournalUse) { self.journal = journal }

    var usesJournal: Bool {
        switch journal {
        case .always: true
        case .unlessRead: isHeldBack || streak >= Self.streakMin
        case .never: false
        }
    }

    var openNanosecondsMax: UInt64 { isHeldBack ? Self.heldBackNanosecondsMax : Self.openNanosecondsMax }

    var pauseNanosecondsMax: UInt64 { isHeldBack ? Self.heldBackNanosecondsMax : Self.pauseNanosecondsMax }

    /// A transaction begins.
    ///
    /// - Parameters:
    ///   - reads: how many there were so far.
    ///   - isHeldBack: whether a reader hangs.
    mutating func begin(reads: Int, isHeldBack: Bool) {
        streak = reads == lastReads ? streak + 1 : 0
        lastReads = reads
        self.isHeldBack = isHeldBack
    }
}
