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

    /// Finished lines.
    private var text = ""
    /// The line or paragraph at hand.
    private var line = ""
    /// What stands before its first line: `- `, `## `.
    private var mark = ""
    private var lists: [(isOrdered: Bool, count: Int)] = []
    private var quotes = 0
    private var isCode = false
    private var cells: [String]?
    private var rows = 0
    /// Where the text of open links begins in `line`, and where they lead.
    private var links: [(start: Int, href: String)] = []
    private var isFull: Bool { text.utf8.count + line.utf8.count > Self.bytesMax }
    /// The first one, without its mark.
    private(set) var heading: String?

    /// Whether to go into it.
    mutating func enter(_ node: XMLNode) -> Bool {
        if let content = node.content {
            add(content)
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
        case "br": if cells == nil, !isCode { line += "\n" } else { add("\n") }
        case "hr": append("---")
        case "table": rows = 0
        case "tr": cells = []
        case "td", "th": if cells == nil { endBlock() }
        case "code", "kbd", "samp", "tt": if !isCode { line += "`" }
        case "img":
            if let alt = node[attribute: "alt"]?.oneLine, !alt.isEmpty { add(" \(alt) ") }
        case "a":
            links.append((line.utf8.count, node[attribute: "href"]?.trimmedBlanks ?? ""))
        default: break
        }
        return true
    }

    mutating func leave(_ node: XMLNode) {
        guard node.isElement, !Self.isHidden(node) else { return }
        let name = node.name
        switch name {
        case "h1", "h2", "h3", "h4", "h5", "h6":
            if heading == nil, !line.oneLine.isEmpty { heading = line.oneLine }
            line = line.oneLine
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
            cells?.append(line.oneLine.replacing("|", with: "\\|"))
            if cells != nil { line = "" }
        case "tr": endRow()
        case "code", "kbd", "samp", "tt": if !isCode { line += "`" }
        case "a": endLink()
        case "li", "p", "div", "section", "article", "dt", "dd", "table", "figure", "caption", "summary":
            if cells == nil { endBlock() } else { add(" ") }
        default: break
        }
    }

    /// The whole text.
    mutating func finish() -> String {
        endBlock()
        return text.trimmedBlanks
    }

    private static func isHidden(_ node: XMLNode) -> Bool {
        if hidden.contains(node.name) { return true }
        if let role = node[attribute: "role"], hiddenRoles.contains(role.lowercased()) { return true }
        return node[attribute: "hidden"] != nil || node[attribute: "aria-hidden"]?.lowercased() == "true"
    }

    private mutating func add(_ content: String) {
        guard !isCode else {
            line += content
            return
        }
        for scalar in content.unicodeScalars {
            if scalar.properties.isWhitespace {
                if !line.isEmpty, line.last?.isWhitespace == false { line += " " }
            } else if scalar.value >= 0x20, scalar != "\u{ad}" {
                line.unicodeScalars.append(scalar)
            }
        }
    }

    private mutating func endLink() {
        guard let link = links.popLast() else { return }
        let scheme = link.href.prefix { $0.isLetter }.lowercased()
        let isUseful =
            !link.href.isEmpty && !link.href.hasPrefix("#") && link.href.utf8.count <= 2_000
            && !(link.href.dropFirst(scheme.count).first == ":" && ["javascript", "data", "vbscript"].contains(scheme))
            && !link.href.contains { $0.isWhitespace || "()<>".contains($0) }
        guard isUseful, !isCode, link.start <= line.utf8.count else { return }
        let start = line.utf8.index(line.startIndex, offsetBy: link.start)
        guard let place = start.samePosition(in: line.unicodeScalars) else { return }
        let words = line[place...].trimmedBlanks
        // A mark beside a heading that leads to itself says nothing.
        guard words.contains(where: { $0.isLetter || $0.isNumber }), !words.contains("\n") else { return }
        let before = line[..<place].last?.isWhitespace == false && line[place...].first?.isWhitespace == true
        line = line[..<place] + (before ? " " : "") + "[\(words)](\(link.href))"
    }

    private mutating func endBlock() {
        guard !isCode, cells == nil else { return }
        links = links.map { (0, $0.href) }
        let content = line.split(separator: "\n").map(\.trimmedBlanks).filter { !$0.isEmpty }.joined(separator: "\n")
        line = ""
        // Nothing but marks of code.
        guard content.contains(where: { $0 != "`" }) else { return }
        append(content)
    }

    private mutating func endCode() {
        let code = line.drop { $0 == "\n" }.reversed().drop(while: \.isWhitespace).reversed().map(String.init).joined()
        line = ""
        guard !code.isEmpty else { return }
        let fence = code.contains("```") ? "~~~~" : "```"
        append("\(fence)\n\(code)\n\(fence)")
    }

    private mutating func endRow() {
        guard let row = cells else { return }
        cells = nil
        line = ""
        guard row.contains(where: { !$0.isEmpty }) else { return }
        let separator = rows == 0 ? "\n|\(String(repeating: " --- |", count: row.count))" : ""
        rows += 1
        append("| \(row.joined(separator: " | ")) |\(separator)", isTight: rows > 1)
    }

    /// A block, with what its place asks for before each of its lines.
    private mutating func append(_ content: String, isTight: Bool = false) {
        let quote = String(repeating: "> ", count: min(quotes, Self.depthMax))
        let depth = min(lists.count, Self.depthMax)
        let isItem = !mark.isEmpty && !mark.hasPrefix("#")
        let outer = String(repeating: "  ", count: max(0, depth - 1))
        let inner = depth > 0 ? outer + "  " : ""
        var first = mark
        mark = ""
        // Text that looks like a heading is none.
        if first.isEmpty, content.hasPrefix("#") { first = "\\" }
        if !text.isEmpty { text += isTight || isItem && isListLine ? "\n" : "\n\n" }
        isListLine = isItem || depth > 0 && isTight
        for (index, line) in content.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if index > 0 { text += "\n" }
            text += quote + (index == 0 && isItem ? outer : inner) + (index == 0 ? first : "") + line
        }
    }

    /// Whether the last block was an item of a list, whose next one follows at once.
    private var isListLine = false
}
