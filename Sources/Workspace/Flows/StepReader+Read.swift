import Events

extension StepReader {
    static let sourcesMax = 64
    static let itemsDefault: UInt32 = 50
    static let itemsMax: UInt32 = 500

    func reading(_ fields: Fields) -> ReadWork? {
        let sources = fields["read"].flatMap { node -> [ReadSource]? in
            guard let elements = file.list(node, "read", max: Self.sourcesMax) else { return nil }
            if elements.isEmpty {
                file.error("nothing to read", at: node.position, hint: "`- feed: sources/news.xml`")
                return nil
            }
            let sources = elements.compactMap { source($0) }
            return sources.count == elements.count ? sources : nil
        }
        let items = fields["items_max"].map { file.integer($0, "items_max", in: 1...Self.itemsMax) }
        let retry = retry(fields)
        let timeout = timeout(fields, or: Self.readTimeoutDefault)
        guard let sources, let items = settled(items, or: Self.itemsDefault), let retry, let timeout else {
            return nil
        }
        return ReadWork(sources: sources, retry: retry, timeoutMs: timeout, itemsMax: items)
    }

    private func source(_ node: YAMLNode) -> ReadSource? {
        guard let fields = Fields(node, of: "a source", in: file, keys: ["feed", "folder"]) else { return nil }
        guard (fields["feed"] == nil) != (fields["folder"] == nil) else {
            file.error(
                "a source is one feed or one folder", at: fields.position,
                hint: "`- feed: sources/news.xml` or `- folder: sources/notes`")
            return nil
        }
        if let folder = fields["folder"] { return place(folder, "folder").map { .folder($0) } }
        guard let feed = fields["feed"], let text = file.line(feed, "feed") else { return nil }
        guard text.contains("://") else { return place(feed, "feed").map { .feed($0) } }
        let hint = "an http or https URL without a user in it, or a file of the workspace"
        return file.parsed(feed, "feed", hint: hint) { text in
            WebAddress(text, schemes: ["http", "https"]) == nil ? nil : .feed(text)
        }
    }

    private func place(_ node: YAMLNode, _ key: String) -> String? {
        guard let path = file.path(node, key, in: context.folder) else { return nil }
        // Only a note: what was read before still replays, and a feed may be written by another program.
        if !context.folder.exists(path) {
            file.note("\(path) does not exist yet", at: node.position, hint: "the step fails until it does")
        }
        return path
    }
}
