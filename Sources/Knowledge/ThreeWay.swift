/// Two changes of one text, made apart, as one text: what only one side changed is taken, and where both did, both
/// are shown (diff3; Khanna, Kunal and Pierce, 2007).
public struct ThreeWay: Equatable, Sendable {
    /// Some lines in a row.
    public enum Piece: Equatable, Sendable {
        /// Nobody objects.
        case agreed([String])
        /// Both sides changed these lines, and not in the same way.
        case conflict(base: [String], ours: [String], theirs: [String])
    }

    /// Those of the merged text, in order.
    public let pieces: [Piece]

    /// - Parameters:
    ///   - base: what both were made from.
    public init(base: [String], ours: [String], theirs: [String]) {
        let toOurs = LineMatches(base, ours).newIndex
        let toTheirs = LineMatches(base, theirs).newIndex
        var pieces: [Piece] = []
        var (b, o, t) = (0, 0, 0)
        while b < base.count || o < ours.count || t < theirs.count {
            // Up to the next line that all three have.
            let next = (b..<base.count).first { toOurs[$0] != nil && toTheirs[$0] != nil } ?? base.count
            let (oEnd, tEnd) =
                next < base.count ? (toOurs[next] ?? o, toTheirs[next] ?? t) : (ours.count, theirs.count)
            if b < next || o < oEnd || t < tEnd {
                // Lines that stand side by side in all three are judged one by one.
                let isAligned =
                    next - b == oEnd - o && next - b == tEnd - t
                    && (b..<next).allSatisfy { line in
                        (toOurs[line] ?? o + line - b) == o + line - b
                            && (toTheirs[line] ?? t + line - b) == t + line - b
                    }
                let width = isAligned ? 1 : max(next - b, oEnd - o, tEnd - t)
                for start in stride(from: 0, to: max(next - b, oEnd - o, tEnd - t), by: width) {
                    pieces.append(
                        Self.settle(
                            Array(base[b..<next].dropFirst(start).prefix(width)),
                            Array(ours[o..<oEnd].dropFirst(start).prefix(width)),
                            Array(theirs[t..<tEnd].dropFirst(start).prefix(width))))
                }
            }
            (b, o, t) = (next, oEnd, tEnd)
            guard next < base.count else { break }
            pieces.append(.agreed([base[next]]))
            (b, o, t) = (b + 1, o + 1, t + 1)
        }
        self.pieces = Self.joined(pieces)
    }

    private static func settle(_ base: [String], _ ours: [String], _ theirs: [String]) -> Piece {
        agreed(base, ours, theirs).map(Piece.agreed) ?? .conflict(base: base, ours: ours, theirs: theirs)
    }

    /// What both sides can live with; nil if they do not agree.
    static func agreed<Value: Equatable>(_ base: Value, _ ours: Value, _ theirs: Value) -> Value? {
        if ours == base || ours == theirs { return theirs }
        return theirs == base ? ours : nil
    }

    private static func joined(_ pieces: [Piece]) -> [Piece] {
        var joined: [Piece] = []
        for piece in pieces {
            switch (joined.last, piece) {
            case (_, .agreed([])): break
            case (.agreed(let before)?, .agreed(let lines)): joined[joined.count - 1] = .agreed(before + lines)
            case (.conflict(let base, let ours, let theirs)?, .conflict(let nextBase, let nextOurs, let nextTheirs)):
                joined[joined.count - 1] = .conflict(
                    base: base + nextBase, ours: ours + nextOurs, theirs: theirs + nextTheirs)
            default: joined.append(piece)
            }
        }
        return joined
    }
}
