/// Writes down a tree of HTML as Markdown (CommonMark): headings, paragraphs, lists, quotes, code, tables, links.
///
/// Scripts, styles, forms and navigation are left out. Emphasis is not kept: it says nothing to a search.
struct MarkdownWriter {
    /// The longest text that is made of one page, in bytes.
    static let bytesMax = 4 << 20
    /// How deep lists are indented.
    static let depthMax = 8

    private static let hidden: Set = [
        "script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "math", "canvas", "audio",
        "video", "nav", "head", "form", "button", "select", "textarea", "input", "dialog",
    ]
    private static let hiddenRoles: Set = ["navigation", "banner", "contentinfo", "search", "menu", "dialog"]
    private static let blocks: Set = [
        "p", "div", "section", "article", "main", "header", "footer", "aside", "figure", "figcaption", "address",
        "details", "summary", "dl", "dt", "dd", "table", "caption", "thead", "tbody", "tfoot", "fieldset", "center",
        "body", "html", "hgroup", "ul", "ol", "li", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "hr",
    ]

    /// Finished lines; UTF-8, as everything here.
    private var text: [UInt8] = []
    /// The line or paragraph at hand.
    private var line: [UInt8] = []
    /// What stands before its first line: `- `, `## `.
    private var mark = ""
    private var lists: [(isOrdered: Bool, count: Int)] = []
    private var quotes = 0
    private var isCode = false
    private var cells: [[UInt8]]?
    private var rows = 0
    /// Where the text of open links begins in `line`, and where they lead.
    private var links: [(start: Int, href: String)] = []
    private var isFull: Bool { text.count + line.count > Self.bytesMax }
    /// The first one, without its mark.
    private(set) var heading: String?
    /// Whether the last block was an item of a list, whose next one follows at once.
    private var isListLine = false

    /// Whether to go into it.
    mutating func enter(_ node: XMLNode) -> Bool {
        guard !node.isText else {
            node.withContent { add($0) }
            return false
        }
        guard node.isElement, !isFull, !Self.isHidden(node) else { return false }
        let name = node.name
        if Self.blocks.contains(name), cells == nil || name == "tr" { endBlock() }
        switch name {
        case "h1", "h2", "h3", "h4", "h5", "h6":
            mark = String(repeating: "#", count: Int(name.dropFirst()) ?? 1) + " "
        case "ul", "ol": lists.append((name == "ol", 0))
        case "li":
            guard !lists.isEmpty else {
                mark = "- "
                break
            }
            lists[lists.count - 1].count += 1
            mark = lists[lists.count - 1].isOrdered ? "\(lists[lists.count - 1].count). " : "- "
        case "blockquote": quotes += 1
        case "pre": isCode = true
        case "br": if cells == nil, !isCode { line.append(UInt8(ascii: "\n")) } else { add("\n") }
        case "hr": append(Array("---".utf8))
        case "table": rows = 0
        case "tr": cells = []
        case "td", "th": if cells == nil { endBlock() }
        case "code", "kbd", "samp", "tt": if !isCode { line.append(UInt8(ascii: "`")) }
        case "img":
            if let alt = node[attribute: "alt"]?.oneLine, !alt.isEmpty { add(" \(alt) ") }
        case "a":
            links.append((line.count, node[attribute: "href"]?.trimmedBlanks ?? ""))
        default: break
        }
        return true
    }

    mutating func leave(_ node: XMLNode) {
        guard node.isElement, !Self.isHidden(node) else { return }
        let name = node.name
        switch name {
        case "h1", "h2", "h3", "h4", "h5", "h6":
            line = line.oneLine
            if heading == nil, !line.isEmpty { heading = String(decoding: line, as: UTF8.self) }
            endBlock()
            mark = ""
        case "ul", "ol":
            endBlock()
            if !lists.isEmpty { lists.removeLast() }
        case "blockquote":
            endBlock()
            quotes = max(0, quotes - 1)
        case "pre":
            endCode()
            isCode = false
        case "td", "th":
            guard cells != nil else { break }
            let cell = line.oneLine
            cells?.append(cell.contains(UInt8(ascii: "|")) ? cell.flatMap(Self.escaped) : cell)
            line = []
        case "tr": endRow()
        case "code", "kbd", "samp", "tt": if !isCode { line.append(UInt8(ascii: "`")) }
        case "a": endLink()
        case "li", "p", "div", "section", "article", "dt", "dd", "table", "figure", "caption", "summary":
            if cells == nil { endBlock() } else { add(" ") }
        default: break
        }
    }

    /// The whole text.
    mutating func finish() -> String {
        endBlock()
        return String(decoding: text.trimmedBlanks, as: UTF8.self)
    }

    private static func isHidden(_ node: XMLNode) -> Bool {
        if hidden.contains(node.name) { return true }
        guard node.hasAttributes else { return false }
        if let role = node[attribute: "role"], hiddenRoles.contains(role.lowercased()) { return true }
        return node[attribute: "hidden"] != nil || node[attribute: "aria-hidden"]?.lowercased() == "true"
    }

    private mutating func add(_ content: String) {
        var content = content
        content.withUTF8 { add($0) }
    }

    private mutating func add(_ content: UnsafeBufferPointer<UInt8>) {
        guard !isCode else {
            line += content
            return
        }
        var index = 0
        while index < content.count {
            let blank = Blanks.length(in: content, at: index)
            if blank > 0 {
                if let last = line.last, !Blanks.isASCII(last) { line.append(0x20) }
                index += blank
                continue
            }
            let byte = content[index]
            // Without control characters, and hyphens that nobody sees.
            if byte == 0xc2, index + 1 < content.count, content[index + 1] == 0xad {
                index += 2
                continue
            }
            if byte >= 0x20 { line.append(byte) }
            index += 1
        }
    }

