import Wire

/// One item of a source.
struct SourceItem: Hashable {
    /// The longest text, in characters.
    static let textMax = 4_000
    /// The longest title, and the longest of the other fields, in characters.
    static let fieldMax = 300

    let id: String
    let title: String
    /// An http(s) URL, or empty.
    let url: String
    /// RFC 3339 in UTC, or empty.
    let published: String
    /// Plain text.
    let text: String
    /// The feed that it is from, or its own file.
    let source: String

    init(id: String, title: String, url: String, published: String, text: String, source: String) {
        self.id = String(id.prefix(Self.fieldMax))
        self.title = String(title.prefix(Self.fieldMax))
        self.url = Self.isWebAddress(url) ? url : ""
        self.published = published
        self.text = Self.shortened(text)
        self.source = source
    }

    var json: JSON {
        .fields(
            ("id", .string(id)), ("title", .string(title)), ("url", .string(url)), ("published", .string(published)),
            ("text", .string(text)), ("source", .string(source)))
    }

    private static func isWebAddress(_ url: String) -> Bool {
        (url.hasPrefix("https://") || url.hasPrefix("http://")) && url.utf8.count <= 2_000
            && url.utf8.allSatisfy { 0x21...0x7e ~= $0 && !"\"<>\\^`{|}".utf8.contains($0) }
    }

    /// Cut where a word ends.
    private static func shortened(_ text: String) -> String {
        guard text.count > textMax else { return text }
        let head = text.prefix(textMax - 1)
        return String(head[..<(head.lastIndex(of: " ") ?? head.endIndex)]) + "…"
    }
}
