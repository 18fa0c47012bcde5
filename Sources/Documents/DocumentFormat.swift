/// What a file is, by the end of its name.
public enum DocumentFormat: String, CaseIterable, Sendable {
    /// Markdown, or plain text. Its frontmatter is YAML, which is read where libyaml is at home.
    case markdown
    case csv
    case jsonLines = "json lines"
    case mbox
    /// One message (RFC 5322).
    case message
    /// Atom or RSS.
    case feed
    case html

    private static let endings: [String: DocumentFormat] = [
        "md": .markdown, "markdown": .markdown, "txt": .markdown,
        "csv": .csv, "tsv": .csv, "jsonl": .jsonLines, "ndjson": .jsonLines,
        "mbox": .mbox, "mbx": .mbox, "eml": .message,
        "atom": .feed, "rss": .feed, "xml": .feed,
        "html": .html, "htm": .html, "xhtml": .html,
    ]

    /// Nil for a file that is none of these.
    public init?(path: String) {
        let name = path.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex,
            let format = Self.endings[name[name.index(after: dot)...].lowercased()]
        else { return nil }
        self = format
    }

    /// Whether one file holds many documents.
    public var holdsRecords: Bool {
        switch self {
        case .csv, .jsonLines, .mbox, .feed: true
        case .markdown, .message, .html: false
        }
    }

    /// `.csv`, `.html`, ...: for messages.
    public static var allEndings: String { endings.keys.sorted().map { ".\($0)" }.joined(separator: " ") }
}

/// What the owner says about files that do not say it themselves.
public struct DocumentOptions: Hashable, Sendable {
    public var kind: Document.Kind?
    /// The column or field that names the entries of a table; nil chooses one.
    public var idColumn: String?
    /// Of texts that do not say theirs.
    public var charset: Charset

    public init(kind: Document.Kind? = nil, idColumn: String? = nil, charset: Charset = .utf8) {
        self.kind = kind
        self.idColumn = idColumn
        self.charset = charset
    }
}
