/// A text in a block: `**strong**`, `*emphasis*`, `_emphasis_`, `` `code` ``, `[text](https://…)`, `<https://…>` and
/// `\` before a mark that shall stand for itself.
struct MarkdownText {
    /// The other end of a mark is looked for no further away, in characters: reading stays linear.
    static let reachMax = 1_000
    /// Marks inside marks are read no deeper.
    static let depthMax = 8

    private let characters: [Character]
    private let depth: Int

    init(_ text: String) { self.init(Array(text), depth: 0) }

    private init(_ characters: [Character], depth: Int) {
        self.characters = characters
        self.depth = depth
    }

    var html: String {
        var html = ""
        var index = 0
        while index < characters.count {
            if depth < Self.depthMax, let (piece, end) = mark(at: index) {
                html += piece
                index = end
            } else if characters[index] == "\\", index + 1 < characters.count, characters[index + 1].isMark {
                html += Self.escape(String(characters[index + 1]))
                index += 2
            } else {
                html += Self.escape(String(characters[index]))
                index += 1
            }
        }
        return html
    }

    /// What begins here, if it is closed: its HTML, and where it ends.
    private func mark(at start: Int) -> (String, Int)? {
        switch characters[start] {
        case "`": code(at: start)
        case "[": link(at: start)
        case "<": bareLink(at: start)
        case "*" where starts(with: "**", at: start): emphasis("**", "strong", at: start)
        case "*": emphasis("*", "em", at: start)
        case "_" where start == 0 || !characters[start - 1].isWord: emphasis("_", "em", at: start)
        default: nil
        }
    }

    private func code(at start: Int) -> (String, Int)? {
        guard let end = find("`", from: start + 1), end > start + 1 else { return nil }
        return ("<code>\(Self.escape(String(characters[start + 1..<end])))</code>", end + 1)
    }

    private func emphasis(_ mark: String, _ element: String, at start: Int) -> (String, Int)? {
        let inside = start + mark.count
        guard inside < characters.count, !characters[inside].isWhitespace, let end = find(mark, from: inside + 1),
            !characters[end - 1].isWhitespace
        else { return nil }
        let behind = end + mark.count
        if mark == "_", behind < characters.count, characters[behind].isWord { return nil }
        return ("<\(element)>\(inner(inside..<end))</\(element)>", behind)
    }

    private func link(at start: Int) -> (String, Int)? {
        guard let close = find("]", from: start + 1), starts(with: "](", at: close),
            let end = find(")", from: close + 2), let url = Self.url(characters[close + 2..<end])
        else { return nil }
        return ("<a href=\"\(url)\">\(inner(start + 1..<close))</a>", end + 1)
    }

    private func bareLink(at start: Int) -> (String, Int)? {
        guard let end = find(">", from: start + 1), let url = Self.url(characters[start + 1..<end]) else { return nil }
        return ("<a href=\"\(url)\">\(url)</a>", end + 1)
    }

    private func inner(_ range: Range<Int>) -> String {
        MarkdownText(Array(characters[range]), depth: depth + 1).html
    }

    private func starts(with mark: String, at index: Int) -> Bool {
        characters[index...].starts(with: mark)
    }

    private func find(_ mark: String, from start: Int) -> Int? {
        guard start < characters.count else { return nil }
        return (start..<min(characters.count, start + Self.reachMax)).first { index in
            starts(with: mark, at: index) && characters[index - 1] != "\\"
        }
    }

    /// An http(s) URL of printable ASCII, escaped for an attribute; nil for anything else.
    private static func url(_ characters: ArraySlice<Character>) -> String? {
        let text = String(characters)
        let lowered = text.lowercased()
        guard lowered.hasPrefix("https://") || lowered.hasPrefix("http://"),
            text.utf8.allSatisfy({ 0x21...0x7e ~= $0 && !"\"'<>\\`".utf8.contains($0) })
        else { return nil }
        return escape(text)
    }

    static func escape(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

extension Character {
    fileprivate var isMark: Bool { "\\`*_[]<>#-+".contains(self) }
    fileprivate var isWord: Bool { isLetter || isNumber }
}
