import Wire

/// What parts a bad version of a text from a good one, and whether somebody repeated it.
struct TextChange {
    /// The first line of the bad version that the good one does not have; nil if it only lacks lines.
    let bad: String?
    /// What stands in its place; nil if nothing does.
    let good: String?
    /// What to look for in outputs: first what is wrong within the line, then every line that is wrong.
    private let marks: [String]

    /// What is wrong, as short as it can be said; nil if the bad version only lacks something.
    var mark: String? { marks.first }

    init(bad: String, good: String) {
        let lines = LineDiff(bad, good).lines
        var removed: [String] = []
        var added: [String] = []
        for line in lines {
            switch line {
            case .removed(let text) where !text.trimmedEnds.isEmpty: removed.append(text.trimmedEnds)
            case .added(let text) where !text.trimmedEnds.isEmpty: added.append(text.trimmedEnds)
            case .same, .removed, .added: break
            }
        }
        self.bad = removed.first
        self.good = added.first
        var marks: [String] = []
        if let first = removed.first, let other = added.first { marks.append(Self.difference(of: first, from: other)) }
        marks += removed
        self.marks = marks.filter { $0.count >= 2 }
    }

    /// The words of a line without those that it begins and ends with like the other.
    private static func difference(of line: String, from other: String) -> String {
        var words = line.split(whereSeparator: \.isWhitespace)[...]
        var others = other.split(whereSeparator: \.isWhitespace)[...]
        while let word = words.first, word == others.first {
            words.removeFirst()
            others.removeFirst()
        }
        while let word = words.last, word == others.last {
            words.removeLast()
            others.removeLast()
        }
        let text = words.joined(separator: " ")
        return String(text.drop { "(\"'“".contains($0) }.reversed().drop { ".,;:!?)\"'”".contains($0) }.reversed())
    }
}

// MARK: - Finding it again
extension TextChange {
    /// A place where an output says what was wrong.
    struct Mention: Equatable {
        let text: String
        /// `line 14`, or the name of a field.
        let place: String
        /// In the output's `body`, counted from 1.
        let line: Int?

        var words: String { "says \"\(text.cut(40))\" (\(place))" }
    }

    /// The first mention in an output: in the lines of its `body`, then in its other fields.
    func mention(in output: JSON) -> Mention? {
        let body = output["body"]?.text ?? output.text ?? ""
        for mark in marks {
            for (index, line) in body.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
            where line.mentions(mark) {
                return Mention(text: mark, place: "line \(index + 1)", line: index + 1)
            }
            for field in output.members ?? [] where field.name != "body" && field.value.mentions(mark) {
                return Mention(text: mark, place: field.name, line: nil)
            }
        }
        return nil
    }

    /// Whether a text still has the first bad line.
    func isRepeated(in text: String) -> Bool {
        guard let bad else { return false }
        return text.split(separator: "\n").contains { String($0).trimmedEnds == bad }
    }
}

extension JSON {
    fileprivate func mentions(_ mark: String) -> Bool {
        switch self {
        case .string(let text): text.mentions(mark)
        case .array(let elements): elements.contains { $0.mentions(mark) }
        case .object(let fields): fields.contains { $0.value.mentions(mark) }
        case .null, .bool, .number: false
        }
    }
}

extension StringProtocol {
    fileprivate var trimmedEnds: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }

    /// As words of their own: `$29` is neither in `$290` nor in `$29.50`.
    fileprivate func mentions(_ mark: String) -> Bool {
        var rest = self[...]
        while let found = rest.firstRange(of: mark) {
            let before = found.lowerBound > startIndex ? self[index(before: found.lowerBound)] : " "
            let behind = self[found.upperBound...]
            let goesOn =
                behind.first.map { $0.isLetter || $0.isNumber } ?? false
                || (behind.first == "." || behind.first == ",") && (behind.dropFirst().first?.isNumber ?? false)
            if !goesOn, !before.isLetter, !before.isNumber { return true }
            rest = rest[rest.index(after: found.lowerBound)...]
        }
        return false
    }
}
