import Documents
import Glibc
import Workspace

/// What reading a file gives.
enum ImportItem: Sendable {
    case text(FoundText)
    case problem(DocumentProblem)
    case note(String)
    /// The file says nothing.
    case empty
}

/// Reads files piece by piece, so that only the record at hand is in memory.
struct ImportReader: Sendable {
    static let pieceBytes = 256 << 10

    let options: ImportOptions
    /// The workspace's own files, which are read as `daybook check` reads them, by path.
    let ours: [String: KnowledgeFile]

    /// Passes on what a file says, in its order.
    func read(_ file: ImportFile, _ body: (ImportItem) throws -> Void) throws {
        if let ours = ours[file.name] { return try body(.text(FoundText(ours))) }
        let handle = open(file.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard handle >= 0 else {
            let why = String(cString: strerror(errno))
            return try body(.problem(problem(file, "it cannot be read: \(why)")))
        }
        defer { close(handle) }
        var documents = DocumentReader(file.format, path: file.name, options.documents)
        var whole: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: min(Self.pieceBytes, max(1, Int(clamping: file.stamp.size + 1))))
        while !documents.isEnded {
            let count = Glibc.read(handle, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                return try body(
                    .problem(problem(file, "it cannot be read: \(String(cString: strerror(errno)))")))
            }
            if count == 0 { break }
            if file.format == .markdown {
                whole += piece[..<count]
                guard whole.count <= MarkdownNote.bytesMax else {
                    return try body(.problem(problem(file, "larger than \(MarkdownNote.bytesMax) bytes")))
                }
            } else {
                for item in documents.take(piece[..<count]) { try pass(item, of: file, body) }
            }
        }
        if file.format == .markdown { return try body(markdown(whole, file)) }
        for item in documents.finish() { try pass(item, of: file, body) }
    }

    /// All that a file says.
    func items(of file: ImportFile) throws -> [ImportItem] {
        var items: [ImportItem] = []
        try read(file) { items.append($0) }
        return items
    }

    private func pass(
        _ item: DocumentItem, of file: ImportFile, _ body: (ImportItem) throws -> Void
    ) throws {
        switch item {
        case .document(let document):
            let found: FoundText
            do throws(DocumentProblem) {
                found = try FoundText(document, in: file, options)
            } catch {
                return try body(.problem(error))
            }
            try body(.text(found))
        case .problem(let problem): try body(.problem(problem))
        case .note(let path, let message): try body(.note("\(path): \(message)"))
        }
    }

    private func markdown(_ bytes: [UInt8], _ file: ImportFile) -> ImportItem {
        // Blanks, line ends and a byte order mark say nothing.
        if bytes.allSatisfy({ [0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf].contains($0) }) { return .empty }
        do throws(WorkspaceProblems) {
            let id = EntryName.suggestion(forFile: file.name)
            let text = options.documents.charset.text(of: bytes).map { Array($0.utf8) } ?? bytes
            return .text(FoundText(try MarkdownNote.parse(text, named: id, path: file.name), in: file, options))
        } catch {
            let first = error.errors.first
            return .problem(
                DocumentProblem(
                    path: file.name, line: first?.position?.line ?? 1, column: first?.position?.column ?? 1,
                    first?.message ?? "it cannot be read",
                    hint: String(validating: bytes, as: UTF8.self) == nil
                        ? "save it as UTF-8, or --charset windows-1252" : first?.hint ?? "", extent: .file))
        }
    }

    private func problem(_ file: ImportFile, _ message: String, hint: String = "") -> DocumentProblem {
        DocumentProblem(path: file.name, message, hint: hint, extent: .file)
    }
}
