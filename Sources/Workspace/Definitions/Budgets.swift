/// What the whole business may spend.
public struct Budgets: Hashable, Sendable {
    /// Micro-dollars a day; nil for no limit.
    public var dayMicrodollars: UInt64?
    /// Micro-dollars a calendar month; nil for no limit.
    public var monthMicrodollars: UInt64?
    /// Of either, from which on a warning is due.
    public var warnPercent: UInt32?
}
