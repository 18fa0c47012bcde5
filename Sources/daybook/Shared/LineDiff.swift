/// What changed between two texts, line by line: the fewest lines removed and added (Myers, 1986).
struct LineDiff {
    /// More lines than this that differ are shown as all old ones removed and all new ones added.
    static let linesMax = 4_000

    enum Line: Equatable {
        case same(String)
        case removed(String)
        case added(String)
    }

    /// Changed lines that stand close together, with the lines around them.
    struct Hunk: Equatable {
        /// Of its first line in either text, counted from 1.
        let oldStart: Int
        let newStart: Int
        let lines: [Line]
    }

    let lines: [Line]

    init(_ old: String, _ new: String) {
        self.init(Self.split(old), Self.split(new))
    }

    init(_ old: [String], _ new: [String]) {
        let head = zip(old, new).prefix { $0 == $1 }.count
        let tail = zip(old.dropFirst(head).reversed(), new.dropFirst(head).reversed()).prefix { $0 == $1 }.count
        lines =
            old.prefix(head).map { .same($0) }
            + Self.middle(Array(old[head..<old.count - tail]), Array(new[head..<new.count - tail]))
            + old.suffix(tail).map { .same($0) }
    }

    /// A line end at the end begins no further line.
    private static func split(_ text: String) -> [String] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    private static func middle(_ old: [String], _ new: [String]) -> [Line] {
        guard old.count + new.count <= linesMax else { return old.map { .removed($0) } + new.map { .added($0) } }
        var removed: Set<Int> = []
        var added: Set<Int> = []
        for change in new.difference(from: old) {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): added.insert(offset)
            }
        }
        var lines: [Line] = []
        var (o, n) = (0, 0)
        while o < old.count || n < new.count {
            if removed.contains(o) {
                lines.append(.removed(old[o]))
                o += 1
            } else if added.contains(n) {
                lines.append(.added(new[n]))
                n += 1
            } else {
                lines.append(.same(old[o]))
                o += 1
                n += 1
            }
        }
        return lines
    }
}

extension LineDiff {
    var isEmpty: Bool { lines.allSatisfy(\.isSame) }
    var added: Int { lines.count { if case .added = $0 { true } else { false } } }
    var removed: Int { lines.count { if case .removed = $0 { true } else { false } } }

    /// The changes with so many unchanged lines before and behind each.
    func hunks(context: Int = 3) -> [Hunk] {
        var hunks: [Hunk] = []
        var index = 0
        var (old, new) = (1, 1)
        while let change = lines[index...].firstIndex(where: { !$0.isSame }) {
            var last = change
            while let next = lines[(last + 1)...].prefix(2 * context + 1).firstIndex(where: { !$0.isSame }) {
                last = next
            }
            let start = max(index, change - context)
            let end = min(lines.count, last + 1 + context)
            // Between two hunks every line stands in both texts.
            old += start - index
            new += start - index
            let part = Array(lines[start..<end])
            hunks.append(Hunk(oldStart: old, newStart: new, lines: part))
            old += part.count { $0.isInOld }
            new += part.count { $0.isInNew }
            index = end
        }
        return hunks
    }

    /// As `diff -u` prints it, without file names.
    func text(context: Int = 3) -> [String] {
        hunks(context: context).flatMap { hunk in
            let old = "-\(hunk.oldStart),\(hunk.lines.count { $0.isInOld })"
            let new = "+\(hunk.newStart),\(hunk.lines.count { $0.isInNew })"
            return [Style.dim("@@ \(old) \(new) @@")] + hunk.lines.map(\.printable)
        }
    }
}

extension LineDiff.Line {
    /// With its sign before it, and a colour for people; what could move the cursor is shown as what it is.
    var printable: String {
        switch self {
        case .same(let text): "  \(text.printable)"
        case .removed(let text): Style.red("- \(text.printable)")
        case .added(let text): Style.green("+ \(text.printable)")
        }
    }

    fileprivate var isSame: Bool { if case .same = self { true } else { false } }
    fileprivate var isInOld: Bool { if case .added = self { false } else { true } }
    fileprivate var isInNew: Bool { if case .removed = self { false } else { true } }
}
