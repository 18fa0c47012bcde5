import Coordinator
import Events
import Jobs
import Knowledge
import Sealing
import Wire
import Workspace

/// An entry as a person or a file wants it to be, and what the ledger would keep of it.
struct KnowledgeDraft {
    let id: String
    let source: EntrySource
    /// What events say of it; of an entry about a person neither title nor text.
    let content: EntryContent
    /// The artifact that `content` names.
    let stored: [UInt8]
    /// That of its typed fields, for a fact with fields.
    let storedFields: [UInt8]?
    /// What it says, as it is kept.
    let statement: Statement

    /// All that must be in the ledger with it.
    var artifacts: [[UInt8]] { [stored] + (storedFields.map { [$0] } ?? []) }

    /// - Parameters:
    ///   - body: Markdown.
    ///   - subjects: whom it is about.
    ///   - shelf: seals it for them, and for whoever is named in it.
    init(
        id: String, title: String, collection: String, form: EntryForm, body: String, source: EntrySource,
        about subjects: Set<SubjectID>, sealedBy shelf: ArtifactShelf
    ) {
        self.init(
            id: id, Statement(form: form, title: title, collection: collection, body: body), source: source,
            about: subjects, sealedBy: shelf)
    }

    /// - Parameters:
    ///   - said: without secrets taken out yet.
    ///   - subjects: whom it is about.
    ///   - shelf: seals it for them, and for whoever is named in it.
    init(
        id: String, _ said: Statement, source: EntrySource, about subjects: Set<SubjectID>,
        sealedBy shelf: ArtifactShelf
    ) {
        self.id = id
        self.source = source
        func redacted(_ text: String) -> String {
            String(decoding: shelf.keyring.redaction(Array(text.utf8)), as: UTF8.self)
        }
        var statement = said
        statement.title = redacted(said.title)
        if let fact = said.fact {
            statement.setFact(fact.rewritten(redacted))
        } else {
            statement.body = redacted(said.body)
        }
        let (title, body) = (statement.title, statement.body)
        let whole = Array("# \(title)\n\n\(body)".utf8)
        let subjects = subjects.union(shelf.keyring.named(in: whole))
        // A title can name somebody, too.
        let kept = Content(subjects.isEmpty ? Array(body.utf8) : whole, about: subjects, with: shelf.keyring)
        let fields = statement.fact.map { Content($0.wireBytes, about: subjects, with: shelf.keyring) }
        stored = kept.stored
        storedFields = fields?.stored
        self.statement = statement
        content = EntryContent(
            form: statement.form, title: subjects.isEmpty ? title : "", collection: statement.collection,
            body: kept.digest, fields: fields?.digest, tags: statement.tags, customer: statement.customer,
            validFromUs: statement.validFrom, validToUs: statement.validTo,
            confidenceMillionths: statement.confidenceMillionths)
    }
}

extension FactRecord {
    /// With every text in it rewritten.
    fileprivate func rewritten(_ rewrite: (String) -> String) -> FactRecord {
        let fields = fields.map { field in
            guard case .text(let text) = field.value else { return field }
            return FactField(name: field.name, value: .text(rewrite(text)))
        }
        return FactRecord(topic: rewrite(topic), fields: fields, note: rewrite(note))
    }
}

extension KnowledgeDraft {
    /// What a file says. Whoever it is about gets a key.
    ///
    /// - Parameters:
    ///   - path: the name that its versions carry; nil for the file's own, relative to the workspace.
    init(_ file: KnowledgeFile, path: String? = nil, collection: String? = nil, in workplace: Workplace) throws {
        self.init(
            file, path: path, collection: collection, about: try workplace.subjects(file.subject.map { [$0] } ?? []),
            sealedBy: workplace.artifacts)
    }

    init(
        _ file: KnowledgeFile, path: String? = nil, collection: String? = nil, about subjects: Set<SubjectID>,
        sealedBy shelf: ArtifactShelf
    ) {
        self.init(
            id: file.id, title: file.title, collection: collection ?? file.collection, form: file.form,
            body: file.body, source: .file(path ?? file.path), about: subjects, sealedBy: shelf)
    }
}

extension MarkdownNote {
    /// Complains about a collection that cannot be.
    static func requireCollection(_ name: String) throws {
        guard !isCollection(name) else { return }
        throw Complaint(
            "\"\(name)\" is no name for a collection",
            hint: "1 to 64 of a-z, 0-9, `-`, `_`, `.`; `outcomes` means recorded figures", status: .usage)
    }
}

extension EntryContent {
    /// Byte for byte; `==` takes two texts for equal that Unicode does.
    func isSame(as other: EntryContent) -> Bool { wireBytes == other.wireBytes }
}
