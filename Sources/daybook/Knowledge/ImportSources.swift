import Events
import Foundation
import Workspace

/// What `knowledge import` is given: nothing, which is the workspace's own `knowledge/`, or files and folders.
struct ImportSources {
    let workplace: Workplace
    /// For files that do not say where they belong.
    let collection: String?

    /// What the files say, in their order.
    func drafts(at paths: [String]) throws -> [KnowledgeDraft] {
        do {
            guard !paths.isEmpty else { return try ours(at: "") }
            return try paths.flatMap { path in
                guard let inside = inside(path) else { return try others(at: path) }
                return try ours(at: inside)
            }
        } catch {
            throw Complaint(error)
        }
    }

    /// Files of `knowledge/` are read as `daybook check` reads them, however they are named here.
    private func ours(at place: String) throws -> [KnowledgeDraft] {
        try workplace.files().knowledgeFiles
            .filter { place.isEmpty || $0.path == place || $0.path.hasPrefix("\(place)/") }
            .map { try KnowledgeDraft($0, in: workplace) }
    }

    /// The place inside the workspace's `knowledge/`; nil for one elsewhere.
    private func inside(_ path: String) -> String? {
        guard let place = relative(path), place == "knowledge" || place.hasPrefix("knowledge/") else { return nil }
        return place
    }

    /// Relative to the workspace; nil for a place outside of it, or one that is not there.
    private func relative(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        let place = String(cString: real)
        return place.hasPrefix("\(workplace.directory)/") ? String(place.dropFirst(workplace.directory.count + 1)) : nil
    }

    private func others(at path: String) throws -> [KnowledgeDraft] {
        guard FileManager.default.fileExists(atPath: path) else {
            throw Complaint("there is no file or folder \(path)", status: .notFound)
        }
        let notes = try MarkdownNote.read(at: path)
        var isFolder: ObjCBool = false
        _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        guard !notes.isEmpty else { throw Complaint("\(path) has no files `*.md`", status: .notFound) }
        return try notes.map { note in
            let file = isFolder.boolValue ? "\(path)/\(note.source.path)" : path
            // Where a file outside lies is nobody's business: the ledger keeps its name.
            return try KnowledgeDraft(
                note, path: relative(file) ?? note.source.path, collection: collection, in: workplace)
        }
    }
}

extension KnowledgeDraft {
    fileprivate init(_ note: MarkdownNote, path: String, collection: String?, in workplace: Workplace) throws {
        self.init(
            id: note.id, title: note.name, collection: note.collection ?? collection ?? MarkdownNote.collectionDefault,
            form: note.form ?? .document, body: note.body, source: .file(path),
            about: try workplace.subjects(note.subject.map { [$0] } ?? []), sealedBy: workplace.artifacts)
    }
}
