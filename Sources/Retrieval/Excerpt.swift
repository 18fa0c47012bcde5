extension LexicalQuery {
    /// The lines of a text that say most of what is asked for: those with most of the query's words, weighted by how
    /// rare they are; the first ones where none has any.
    ///
    /// - Parameters:
    ///   - count: at most so many lines, which follow each other; empty ones are left out.
    ///   - width: the most characters of a line; longer ones are broken between words.
    public func excerpt(of text: String, lines count: Int, width: Int) -> [String] {
        let lines = text.split(whereSeparator: \.isNewline).flatMap { Self.broken($0, width: width) }
        guard lines.count > count else { return lines }
        let covered = lines.map(covered)
        var best = (start: 0, weight: 0.0)
        for start in 0...(lines.count - count) {
            let weight = coverage(covered[start..<(start + count)].reduce(0, |))
            // A little more is only the rounding of the same sum.
            if weight > best.weight + 1e-9 { best = (start, weight) }
        }
        return Array(lines[best.start..<(best.start + count)])
    }

    /// The words that a line has, one bit each.
    private func covered(_ line: String) -> UInt64 {
        let found = Set(TermScanner.terms(of: line))
        return terms.reduce(0) { found.contains($1.text) ? $0 | $1.covers : $0 }
    }

    private static func broken(_ line: Substring, width: Int) -> [String] {
        var lines: [String] = []
        var rest = line.drop(while: \.isWhitespace).isEmpty ? "" : line
        while let end = rest.index(rest.startIndex, offsetBy: width, limitedBy: rest.endIndex), end < rest.endIndex {
            let part = rest[..<end]
            // A word that is longer than a line is broken anywhere.
            let blank = rest[end].isWhitespace ? end : part.lastIndex(where: \.isWhitespace)
            let cut = blank.flatMap { $0 > rest.startIndex ? $0 : nil } ?? end
            lines.append(String(rest[..<cut]))
            rest = rest[cut...].drop(while: \.isWhitespace)
        }
        return rest.isEmpty ? lines : lines + [String(rest)]
    }
}
