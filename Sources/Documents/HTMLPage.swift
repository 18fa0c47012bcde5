/// A page of a website as a document: its title, and its main text as Markdown.
enum HTMLPage {
    static let titleMax = 200

    /// - Parameter path: with the folders of the website, which name the entry.
    static func item(
        _ bytes: [UInt8], path: String, _ options: DocumentOptions
    ) throws(DocumentProblem) -> DocumentItem {
        guard let text = text(of: bytes, options) else {
            throw DocumentProblem(
                path: path, "this is not \(options.charset.name), and it names no charset that is known",
                hint: "save the page as UTF-8", extent: .file)
        }
        guard let tree = XMLTree(html: text), let root = tree.root else {
            return .note(path: path, message: "a page without text is left out")
        }
        var title: String?
        var url: String?
        var main: XMLNode?
        var body: XMLNode?
        root.walk { node in
            switch node.name {
            case "title": title = title ?? node.text.oneLine
            case "link": if node[attribute: "rel"]?.lowercased() == "canonical" { url = url ?? node[attribute: "href"] }
            case "main": main = main ?? node
            case "body": body = body ?? node
            default: if node[attribute: "role"]?.lowercased() == "main" { main = main ?? node }
            }
            return true
        } leave: { _ in
        }
        var (markdown, heading) = Self.markdown(of: main ?? body ?? root)
        // A page may mark as main what is empty until a script fills it.
        if markdown.isEmpty, main != nil, let body { (markdown, heading) = Self.markdown(of: body) }
        guard !markdown.isEmpty else { return .note(path: path, message: "a page without text is left out") }
        let id = EntryName.suggestion(forPage: path)
        let name = [heading, title].lazy.compactMap { $0 }.first { !$0.isEmpty } ?? id
        let address = url.flatMap { $0.hasPrefix("https://") || $0.hasPrefix("http://") ? $0 : nil }
        return .document(
            Document(
                id: id, title: String(name.prefix(titleMax)), kind: .document, text: markdown,
                origin: Document.Origin(path: path, line: 1, url: address)))
    }

    /// A piece of HTML, such as feeds and mail hold.
    static func markdown(of html: String) -> String {
        guard let tree = XMLTree(html: html), let root = tree.root else { return "" }
        return markdown(of: root).text
    }

    /// - Returns: also its first heading.
    static func markdown(of node: XMLNode) -> (text: String, heading: String?) {
        var writer = MarkdownWriter()
        node.walk {
            writer.enter($0)
        } leave: {
            writer.leave($0)
        }
        return (writer.finish(), writer.heading)
    }

    /// UTF-8 if it is that; else in the charset that the page names.
    private static func text(of bytes: [UInt8], _ options: DocumentOptions) -> String? {
        if bytes.starts(with: [0xfe, 0xff]) || bytes.starts(with: [0xff, 0xfe]) {
            return Charset.utf16.text(of: bytes)
        }
        let content = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? bytes[3...] : bytes[...]
        if let text = String(validating: content, as: UTF8.self) { return text }
        let head = String(decoding: bytes.prefix(2_048).filter { $0 < 0x80 }, as: UTF8.self).lowercased()
        guard let mark = head.firstRange(of: "charset=") else { return options.charset.text(of: content) }
        let name = head[mark.upperBound...].drop { "\"' ".contains($0) }.prefix { !"\"' />;".contains($0) }
        let charset = Charset(name: name)
        // Who says UTF-8 and is wrong means Windows-1252, nearly always.
        return (charset == .utf8 ? .windows1252 : charset ?? options.charset).text(of: content)
    }
}
