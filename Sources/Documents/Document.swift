public import Wire

/// One thing that a file of somebody else's says, ready to become an entry of knowledge.
public struct Document: Hashable, Sendable {
    /// What kind of entry it is meant to be.
    public enum Kind: String, CaseIterable, Sendable {
        case fact
        case document
        case template
        case customer
        case pastOutput = "past_output"
    }

    /// A name that an entry can have: `notes/olive-oil.md` suggests `olive-oil`.
    public var id: String
    public var title: String
    /// Nil where the file does not say.
    public var kind: Kind?
    public var collection: String?
    /// Markdown; what a record says beside its fields, which may be nothing.
    public var text: String
    /// In the order of the file.
    public var fields: [Field]
    public var tags: [String]
    /// The id of the client that it is for; nil for everybody's.
    public var customer: String?
    /// In microseconds since 1970: from when it holds, and the first moment at which it does not any more.
    public var validFrom: Int64?
    public var validTo: Int64?
    /// The person it is about: an address, or a name.
    public var subject: String?
    public var origin: Origin

    public init(id: String, title: String, kind: Kind? = nil, text: String, fields: [Field] = [], origin: Origin) {
        self.id = id
        self.title = title
        self.kind = kind
        self.text = text
        self.fields = fields
        self.origin = origin
        tags = []
    }

    /// One typed value.
    public struct Field: Hashable, Sendable {
        /// The longest name, in bytes.
        public static let nameMax = 64

        public let name: String
        public let value: Value

        public init(name: String, value: Value) {
            self.name = name
            self.value = value
        }
    }

    /// Where it stands, so that everything said of it can be traced back.
    public struct Origin: Hashable, Sendable {
        /// As the reader was told.
        public let path: String
        /// The line it begins in, counted from 1.
        public let line: Int
        /// What tells it from the others of its file (an id, a message's id, a row's number); nil where it is the file.
        public let record: String?
        /// Where it was published; nil if nothing says so.
        public let url: String?

        public init(path: String, line: Int, record: String? = nil, url: String? = nil) {
            self.path = path
            self.line = line
            self.record = record
            self.url = url
        }

        /// `contacts.csv#acme`; of a file that is one document, its path.
        public var place: String { record.map { "\(path)#\($0)" } ?? path }
    }
}

extension Document {
    /// The value of a field, with the type that it has or looks to be of.
    public enum Value: Hashable, Sendable {
        case text(String)
        /// A decimal as it was written, such as `-12.50`.
        case number(String)
        /// A day, `2026-11-01` (RFC 3339 `full-date`).
        case date(String)
        case truth(Bool)

        /// What a text looks like: a number only if nothing of it would be lost, so `007` and `+49` stay texts.
        public init(written text: String) {
            if text == "true" || text == "false" {
                self = .truth(text == "true")
            } else if Self.isDecimal(text) {
                self = .number(text)
            } else if CalendarTime.day(text) != nil {
                self = .date(text)
            } else {
                self = .text(text)
            }
        }

        /// As people read it.
        public var text: String {
            switch self {
            case .text(let text), .number(let text), .date(let text): text
            case .truth(let truth): truth ? "yes" : "no"
            }
        }

        /// Whether the digits are a decimal without needless zeros before the point, and of a length that is no code.
        static func isDecimal(_ text: String) -> Bool {
            let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
            let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
            guard digits.utf8.count <= 16, let whole = parts.first, whole == "0" || !whole.hasPrefix("0") else {
                return false
            }
            return parts.allSatisfy { part in !part.isEmpty && part.utf8.allSatisfy { 0x30...0x39 ~= $0 } }
        }
    }

    /// SHA-256 of everything it says: the same for the same content wherever it stands.
    public var digest: Digest {
        var content: [JSON.Field] = [JSON.Field("title", .string(title)), JSON.Field("text", .string(text))]
        func add(_ name: String, _ value: String?) {
            if let value { content.append(JSON.Field(name, .string(value))) }
        }
        add("kind", kind?.rawValue)
        add("collection", collection)
        add("customer", customer)
        add("subject", subject)
        add("valid_from", validFrom.map(String.init))
        add("valid_to", validTo.map(String.init))
        content.append(JSON.Field("tags", .array(tags.map { .string($0) })))
        let fields = fields.map { field in
            let value: JSON =
                switch field.value {
                case .text(let text): .string(text)
                case .number(let digits): .number(digits)
                case .date(let day): .fields(("date", .string(day)))
                case .truth(let truth): .bool(truth)
                }
            return JSON.fields(("name", .string(field.name)), ("value", value))
        }
        content.append(JSON.Field("fields", .array(fields)))
        return .of(JSON.object(content).bytes)
    }
}
