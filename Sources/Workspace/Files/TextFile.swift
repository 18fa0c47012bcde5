/// A text of the workspace while it is being read: where problems are reported, and at which place.
struct TextFile {
    /// The largest YAML or Markdown file.
    static let bytesMax = 262_144

    let source: SourceFile
    /// The part that is YAML: all of it, or the frontmatter.
    let yaml: [UInt8]
    /// The file's line on which that part begins.
    let firstLine: Int
    let collector: DiagnosticCollector

    func error(_ message: String, at position: SourcePosition?, hint: String? = nil) {
        report(.error, message, position, hint)
    }

    func note(_ message: String, at position: SourcePosition?, hint: String? = nil) {
        report(.note, message, position, hint)
    }

    private func report(_ severity: Diagnostic.Severity, _ message: String, _ place: SourcePosition?, _ hint: String?) {
        let path = source.path
        collector.report(Diagnostic(severity, path: path, position: place, message: message, hint: hint))
    }

    /// The document; nil once its problem is reported.
    func compose() -> YAMLNode? {
        do throws(YAMLRefusal) {
            if let node = try YAMLComposer.compose(yaml, firstLine: firstLine) { return node }
            error("there is nothing in it", at: nil)
        } catch {
            self.error(error.message, at: error.position, hint: error.hint)
        }
        return nil
    }

    /// The place of a byte inside a scalar's text.
    func position(ofByte offset: Int, in node: YAMLNode) -> SourcePosition {
        node.position(ofByte: offset, in: yaml)
    }
}

extension TextFile {
    /// Reads a file that is YAML as a whole; nil once its problem is reported.
    static func yaml(_ path: String, in folder: WorkspaceFolder, _ collector: DiagnosticCollector) -> TextFile? {
        guard let bytes = text(path, in: folder, collector) else { return nil }
        let source = SourceFile(path: path, bytes: bytes)
        return TextFile(source: source, yaml: bytes.withoutByteOrderMark, firstLine: 1, collector: collector)
    }

    /// Reads Markdown with frontmatter between two lines of `---`; nil once its problem is reported.
    static func markdown(
        _ path: String, in folder: WorkspaceFolder, _ collector: DiagnosticCollector
    ) -> (file: TextFile, body: MarkdownBody)? {
        text(path, in: folder, collector).flatMap { markdown(SourceFile(path: path, bytes: $0), collector) }
    }

    /// Takes Markdown apart that was read already; nil once its problem is reported.
    static func markdown(
        _ source: SourceFile, _ collector: DiagnosticCollector
    ) -> (file: TextFile, body: MarkdownBody)? {
        let path = source.path
        let content = source.bytes.withoutByteOrderMark
        let lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        func isFence(_ line: ArraySlice<UInt8>) -> Bool {
            line.elementsEqual("---".utf8) || line.elementsEqual("---\r".utf8)
        }
        guard let first = lines.first, isFence(first) else {
            collector.report(
                Diagnostic(
                    path: path, position: SourcePosition(line: 1, column: 1), message: "there is no frontmatter",
                    hint: "begin with a line `---`, then the keys, then a line `---`"))
            return nil
        }
        guard let end = lines.dropFirst().firstIndex(where: isFence) else {
            collector.report(
                Diagnostic(
                    path: path, position: SourcePosition(line: 1, column: 1),
                    message: "the frontmatter that opens here is never closed",
                    hint: "end it with a line `---`"))
            return nil
        }
        let yaml = Array(content[lines[1].startIndex..<lines[end].startIndex])
        let body = Array(content[lines[end].endIndex...].dropFirst())
        let file = TextFile(source: source, yaml: yaml, firstLine: 2, collector: collector)
        return (file, MarkdownBody(bytes: body, firstLine: end + 2))
    }

    /// The bytes of a file that is UTF-8 (RFC 3629) without control characters.
    private static func text(
        _ path: String, in folder: WorkspaceFolder, _ collector: DiagnosticCollector
    ) -> [UInt8]? {
        let bytes: [UInt8]
        do throws(FileRefusal) {
            bytes = try folder.read(path, bytesMax: bytesMax)
        } catch {
            collector.report(Diagnostic(path: path, message: error.message))
            return nil
        }
        guard let problem = bytes.textProblem else { return bytes }
        collector.report(
            Diagnostic(
                path: path, position: problem.position, message: problem.message,
                hint: "save the file as UTF-8 text"))
        return nil
    }
}

/// What stands below the frontmatter.
struct MarkdownBody {
    let text: String
    /// The file's line of the first line of `text`.
    let firstLine: Int

    /// Line ends become `\n`; blank lines around the text go.
    init(bytes: [UInt8], firstLine: Int) {
        let lines = String(decoding: bytes, as: UTF8.self)
            .split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        func isBlank(_ line: Substring) -> Bool { line.allSatisfy { $0 == " " || $0 == "\t" } }
        let first = lines.firstIndex { !isBlank($0) } ?? lines.endIndex
        let last = lines.lastIndex { !isBlank($0) } ?? lines.startIndex
        self.firstLine = first <= last ? firstLine + first : firstLine
        text = first <= last ? lines[first...last].joined(separator: "\n") : ""
    }

    /// The file's place of a byte of `text`.
    func position(ofByte offset: Int) -> SourcePosition {
        let before = text.utf8.prefix(offset)
        let line = before.count { $0 == UInt8(ascii: "\n") }
        let inLine = String(decoding: before.reversed().prefix { $0 != UInt8(ascii: "\n") }.reversed(), as: UTF8.self)
        return SourcePosition(line: firstLine + line, column: inLine.unicodeScalars.count + 1)
    }
}