    private mutating func endLink() {
        guard let link = links.popLast() else { return }
        guard !isCode, link.start <= line.count, Self.isUseful(link.href) else { return }
        // Its block may have ended meanwhile, and the mark stand anywhere.
        guard link.start == line.count || line[link.start] & 0xc0 != 0x80 else { return }
        let tail = Array(line[link.start...])
        let words = tail.trimmedBlanks
        // A mark beside a heading that leads to itself says nothing.
        guard Self.hasWords(words), !words.contains(UInt8(ascii: "\n")) else { return }
        let isApart = link.start > 0 && !Blanks.isASCII(line[link.start - 1]) && Blanks.isASCII(tail.first ?? 0)
        line.removeSubrange(link.start...)
        line += (isApart ? " [" : "[").utf8
        line += words
        line += "](\(link.href))".utf8
    }

    /// Whether a link leads somewhere, and can be written down.
    private static func isUseful(_ href: String) -> Bool {
        guard let first = href.utf8.first, first != UInt8(ascii: "#"), href.utf8.count <= 2_000,
            !href.utf8.contains(where: { Blanks.isASCII($0) || "()<>".utf8.contains($0) }),
            href.utf8.allSatisfy({ $0 < 0x80 }) || !href.contains(where: \.isWhitespace)
        else { return false }
        let scheme = href.utf8.prefix { 0x61...0x7a ~= $0 | 0x20 }
        let isScheme = href.utf8.dropFirst(scheme.count).first == UInt8(ascii: ":")
        return !isScheme || !["javascript", "data", "vbscript"].contains(String(Substring(scheme)).lowercased())
    }

    /// Whether there is a letter or a digit.
    private static func hasWords(_ text: [UInt8]) -> Bool {
        text.contains { 0x30...0x39 ~= $0 || 0x61...0x7a ~= $0 | 0x20 }
            || text.contains { $0 >= 0x80 }
                && String(decoding: text, as: UTF8.self).contains { $0.isLetter || $0.isNumber }
    }

    private mutating func endBlock() {
        guard !isCode, cells == nil else { return }
        if !links.isEmpty { links = links.map { (0, $0.href) } }
        guard !line.isEmpty else { return }
        var content: [UInt8] = []
        content.reserveCapacity(line.count)
        for part in line.split(separator: UInt8(ascii: "\n")) {
            let part = Array(part).trimmedBlanks
            guard !part.isEmpty else { continue }
            if !content.isEmpty { content.append(UInt8(ascii: "\n")) }
            content += part
        }
        line.removeAll(keepingCapacity: true)
        // Nothing but marks of code.
        guard content.contains(where: { $0 != UInt8(ascii: "`") }) else { return }
        append(content)
    }

    private mutating func endCode() {
        let lines = Array(line.drop { $0 == UInt8(ascii: "\n") })
        let end = lines.withUnsafeBufferPointer { Blanks.trimmed($0, 0..<$0.count).upperBound }
        line.removeAll(keepingCapacity: true)
        guard end > 0 else { return }
        let code = lines[..<end]
        let fence = Self.hasFence(code) ? "~~~~" : "```"
        append(Array("\(fence)\n".utf8) + code + Array("\n\(fence)".utf8))
    }

    /// Whether three backticks stand side by side.
    private static func hasFence(_ code: ArraySlice<UInt8>) -> Bool {
        var marks = 0
        for byte in code {
            marks = byte == UInt8(ascii: "`") ? marks + 1 : 0
            if marks == 3 { return true }
        }
        return false
    }

    /// A byte of a cell, where a bar would end it.
    private static func escaped(_ byte: UInt8) -> [UInt8] {
        byte == UInt8(ascii: "|") ? [UInt8(ascii: "\\"), byte] : [byte]
    }

    private mutating func endRow() {
        guard let row = cells else { return }
        cells = nil
        line = []
        guard row.contains(where: { !$0.isEmpty }) else { return }
        let separator = rows == 0 ? "\n|\(String(repeating: " --- |", count: row.count))" : ""
        rows += 1
        let cells = row.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " | ")
        append(Array("| \(cells) |\(separator)".utf8), isTight: rows > 1)
    }

    /// A block, with what its place asks for before each of its lines.
    private mutating func append(_ content: [UInt8], isTight: Bool = false) {
        let quote = String(repeating: "> ", count: min(quotes, Self.depthMax))
        let depth = min(lists.count, Self.depthMax)
        let isItem = !mark.isEmpty && !mark.hasPrefix("#")
        let outer = String(repeating: "  ", count: max(0, depth - 1))
        let inner = depth > 0 ? outer + "  " : ""
        var first = mark
        mark = ""
        // Text that looks like a heading is none.
        if first.isEmpty, content.first == UInt8(ascii: "#") { first = "\\" }
        if !text.isEmpty { text += (isTight || isItem && isListLine ? "\n" : "\n\n").utf8 }
        isListLine = isItem || depth > 0 && isTight
        text += (quote + (isItem ? outer : inner) + first).utf8
        let next = Array((quote + inner).utf8)
        for byte in content {
            text.append(byte)
            if byte == UInt8(ascii: "\n"), !next.isEmpty { text += next }
        }
    }
}
