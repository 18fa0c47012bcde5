/// Reads one file, piece by piece: bytes in, documents out.
///
/// Only the record at hand is kept, so a file may be larger than memory. A page, a feed and a message are one piece.
public struct DocumentReader: Sendable {
    /// The largest file that is one document or one feed, in bytes.
    public static let wholeBytesMax = 32 << 20
    /// The largest row of a table and line of JSON, in bytes.
    public static let recordBytesMax = 1 << 20
    /// The largest message, in bytes; its attachments count.
    public static let messageBytesMax = 64 << 20
    /// How many problems of one file are told before the rest of it is given up.
    public static let problemsMax = 1_000

    private enum Form: Sendable {
        case lines(LineCutter, any LineParser & Sendable)
        case whole(DocumentFormat, [UInt8])
        case ended
    }

    private var form: Form
    private let path: String
    private let options: DocumentOptions
    private var problems = 0

    /// - Parameters:
    ///   - format: not Markdown.
    ///   - path: what documents and problems name as their place.
    public init(_ format: DocumentFormat, path: String, _ options: DocumentOptions = DocumentOptions()) {
        self.path = path
        self.options = options
        form =
            switch format {
            case .csv: .lines(LineCutter(bytesMax: Self.recordBytesMax), CSVParser(path: path, options))
            case .jsonLines: .lines(LineCutter(bytesMax: Self.recordBytesMax), JSONLinesParser(path: path, options))
            case .mbox: .lines(LineCutter(bytesMax: Self.recordBytesMax), MboxParser(path: path, options))
            case .message, .feed, .html, .markdown: .whole(format, [])
            }
    }

    /// Whether nothing more will come of it.
    public var isEnded: Bool { if case .ended = form { true } else { false } }

    /// What the file says up to here.
    public mutating func take(_ bytes: some Collection<UInt8>) -> [DocumentItem] {
        switch form {
        case .ended: return []
        case .lines(var cutter, var parser):
            // Each has one owner at a time, so nothing is copied.
            form = .ended
            var items: [DocumentItem] = []
            cutter.take(bytes) { line in parser.take(line, into: &items) }
            form = .lines(cutter, parser)
            return settled(items)
        case .whole(let format, var content):
            form = .ended
            guard content.count + bytes.count <= Self.wholeBytesMax else {
                return [
                    .problem(
                        DocumentProblem(path: path, "larger than \(Self.wholeBytesMax) bytes", extent: .file))
                ]
            }
            content += bytes
            form = .whole(format, content)
            return []
        }
    }

    /// What is left once the file has ended.
    public mutating func finish() -> [DocumentItem] {
        defer { form = .ended }
        switch form {
        case .ended: return []
        case .lines(var cutter, var parser):
            form = .ended
            var items: [DocumentItem] = []
            cutter.finish { line in parser.take(line, into: &items) }
            parser.finish(into: &items)
            return settled(items)
        case .whole(let format, let content): return settled(items(of: content, format))
        }
    }

    private func items(of content: [UInt8], _ format: DocumentFormat) -> [DocumentItem] {
        do throws(DocumentProblem) {
            switch format {
            case .feed: return try FeedDocuments(content, path: path, options).items
            case .html: return [try HTMLPage.item(content, path: path, options)]
            case .message:
                let mail = try MailMessage(content[...], path: path, line: 1, options).document(isFile: true)
                return [
                    mail.text.isEmpty
                        ? .note(path: path, message: "a message without text is left out") : .document(mail)
                ]
            case .csv, .jsonLines, .mbox, .markdown: return []
            }
        } catch {
            return [.problem(error)]
        }
    }

    private mutating func settled(_ items: [DocumentItem]) -> [DocumentItem] {
        for (index, item) in items.enumerated() {
            guard case .problem(let problem) = item else { continue }
            problems += 1
            if problem.extent == .file {
                form = .ended
                return Array(items[...index])
            }
            guard problems < Self.problemsMax else {
                form = .ended
                let last = DocumentProblem(
                    path: path, line: problem.line, "\(Self.problemsMax) problems up to here; the rest is not read",
                    hint: "is this the right kind of file?", extent: .file)
                return items[...index] + [.problem(last)]
            }
        }
        return items
    }

    /// Everything that a text says.
    public static func items(
        of bytes: [UInt8], _ format: DocumentFormat, path: String, _ options: DocumentOptions = DocumentOptions()
    ) -> [DocumentItem] {
        var reader = DocumentReader(format, path: path, options)
        return reader.take(bytes) + reader.finish()
    }
}
