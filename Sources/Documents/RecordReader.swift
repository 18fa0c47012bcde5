/// Makes a document of a row of a table, or of an object of JSON: some columns are known by their names, every other
/// is a field of it.
struct RecordReader: Sendable {
    static let fieldsMax = 64
    static let valueBytesMax = 100_000
    static let tagsMax = 16

    /// The columns of a table; empty where each record names its own.
    let names: [String]
    /// The column that names the entries; nil to name them by their number.
    private let idColumn: String?
    private let options: DocumentOptions
    private let path: String
    /// What somebody should know of the choice of names.
    let note: String?

    /// What names an entry where nobody says so, the best first.
    private static let idColumns = ["id", "key", "slug", "code", "sku", "number", "name", "title"]
    private static let titleColumns = ["title", "name", "subject", "label"]
    private static let textColumns = ["text", "body", "content", "note", "notes", "description"]
    private static let customerFiles: Set = ["customer", "customers", "client", "clients", "contacts"]

    init(header: [String], path: String, line: Int, _ options: DocumentOptions) throws(DocumentProblem) {
        var seen: Set<String> = []
        for (index, name) in header.enumerated() {
            let problem: String? =
                if name.isEmpty { "column \(index + 1) has no name" } else if !seen.insert(name.lowercased()).inserted {
                    "two columns are called \"\(name.excerpt)\""
                } else { Self.problem(ofName: name) }
            if let problem {
                throw DocumentProblem(
                    path: path, line: line, problem, hint: "the first line names the columns, each once",
                    extent: .file)
            }
        }
        try self.init(names: header, candidates: header, path: path, line: line, options)
    }

    /// - Parameter first: the names of the first record.
    init(objectsLike first: [String], path: String, line: Int, _ options: DocumentOptions) throws(DocumentProblem) {
        try self.init(names: [], candidates: first, path: path, line: line, options)
    }

    private init(
        names: [String], candidates: [String], path: String, line: Int, _ options: DocumentOptions
    ) throws(DocumentProblem) {
        self.names = names
        self.path = path
        self.options = options
        let lower = candidates.map { $0.lowercased() }
        if let wanted = options.idColumn {
            guard let index = lower.firstIndex(of: wanted.lowercased()) else {
                throw DocumentProblem(
                    path: path, line: line, "there is no column \"\(wanted.excerpt)\" to name entries by",
                    hint: "it has: " + candidates.prefix(12).map(\.excerpt).joined(separator: ", "), extent: .file)
            }
            idColumn = lower[index]
            note = nil
        } else {
            let found = Self.idColumns.first(where: lower.contains)
            idColumn = found
            note =
                found.map { $0 == "id" ? nil : "entries are named by \"\($0)\"" }
                ?? "no column names the entries, so they are named by their row; --id-column chooses one"
        }
    }

    private static func problem(ofName name: String) -> String? {
        if name.utf8.count > Document.Field.nameMax {
            return "the name \"\(name.excerpt)\" is longer than \(Document.Field.nameMax) bytes"
        }
        return name.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7f }
            ? "the name \"\(name.excerpt)\" holds a control character" : nil
    }

    /// - Parameters:
    ///   - row: counted from 1.
    func document(
        _ pairs: [(name: String, value: Document.Value)], line: Int, row: Int
    ) throws(DocumentProblem) -> Document {
        func fail(_ message: String, hint: String = "") -> DocumentProblem {
            DocumentProblem(path: path, line: line, message, hint: hint)
        }
        var known: [String: String] = [:]
        for (name, value) in pairs where !value.text.isEmpty {
            guard value.text.utf8.count <= Self.valueBytesMax else {
                throw fail("\"\(name.excerpt)\" is longer than \(Self.valueBytesMax) bytes")
            }
            if let problem = Self.problem(ofName: name) { throw fail(problem) }
            guard known.updateValue(value.text, forKey: name.lowercased()) == nil else {
                throw fail("\"\(name.excerpt)\" is there twice")
            }
        }
        let stem = EntryName.stem(of: path)
        let (id, key) = try name(known, row: row, stem: stem, fail)
        let titleColumn = Self.titleColumns.first { known[$0] != nil }
        let textColumn = Self.textColumns.first { known[$0] != nil }
        var used: Set = ["kind", "form", "collection", "customer", "tags", "valid_from", "valid_to", "person", "url"]
        used.formUnion([titleColumn, textColumn, idColumn].compactMap { $0 })
        let fields = pairs.filter { !$0.value.text.isEmpty && !used.contains($0.name.lowercased()) }
            .map { Document.Field(name: $0.name, value: $0.value) }
        guard fields.count <= Self.fieldsMax else { throw fail("more than \(Self.fieldsMax) fields") }
        var document = Document(
            id: id, title: titleColumn.flatMap { known[$0] } ?? key, text: textColumn.flatMap { known[$0] } ?? "",
            fields: fields, origin: Document.Origin(path: path, line: line, record: id, url: known["url"]))
        document.kind = try kind(known["kind"] ?? known["form"], stem: stem, fail)
        document.collection = known["collection"]
        document.customer = known["customer"]
        document.subject = known["person"]
        document.tags = (known["tags"] ?? "").split { ",;|".contains($0) }.map(\.trimmedBlanks).filter { !$0.isEmpty }
        guard document.tags.count <= Self.tagsMax else { throw fail("more than \(Self.tagsMax) tags") }
        document.validFrom = try moment("valid_from", known, fail)
        document.validTo = try moment("valid_to", known, fail)
        guard !fields.isEmpty || !document.text.isEmpty else { throw fail("it says nothing but its name") }
        return document
    }

    private typealias Fail = (_ message: String, _ hint: String) -> DocumentProblem

    private func name(
        _ known: [String: String], row: Int, stem: String, _ fail: Fail
    ) throws(DocumentProblem) -> (id: String, key: String) {
        guard let idColumn else { return (EntryName.suggestion(for: "\(stem)-\(row)"), "row \(row)") }
        guard let key = known[idColumn] else {
            throw fail("\"\(idColumn.excerpt)\" is empty, and it names the entry", "")
        }
        // A bare number says nothing: 17 of customers.csv is customers-17.
        let isNumber = key.utf8.allSatisfy { 0x30...0x39 ~= $0 }
        let id = EntryName.telling(isNumber ? "\(stem)-\(key)" : key)
        return (id, key)
    }

    private func kind(_ word: String?, stem: String, _ fail: Fail) throws(DocumentProblem) -> Document.Kind {
        guard let word else {
            return options.kind ?? (Self.customerFiles.contains(stem.lowercased()) ? .customer : .fact)
        }
        guard let kind = Document.Kind(rawValue: word.lowercased()) else {
            throw fail(
                "\"\(word.excerpt)\" is no kind of entry",
                "one of " + Document.Kind.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return kind
    }

    private func moment(_ name: String, _ known: [String: String], _ fail: Fail) throws(DocumentProblem) -> Int64? {
        guard let text = known[name] else { return nil }
        guard let time = CalendarTime.microseconds(of: text) else {
            throw fail("`\(name)` is no date", "write it as 2026-11-02, or 2026-11-02T09:00:00Z")
        }
        return time
    }
}

extension String {
    /// What a message quotes of a text: its beginning, on one line.
    var excerpt: String {
        let clean = unicodeScalars.prefix(40).map { $0.value < 0x20 || $0.value == 0x7f ? " " : $0 }
        return String(String.UnicodeScalarView(clean)) + (unicodeScalars.count > 40 ? "..." : "")
    }
}
