import Documents
import Events
import Jobs
import Knowledge
import Workspace

/// One thing that an import found in a file, before anything of it is sealed or written.
struct FoundText: Sendable {
    var id: String
    var statement: Statement
    /// The person it is about.
    let subject: String?
    /// What its versions carry: `notes/olive-oil.md`, `contacts.csv#acme`.
    let place: String
    /// The file, and the line that it begins in.
    let path: String
    let line: Int
    /// The file's number among those of the import, and the text's own in the file.
    var file = 0
    var ordinal = 0
    /// Whether its file or the owner says where it belongs and what it is, rather than the folder that it lies in.
    var saysCollection = true
    var saysForm = true
}

/// What the owner says about files that do not say it themselves.
struct ImportOptions: Sendable {
    var collection: String?
    var form: EntryForm?
    var documents = DocumentOptions()
}

extension FoundText {
    static let titleMax = 200

    /// A file of the workspace's `knowledge/`, as `daybook check` reads it.
    init(_ file: KnowledgeFile) {
        self.init(
            id: file.id,
            statement: Statement(
                form: file.form, title: file.title, collection: file.collection, body: file.body,
                tags: file.marks.tags, customer: file.marks.customer ?? "", validFrom: file.marks.validFrom,
                validTo: file.marks.validTo),
            subject: file.subject, place: file.path, path: file.path, line: 1)
    }

    /// Markdown from anywhere.
    init(_ note: MarkdownNote, in file: ImportFile, _ options: ImportOptions) {
        let collection = note.collection ?? file.collection ?? options.collection ?? MarkdownNote.collectionDefault
        self.init(
            id: note.id,
            statement: Statement(
                form: note.form ?? options.form ?? .document, title: note.name, collection: collection,
                body: note.body, tags: note.marks.tags, customer: note.marks.customer ?? "",
                validFrom: note.marks.validFrom, validTo: note.marks.validTo),
            subject: note.subject, place: file.name, path: file.name, line: 1,
            saysCollection: (note.collection ?? options.collection) != nil, saysForm: (note.form ?? options.form) != nil
        )
    }

    /// - Throws: why it cannot be an entry.
    init(_ document: Document, in file: ImportFile, _ options: ImportOptions) throws(DocumentProblem) {
        func fail(_ message: String, hint: String = "") -> DocumentProblem {
            DocumentProblem(
                path: file.name, line: document.origin.line, message, hint: hint,
                extent: file.format.holdsRecords ? .record : .file)
        }
        let form = document.kind.map { EntryForm($0) } ?? options.form ?? .document
        let collection =
            document.collection ?? file.collection ?? options.collection
            ?? (form == .customer ? "customers" : MarkdownNote.collectionDefault)
        guard MarkdownNote.isCollection(collection) else {
            throw fail(
                "\"\(collection.cut(40))\" is no name for a collection",
                hint: "1 to 64 of a-z, 0-9, `-`, `_`, `.`; `outcomes` means recorded figures")
        }
        var customer = ""
        if let name = document.customer {
            customer = EntryName.suggestion(for: name)
            guard !customer.isEmpty else { throw fail("\"\(name.cut(40))\" makes no name for a customer") }
        }
        if let from = document.validFrom, let to = document.validTo, from >= to {
            throw fail("it would end before it begins to hold")
        }
        if let subject = document.subject, let word = PersonName.word(of: subject, in: document.id) {
            throw fail(
                "\"\(word)\" stands in the entry's name, which the ledger keeps in the clear for ever",
                hint: "name the entries by a number: --id-column")
        }
        var id = document.id
        if file.format == .html {
            let place = file.below == "index.html" ? file.name : file.below
            id = EntryName.suggestion(forPage: place)
        }
        let text = Self.clean(document.text)
        let isRecord = form.isRecord && !document.fields.isEmpty
        let title = Self.clean(document.title).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        var tags: [String] = []
        for tag in document.tags.map({ EntryName.suggestion(for: $0) }) where !tag.isEmpty && !tags.contains(tag) {
            tags.append(tag)
        }
        let statement = Statement(
            form: form, title: title.isEmpty ? id : String(title.prefix(Self.titleMax)), collection: collection,
            body: isRecord ? "" : Self.body(document.fields, text),
            fact: isRecord ? Self.record(document.fields, text) : nil, tags: Array(tags.prefix(Statement.tagsMax)),
            customer: customer, validFrom: document.validFrom, validTo: document.validTo)
        self.init(
            id: id, statement: statement, subject: document.subject,
            place: document.origin.record.map { "\(file.name)#\($0)" } ?? file.name, path: file.name,
            line: document.origin.line, saysCollection: (document.collection ?? options.collection) != nil,
            saysForm: options.form != nil || (isRecord ? form != .fact : document.kind != nil))
    }

