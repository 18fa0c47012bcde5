public import Events

/// Markdown from anywhere that becomes an entry of knowledge: `notes/olive-oil.md` becomes `olive-oil`.
///
/// Frontmatter is optional, and keys that mean nothing here are left alone: other programs have theirs.
public struct MarkdownNote: Hashable, Sendable {
    public let id: String
    /// What the frontmatter says; nil if it says nothing.
    public let title: String?
    /// Its first heading; nil without one.
    public let heading: String?
    /// What the frontmatter says, or the folder that the file lies in below the one that was read.
    public let collection: String?
    public let form: EntryForm?
    /// The person it is about, as the frontmatter says.
    public let subject: String?
    public let marks: EntryMarks
    /// The Markdown below the frontmatter, and a last line with the figures, if any.
    public let body: String
    /// Its path is relative to the folder that was read.
    public let source: SourceFile
}

extension MarkdownNote {
    /// The largest file, in bytes.
    public static let bytesMax = 4 << 20
    /// The longest title that is taken from a heading, in characters.
    static let headingMax = 200

    /// Reads one Markdown file, or those of a folder and of the folders in it, each of which is a collection.
    ///
    /// - Throws: `WorkspaceProblems` that name every file that cannot be read; then none is of use.
    public static func read(at path: String) throws(WorkspaceProblems) -> [MarkdownNote] {
        let collector = DiagnosticCollector()
        let real = WorkspaceFolder.realPath(path)
        guard let real else { throw WorkspaceProblems(path: path.excerpt, message: "there is no such file or folder") }
        let notes: [MarkdownNote]
        if let folder = try? WorkspaceFolder(at: real) {
            notes = read(in: folder, collector)
        } else {
            let slash = real.lastIndex(of: "/") ?? real.startIndex
            let folder = try WorkspaceFolder(at: slash == real.startIndex ? "/" : String(real[..<slash]))
            notes = [read(String(real[real.index(after: slash)...]), collection: nil, in: folder, collector)]
                .compactMap { $0 }
        }
        guard collector.errorCount == 0 else { throw collector.problems }
        return notes
    }

    /// Takes a text apart that was read already, such as standard input.
    ///
    /// - Throws: `WorkspaceProblems`
    public static func parse(
        _ bytes: [UInt8], named id: String, path: String
    ) throws(WorkspaceProblems) -> MarkdownNote {
        let collector = DiagnosticCollector()
        let note = parse(SourceFile(path: path, bytes: bytes), named: id, collection: nil, collector)
        guard let note, collector.errorCount == 0 else { throw collector.problems }
        return note
    }

    private static func read(in folder: WorkspaceFolder, _ collector: DiagnosticCollector) -> [MarkdownNote] {
        func files(in place: String, collection: String?) -> [MarkdownNote] {
            do throws(FileRefusal) {
                return try folder.names(in: place).filter { $0.hasSuffix(".md") && !folder.isFolder("\(place)/\($0)") }
                    .compactMap { name in
                        let path = place == "." ? name : "\(place)/\(name)"
                        return read(path, collection: collection, in: folder, collector)
                    }
            } catch {
                collector.report(Diagnostic(path: place, message: error.message))
                return []
            }
        }
        let names = (try? folder.names(in: ".")) ?? []
        let collections = names.filter { folder.isFolder($0) && Identifier.isValid($0) }
        return files(in: ".", collection: nil) + collections.flatMap { files(in: $0, collection: $0) }
    }

    private static func read(
        _ path: String, collection: String?, in folder: WorkspaceFolder, _ collector: DiagnosticCollector
    ) -> MarkdownNote? {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let stem = name.hasSuffix(".md") ? String(name.dropLast(3)) : name
        // `Olive Oil.md` is how people name files.
        let id = stem.lowercased().replacing(" ", with: "-")
        guard Identifier.isValid(id) else {
            collector.report(
                Diagnostic(
                    path: path, message: "\"\(stem.excerpt)\" makes no name for an entry",
                    hint: "rename the file: \(Identifier.rule(dots: true))"))
            return nil
        }
        do throws(FileRefusal) {
            let bytes = try folder.read(path, bytesMax: TextFile.bytesMax)
            return parse(SourceFile(path: path, bytes: bytes), named: id, collection: collection, collector)
        } catch {
            collector.report(Diagnostic(path: path, message: error.message))
            return nil
        }
    }

    private static func parse(
        _ source: SourceFile, named id: String, collection: String?, _ collector: DiagnosticCollector
    ) -> MarkdownNote? {
        if let problem = source.bytes.textProblem {
            collector.report(
                Diagnostic(
                    path: source.path, position: problem.position, message: problem.message,
                    hint: "save the file as UTF-8 text"))
            return nil
        }
        let content = source.bytes.withoutByteOrderMark
        guard content.starts(with: "---\n".utf8) || content.starts(with: "---\r\n".utf8) else {
            let body = MarkdownBody(bytes: content, firstLine: 1).text
            return MarkdownNote(id, nil, collection, nil, nil, EntryMarks(), [], body, source, collector)
        }
        let keys = ["title", "collection", "form", "kind", "figures", "subject"] + EntryMarks.keys
        guard let (file, body) = TextFile.markdown(source, collector), let node = file.compose() else { return nil }
        guard case .mapping(let pairs) = node.content,
            let fields = Fields(node, of: "an entry of knowledge", in: file, keys: keys + pairs.map(\.key))
        else {
            file.error("the frontmatter is no mapping (`key: value`)", at: node.position)
            return nil
        }
        return MarkdownNote(
            id, fields["title"].flatMap { file.line($0, "title") },
            fields["collection"].flatMap { file.identifier($0, "collection") } ?? collection,
            (fields["form"] ?? fields["kind"]).flatMap { file.word($0, "form", of: KnowledgeFile.forms) },
            fields["subject"].flatMap { KnowledgeFile.readSubject($0, of: id, file) },
            EntryMarks(fields, file, isOurs: false) ?? EntryMarks(),
            fields["figures"].flatMap { KnowledgeFile.readFigures($0, file) } ?? [], body.text, source, collector)
    }

    private init?(
        _ id: String, _ title: String?, _ collection: String?, _ form: EntryForm?, _ subject: String?,
        _ marks: EntryMarks, _ figures: [KnowledgeFile.Figure], _ text: String, _ source: SourceFile,
        _ collector: DiagnosticCollector
    ) {
        guard !text.isEmpty else {
            collector.report(
                Diagnostic(path: source.path, message: "there is no text in it", hint: "write down what is known"))
            return nil
        }
        if let collection, !Self.isCollection(collection) {
            collector.report(
                Diagnostic(
                    path: source.path,
                    message: "`\(collection)` means recorded figures, and cannot hold knowledge",
                    hint: "name another collection"))
            return nil
        }
        let heading = text.split(separator: "\n").first { $0.hasPrefix("# ") }?.dropFirst(2)
            .prefix(Self.headingMax).drop { $0 == " " }
        self.init(
            id: id, title: title, heading: heading.flatMap { $0.isEmpty ? nil : String($0) }, collection: collection,
            form: form, subject: subject, marks: marks, body: KnowledgeFile.body(text, figures), source: source)
    }
}

extension MarkdownNote {
    /// What it is called: as it says itself, or by its name.
    public var name: String { title ?? heading ?? id }

    /// Whether entries can stand in a collection of this name.
    public static func isCollection(_ name: String) -> Bool {
        Identifier.isValid(name) && name != KnowledgeFile.outcomes
    }

    /// Where it belongs if it does not say.
    public static var collectionDefault: String { KnowledgeFile.collectionDefault }
}
