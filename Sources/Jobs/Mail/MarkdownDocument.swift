/// The small part of Markdown that mails use, made into HTML that cannot do harm.
///
/// Blocks: `#` headings, paragraphs, `-`/`*`/`+` and `1.` lists of one level, `>` quotations, `---`. In a line: see
/// `MarkdownText`. Everything else is text, and every text is escaped: no raw HTML, no images, no other links.
struct MarkdownDocument {
    private let blocks: [Block]

    private enum Block {
        case heading(level: Int, String)
        case paragraph(String)
        case list(ordered: Bool, [String])
        case quotation(String)
        case rule
    }

    init(_ markdown: String) {
        var blocks: [Block] = []
        for line in markdown.split(separator: "\n", omittingEmptySubsequences: false) {
            let line = line.trimmingSpaces
            if line.isEmpty {
                // An empty paragraph says that the next line begins something new.
                blocks.append(.paragraph(""))
                continue
            }
            switch (Self.block(of: line), blocks.last) {
            case (.paragraph(let text), .paragraph(let before)) where !before.isEmpty:
                blocks[blocks.count - 1] = .paragraph(before + "\n" + text)
            case (.paragraph(let text), .list(let ordered, let items)):
                let continued = items.dropLast() + [(items.last ?? "") + "\n" + text]
                blocks[blocks.count - 1] = .list(ordered: ordered, Array(continued))
            case (.list(let ordered, let items), .list(let kind, let before)) where ordered == kind:
                blocks[blocks.count - 1] = .list(ordered: ordered, before + items)
            case (.quotation(let text), .quotation(let before)):
                blocks[blocks.count - 1] = .quotation(before + "\n" + text)
            case (let block, _): blocks.append(block)
            }
        }
        self.blocks = blocks
    }

    private static func block(of line: String) -> Block {
        let hashes = line.prefix { $0 == "#" }.count
        let behind = line.dropFirst(hashes)
        if 1...6 ~= hashes, behind.first == " " {
            return .heading(level: hashes, behind.trimmingSpaces)
        }
        if line.count >= 3, Set(line) == ["-"] || Set(line) == ["*"] || Set(line) == ["_"] { return .rule }
        if let first = line.first, "-*+".contains(first), line.dropFirst().first == " " {
            return .list(ordered: false, [line.dropFirst(2).trimmingSpaces])
        }
        let digits = line.prefix { $0.isASCII && $0.isNumber }
        if 1...9 ~= digits.count, line.dropFirst(digits.count).hasPrefix(". ") {
            return .list(ordered: true, [line.dropFirst(digits.count + 2).trimmingSpaces])
        }
        if line.first == ">" { return .quotation(line.dropFirst().trimmingSpaces) }
        return .paragraph(line)
    }

    /// A whole page.
    func html(title: String) -> String {
        """
        <!DOCTYPE html>
        <html>
        <head><meta charset="utf-8"><title>\(MarkdownText.escape(title))</title></head>
        <body>
        \(blocks.map(Self.html).filter { !$0.isEmpty }.joined(separator: "\n"))
        </body>
        </html>

        """
    }

    private static func html(_ block: Block) -> String {
        switch block {
        case .heading(let level, let text): "<h\(level)>\(MarkdownText(text).html)</h\(level)>"
        case .paragraph(""): ""
        case .paragraph(let text): "<p>\(MarkdownText(text).html)</p>"
        case .list(let ordered, let items):
            (ordered ? "<ol>\n" : "<ul>\n")
                + items.map { "<li>\(MarkdownText($0).html)</li>\n" }.joined()
                + (ordered ? "</ol>" : "</ul>")
        case .quotation(let text): "<blockquote><p>\(MarkdownText(text).html)</p></blockquote>"
        case .rule: "<hr>"
        }
    }
}
