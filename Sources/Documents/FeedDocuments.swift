/// The items of a feed: Atom (RFC 4287), RSS 2.0, and RSS 1.0.
struct FeedDocuments {
    static let itemsMax = 10_000
    static let titleMax = 200
    /// Digits of the hash that an item is known by, also once its title was changed.
    static let keyDigits = 12

    private(set) var items: [DocumentItem] = []
    private let path: String

    init(_ bytes: [UInt8], path: String, _ options: DocumentOptions) throws(DocumentProblem) {
        self.path = path
        let tree = try XMLTree(xml: bytes, path: path)
        guard let root = tree.root, ["feed", "rss", "rdf"].contains(root.name) else {
            throw DocumentProblem(path: path, "this is neither an Atom nor an RSS feed", extent: .file)
        }
        let isAtom = root.name == "feed"
        let holder = root.name == "rss" ? root.children.first { $0.name == "channel" } ?? root : root
        for node in holder.children where node.name == (isAtom ? "entry" : "item") {
            guard items.count < Self.itemsMax else {
                items.append(
                    .problem(
                        DocumentProblem(
                            path: path, line: node.line, "more than \(Self.itemsMax) items", extent: .file)))
                break
            }
            items.append(item(node, isAtom: isAtom))
        }
    }

    private func item(_ node: XMLNode, isAtom: Bool) -> DocumentItem {
        var parts: [String: XMLNode] = [:]
        var tags: [String] = []
        var link: String?
        for part in node.children where part.isElement {
            // `media:title` is not the title.
            let name =
                ["content", "dc", "media", "itunes"].contains(part.prefix)
                ? "\(part.prefix ?? ""):\(part.name)" : part.name
            if parts[name] == nil { parts[name] = part }
            switch name {
            case "category":
                let tag = (part[attribute: "term"] ?? part.text).oneLine
                if !tag.isEmpty, tag.utf8.count <= Document.Field.nameMax, tags.count < RecordReader.tagsMax,
                    !tags.contains(tag)
                {
                    tags.append(tag)
                }
            case "link":
                let address = (part[attribute: "href"] ?? part.text).trimmedBlanks
                if part[attribute: "rel"] ?? "alternate" == "alternate", link == nil { link = address }
            default: break
            }
        }
        func words(_ names: String...) -> String? {
            names.lazy.compactMap { parts[$0]?.text.oneLine }.first { !$0.isEmpty }
        }
        func body(_ names: String...) -> String {
            names.lazy.compactMap { parts[$0] }.map { markdown(of: $0, isAtom: isAtom) }.first { !$0.isEmpty } ?? ""
        }
        let text = body("content:encoded", "content", "description", "summary")
        let guid = words("id", "guid")
        let url = [link, guid].lazy.compactMap { $0 }.first { $0.hasPrefix("https://") || $0.hasPrefix("http://") }
        let title = parts["title"].map { markdown(of: $0, isAtom: isAtom).oneLine } ?? ""
        guard !text.isEmpty || !title.isEmpty else {
            return .problem(DocumentProblem(path: path, line: node.line, "an item without title and text"))
        }
        let key = guid ?? url ?? title + text
        let id = EntryName.suggestion(for: title, key: key)
        var document = Document(
            id: id, title: String((title.isEmpty ? id : title).prefix(Self.titleMax)), kind: .document,
            text: text.isEmpty ? title : text,
            origin: Document.Origin(
                path: path, line: node.line, record: EntryName.hash(of: key, digits: Self.keyDigits), url: url))
        document.tags = tags
        let date = words("published", "pubdate", "updated", "dc:date", "date")
        let time = date.flatMap { CalendarTime.microseconds(of: $0) ?? CalendarTime.microseconds(ofMail: $0) }
        func add(_ name: String, _ value: Document.Value?) {
            if let value { document.fields.append(Document.Field(name: name, value: value)) }
        }
        add("published", time.map { .date(CalendarTime.date(ofMicroseconds: $0)) })
        add(
            "author",
            (parts["author"].flatMap { $0.children.first { $0.name == "name" } } ?? parts["dc:creator"]
                ?? parts["author"]).map { .text(String($0.text.oneLine.prefix(Self.titleMax))) })
        add("url", url.map { .text($0) })
        return .document(document)
    }

    /// Atom says of each text whether it is plain, HTML, or XHTML (RFC 4287, 3.1.1); RSS means HTML.
    private func markdown(of node: XMLNode, isAtom: Bool) -> String {
        let type = node[attribute: "type"]?.lowercased() ?? (isAtom ? "text" : "html")
        if type.hasSuffix("xhtml") || type.hasSuffix("xml") { return HTMLPage.markdown(of: node).text }
        let text = node.text.trimmedBlanks
        let isMarkup = type.hasSuffix("html") && text.contains { $0 == "<" || $0 == "&" }
        return isMarkup ? HTMLPage.markdown(of: text) : text
    }
}