    /// What was said of it when it was last taken in holds on where nothing else is said now.
    func keeping(_ known: ImportedSources.Source?) -> FoundText {
        guard let known else { return self }
        var text = self
        text.id = known.entry
        if !saysCollection { text.statement.collection = known.collection }
        if !saysForm, statement.form.isRecord == known.form.isRecord { text.statement.form = known.form }
        return text
    }

    /// Who wrote a message, where an item was published: above the text, so that whoever is shown it sees it.
    private static func body(_ fields: [Document.Field], _ text: String) -> String {
        let lines = fields.map { "- \($0.name.replacing("_", with: " ")): \(line($0.value.text))" }
        return (lines.isEmpty ? [] : [lines.joined(separator: "\n")] + (text.isEmpty ? [] : [""]))
            .joined(separator: "\n") + (lines.isEmpty ? text : text.isEmpty ? "" : "\n\(text)")
    }

    private static func record(_ fields: [Document.Field], _ text: String) -> FactRecord {
        var known: [FactField] = []
        var rest: [String] = []
        for field in fields {
            var name = EntryName.suggestion(for: field.name)
            if name.isEmpty { name = "field" }
            if known.contains(where: { $0.name == name }) { name = EntryName.suggestion(for: "\(name)-\(known.count)") }
            if let value = FieldValue(field.value), known.count < FactRecord.fieldsMax {
                known.append(FactField(name: name, value: value))
            } else {
                rest.append("\(field.name): \(clean(field.value.text))")
            }
        }
        let note = (rest + [text]).filter { !$0.isEmpty }.joined(separator: "\n\n")
        return FactRecord(topic: "", fields: known, note: note)
    }

    private static func line(_ text: String) -> String {
        clean(text).split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    /// Without control characters, and with one kind of line end.
    private static func clean(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 < 0x20 && $0 != 0x0a && $0 != 0x09 || $0 == 0x7f }) else { return text }
        var clean: [UInt8] = []
        clean.reserveCapacity(text.utf8.count)
        var isAfterReturn = false
        for byte in text.utf8 {
            if byte >= 0x20 && byte != 0x7f || byte == 0x09 || byte == 0x0a && !isAfterReturn { clean.append(byte) }
            if byte == 0x0d { clean.append(0x0a) }
            isAfterReturn = byte == 0x0d
        }
        return String(decoding: clean, as: UTF8.self)
    }
}

extension EntryForm {
    /// Whether it is made of fields rather than of text.
    fileprivate var isRecord: Bool { self == .fact || self == .customer }

    init(_ kind: Document.Kind) {
        switch kind {
        case .fact: self = .fact
        case .document: self = .document
        case .template: self = .template
        case .customer: self = .customer
        case .pastOutput: self = .pastOutput
        }
    }
}

extension FieldValue {
    /// Nil for a text that is too long to be a value.
    fileprivate init?(_ value: Document.Value) {
        let text = value.text
        guard text.utf8.count <= Self.bytesMax, !text.contains(where: \.isNewline) else { return nil }
        switch value {
        case .number(let digits): self = FieldValue(digits, type: "number") ?? .text(digits)
        case .date(let day): self = FieldValue(day, type: "date") ?? .text(day)
        case .truth(let truth): self = .truth(truth)
        case .text: self = FieldValue(text, type: "money") ?? .text(text)
        }
    }
}
