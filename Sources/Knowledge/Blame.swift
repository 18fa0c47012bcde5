public import Events

/// Who said each line of a text: every version in turn passes on the lines that it did not change.
public struct Blame: Equatable, Sendable {
    /// A line, and the version that brought it in.
    public struct Line: Equatable, Sendable {
        public let text: String
        public let from: EntryRef
    }

    public private(set) var lines: [Line] = []

    public init() {}

    /// Takes in the next version.
    ///
    /// - Parameters:
    ///   - others: where its lines may have come from besides the version before it: what a revert goes back to, and
    ///     the entries that were merged.
    public mutating func take(_ text: [String], from version: EntryRef, others: [Blame] = []) {
        var origins = [EntryRef?](repeating: nil, count: text.count)
        for source in [self] + others {
            let matches = LineMatches(source.lines.map(\.text), text).newIndex
            for (old, new) in zip(source.lines, matches) {
                guard let new, origins[new] == nil else { continue }
                origins[new] = old.from
            }
        }
        lines = zip(text, origins).map { Line(text: $0, from: $1 ?? version) }
    }
}
