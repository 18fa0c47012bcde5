/// Which lines of an old text stand in a new one too: a longest common part (Myers, 1986).
public struct LineMatches: Sendable {
    /// Beyond this many lines that differ, only equal beginnings and ends are matched.
    public static let linesMax = 4_000

    /// For each old line its place in the new text; nil for one that is gone. Rising.
    public let newIndex: [Int?]

    public init(_ old: [String], _ new: [String]) {
        let head = zip(old, new).prefix { $0 == $1 }.count
        let tail = zip(old.dropFirst(head).reversed(), new.dropFirst(head).reversed()).prefix { $0 == $1 }.count
        let (oldMiddle, newMiddle) = (old[head..<old.count - tail], new[head..<new.count - tail])
        var matches = [Int?](repeating: nil, count: old.count)
        for index in 0..<head { matches[index] = index }
        for index in 0..<tail { matches[old.count - 1 - index] = new.count - 1 - index }
        if oldMiddle.count + newMiddle.count <= Self.linesMax {
            var removed: Set<Int> = []
            var added: Set<Int> = []
            for change in Array(newMiddle).difference(from: Array(oldMiddle)) {
                switch change {
                case .remove(let offset, _, _): removed.insert(offset)
                case .insert(let offset, _, _): added.insert(offset)
                }
            }
            let kept = (0..<oldMiddle.count).filter { !removed.contains($0) }
            let found = (0..<newMiddle.count).filter { !added.contains($0) }
            for (o, n) in zip(kept, found) { matches[head + o] = head + n }
        }
        newIndex = matches
    }

    /// The lines of a text; a line end at the end begins no further line.
    public static func lines(of text: String) -> [String] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        return lines
    }
}
