import Coordinator
import Events
import Jobs
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

    /// - Parameters:
    ///   - body: Markdown.
    ///   - subjects: whom it is about.
    ///   - shelf: seals it for them, and for whoever is named in it.
    init(
        id: String, title: String, collection: String, form: EntryForm, body: String, source: EntrySource,
        about subjects: Set<SubjectID>, sealedBy shelf: ArtifactShelf
    ) {
        self.id = id
        self.source = source
        func redacted(_ text: String) -> String {
            String(decoding: shelf.keyring.redaction(Array(text.utf8)), as: UTF8.self)
        }
        let (title, body) = (redacted(title), redacted(body))
        let whole = Array("# \(title)\n\n\(body)".utf8)
        let subjects = subjects.union(shelf.keyring.named(in: whole))
        // A title can name somebody, too.
        let kept = Content(subjects.isEmpty ? Array(body.utf8) : whole, about: subjects, with: shelf.keyring)
        stored = kept.stored
        content = EntryContent(
            form: form, title: subjects.isEmpty ? title : "", collection: collection, body: kept.digest)
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
