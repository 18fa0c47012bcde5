/// Why something in a file does not become a document, and where it stands.
public struct DocumentProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is lost by it.
    public enum Extent: Hashable, Sendable {
        /// One record: the others can be taken without it.
        case record
        /// All that the file still holds.
        case file
    }

    public let path: String
    /// Counted from 1.
    public let line: Int
    /// In bytes, counted from 1.
    public let column: Int
    public let message: String
    /// What to do about it; empty if that is plain.
    public let hint: String
    public let extent: Extent

    public init(
        path: String, line: Int = 1, column: Int = 1, _ message: String, hint: String = "", extent: Extent = .record
    ) {
        self.path = path
        self.line = line
        self.column = column
        self.message = message
        self.hint = hint
        self.extent = extent
    }

    /// `contacts.csv:17:1: 3 columns, and the header has 4`
    public var description: String { "\(path):\(line):\(column): \(message)" }
}

/// What a reader found.
public enum DocumentItem: Hashable, Sendable {
    case document(Document)
    case problem(DocumentProblem)
    /// Nothing is wrong, but somebody should know: which column names the entries, a page that says nothing.
    case note(path: String, message: String)
}
