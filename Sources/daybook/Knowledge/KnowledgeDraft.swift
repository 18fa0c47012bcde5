import Events
import Wire
import Workspace

/// An entry as a person or a file wants it to be.
struct KnowledgeDraft {
    let id: String
    let title: String
    let collection: String
    let form: EntryForm
    /// Markdown.
    let body: [UInt8]
    let source: EntrySource

    var content: EntryContent {
        EntryContent(form: form, title: title, collection: collection, body: Digest.of(body))
    }
}

extension KnowledgeDraft {
    /// What a file says.
    ///
    /// - Parameters:
    ///   - path: the name that its versions carry; nil for the file's own, relative to the workspace.
    init(_ file: KnowledgeFile, path: String? = nil, collection: String? = nil) {
        self.init(
            id: file.id, title: file.title, collection: collection ?? file.collection, form: file.form,
            body: Array(file.body.utf8), source: .file(path ?? file.path))
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
