/// Cuts Markdown into parts along its structure: headings, then paragraphs, then lines, then words. Pure.
///
/// A heading stays with what follows it. Nothing is left out but blank lines at the edges.
public struct Chunker: Sendable {
    /// The most tokens of a chunk, unless told otherwise.
    public static let tokensMaxDefault: UInt32 = 200

    private let bytesMax: Int

    /// - Parameter tokensMax: the most tokens of a chunk, at least 1.
    public init(tokensMax: UInt32 = Chunker.tokensMaxDefault) {
        precondition(tokensMax > 0, "a chunk holds at least one token")
        bytesMax = Int(tokensMax) * 4
    }

    /// The chunks of a text, in order; none for a text without words.
    public func chunks(of markdown: String) -> [Chunk] {
        var texts: [String] = []
        var open = ""
        // A heading that waits for its first paragraph.
        var headings = ""
        func close() {
            if !open.isEmpty { texts.append(open) }
            open = ""
        }
        for block in MarkdownBlock.blocks(of: markdown) {
            if block.isHeading {
                // A section begins a chunk, unless the one before is still short.
                if open.utf8.count >= bytesMax / 2, headings.isEmpty { close() }
                headings = Self.joined(headings, block.text)
                continue
            }
            for piece in pieces(of: block.text, behind: headings) {
                if !fits(open, piece) { close() }
                open = Self.joined(open, piece)
            }
            headings = ""
        }
        for piece in pieces(of: headings, behind: "") where !piece.isEmpty {
            if !fits(open, piece) { close() }
            open = Self.joined(open, piece)
        }
        close()
        return texts.enumerated().map { index, text in
            Chunk(
                index: UInt32(index + 1), count: UInt32(texts.count), text: text, tokens: tokenEstimate(of: text))
        }
    }

    private func fits(_ open: String, _ piece: String) -> Bool {
        open.isEmpty || open.utf8.count + 2 + piece.utf8.count <= bytesMax
    }

    private static func joined(_ a: String, _ b: String) -> String {
        a.isEmpty ? b : b.isEmpty ? a : a + "\n\n" + b
    }

    /// A block with the headings before it, in pieces that each fit into a chunk.
    private func pieces(of block: String, behind headings: String) -> [String] {
        let whole = Self.joined(headings, block)
        guard whole.utf8.count > bytesMax else { return [whole] }
        var pieces: [String] = []
        var open = ""
        for unit in Self.units(of: whole, bytesMax: bytesMax) {
            if open.utf8.count + unit.utf8.count > bytesMax {
                pieces.append(open)
                open = ""
            }
            open += unit
        }
        pieces.append(open)
        return pieces.map(Self.trimmed).filter { !$0.isEmpty }
    }

    /// A text in units that may be parted from each other: lines, of long lines words, of long words characters.
    private static func units(of text: String, bytesMax: Int) -> [Substring] {
        let breaks: [(Character) -> Bool] = [{ $0.isNewline }, { $0.isWhitespace }, { _ in true }]
        return breaks.reduce([text[...]]) { units, isBreak in
            units.flatMap { unit in unit.utf8.count <= bytesMax ? [unit] : parts(of: unit, behind: isBreak) }
        }
    }

    /// Cuts behind every character that is a break.
    private static func parts(of text: Substring, behind isBreak: (Character) -> Bool) -> [Substring] {
        var parts: [Substring] = []
        var start = text.startIndex
        for index in text.indices where isBreak(text[index]) {
            let end = text.index(after: index)
            parts.append(text[start..<end])
            start = end
        }
        if start < text.endIndex { parts.append(text[start...]) }
        return parts
    }

    static func trimmed(_ text: some StringProtocol) -> String {
        guard let first = text.firstIndex(where: { !$0.isWhitespace }),
            let last = text.lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(text[first...last])
    }
}

/// What blank lines and headings part in Markdown; a fenced code block is one.
struct MarkdownBlock {
    let text: String
    let isHeading: Bool

    static func blocks(of markdown: String) -> [MarkdownBlock] {
        var blocks: [MarkdownBlock] = []
        var open: [Substring] = []
        var fence: Substring?
        func close() {
            let text = open.joined(separator: "\n")
            if text.contains(where: { !$0.isWhitespace }) { blocks.append(MarkdownBlock(text: text, isHeading: false)) }
            open = []
        }
        for line in markdown.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            let content = line.drop { $0 == " " }
            if let mark = fence {
                open.append(line)
                if content.hasPrefix(mark), content.allSatisfy({ $0 == mark.first || $0.isWhitespace }) { fence = nil }
            } else if let mark = ["```", "~~~"].first(where: content.hasPrefix) {
                open.append(line)
                fence = mark[...]
            } else if content.allSatisfy(\.isWhitespace) {
                close()
            } else if isHeading(content) {
                close()
                blocks.append(MarkdownBlock(text: Chunker.trimmed(line), isHeading: true))
            } else {
                open.append(line)
            }
        }
        close()
        return blocks
    }

    /// One to six number signs and a space (CommonMark 0.31, ATX headings).
    private static func isHeading(_ line: Substring) -> Bool {
        let signs = line.prefix { $0 == "#" }.count
        return 1...6 ~= signs && (line.count == signs || line.dropFirst(signs).first?.isWhitespace == true)
    }
}
