public import Events

/// `knowledge/<id>.md`, or `knowledge/<collection>/<id>.md`: one thing that the business knows.
public struct KnowledgeFile: Hashable, Sendable {
    /// A figure of the frontmatter, as it was written.
    public struct Figure: Hashable, Sendable {
        public let name: String
        public let value: String
    }

    public let id: String
    public let title: String
    /// What agents name in `knowledge: {read: [...]}`.
    public let collection: String
    public let form: EntryForm
    /// In the order of the file.
    public let figures: [Figure]
    /// The person it is about: the ledger keeps it sealed. Nil if it is about nobody.
    public let subject: String?
    public let marks: EntryMarks
    /// What goes into the ledger: the Markdown below the frontmatter, and a last line with the figures, if any.
    public let body: String
    public let source: SourceFile

    /// Relative to the workspace.
    public var path: String { source.path }
}

extension KnowledgeFile {
    static let folder = "knowledge"
    /// Where the file does not say.
    static let collectionDefault = "notes"
    /// What a recall calls the figures that were recorded.
    static let outcomes = "outcomes"

    /// Nil once its problem is reported.
    static func read(
        _ path: String, named stem: String, collection outer: String?, in folder: WorkspaceFolder,
        _ collector: DiagnosticCollector
    ) -> KnowledgeFile? {
        TextFile.markdown(path, in: folder, collector).flatMap { parse($0, named: stem, collection: outer, collector) }
    }

    /// What stands in Markdown with frontmatter. Nil once its problem is reported.
    static func parse(
        _ text: (file: TextFile, body: MarkdownBody), named stem: String, collection outer: String?,
        _ collector: DiagnosticCollector
    ) -> KnowledgeFile? {
        let keys = ["title", "collection", "form", "kind", "figures", "subject"] + EntryMarks.keys
        let (file, body) = text
        guard let node = file.compose(),
            let fields = Fields(node, of: "an entry of knowledge", in: file, keys: keys),
            file.checkName(fields, stem: stem, dots: true)
        else { return nil }
        let title = fields.required("title", hint: "one line").flatMap { file.line($0, "title") }
        let collection = fields["collection"].map { file.identifier($0, "collection") }
        if (collection ?? outer) == outcomes {
            file.error(
                "`\(outcomes)` means recorded figures, and cannot hold knowledge",
                at: fields.position(of: "collection"), hint: "name another collection")
        }
        let form = (fields["form"] ?? fields["kind"]).map { file.word($0, "form", of: Self.forms) }
        let figures = fields["figures"].map { Self.readFigures($0, file) }
        let subject = fields["subject"].map { Self.readSubject($0, of: stem, file) }
        let marks = EntryMarks(fields, file, isOurs: true)
        if body.text.isEmpty {
            file.error("there is no text below the frontmatter", at: nil, hint: "write down what is known")
        }
        guard let title, let collection = settled(collection, or: outer ?? collectionDefault),
            let marks, let form = settled(form, or: .document), let figures = settled(figures, or: []),
            !body.text.isEmpty,
            let subject = settled(subject.map { $0.map { String?.some($0) } }, or: String?.none)
        else { return nil }
        return KnowledgeFile(
            id: stem, title: title, collection: collection, form: form, figures: figures, subject: subject,
            marks: marks, body: Self.body(body.text, figures), source: file.source)
    }

    static let forms: KeyValuePairs<String, EntryForm> = [
        "fact": .fact, "document": .document, "past_output": .pastOutput, "template": .template,
        "customer": .customer,
    ]

    /// The text, and a last line with the figures, if any.
    static func body(_ text: String, _ figures: [Figure]) -> String {
        guard !figures.isEmpty else { return text }
        let line = figures.map { "\($0.name.replacing("_", with: " ")) \($0.value)" }.joined(separator: ", ")
        return "\(text)\n\nFigures: \(line)."
    }

    /// The person that an entry is about; nil once its problem is reported.
    static func readSubject(_ node: YAMLNode, of entry: String, _ file: TextFile) -> String? {
        guard let person = file.line(node, "subject") else { return nil }
        if person.isEmpty || person.utf8.count > PersonName.bytesMax {
            file.error("`subject` is a person: an e-mail address, or a name", at: node.position)
            return nil
        }
        if let word = PersonName.word(of: person, in: entry) {
            file.error(
                "\"\(word)\" stands in the entry's name, which the ledger keeps in the clear for ever",
                at: node.position, hint: "rename the file: customer-17.md")
            return nil
        }
        return person
    }

    static func readFigures(_ node: YAMLNode, _ file: TextFile) -> [Figure]? {
        guard let pairs = file.pairs(node, "figures", max: 32) else { return nil }
        let figures = pairs.compactMap { pair in
            file.line(pair.value, pair.key).map { Figure(name: pair.key, value: $0) }
        }
        return figures.count == pairs.count ? figures : nil
    }
}
