import Coordinator
import Documents
import EventSourcing
import Events
import Foundation
import Knowledge
import Views
import Wire
import Workspace

/// Writes what an entry says now into the file that it came from, so that the next import finds nothing to undo.
struct WriteBack {
    enum Outcome {
        case written(path: String)
        /// The file says it already.
        case same(path: String)
        /// Nothing was written.
        case refused(path: String, why: String)
    }

    let book: KnowledgeBook

    /// Only a file that is one entry, lies in the workspace, and is as it was when it was imported.
    func run(_ entry: String) async throws -> Outcome {
        let versions = try book.requireVersions(of: entry)
        guard let current = versions.last, !current.retired else {
            return .refused(path: "", why: "\(entry) is retired, and a file cannot say that")
        }
        guard let taken = versions.last(where: \.isImported), case .file(let place)? = taken.source else {
            return .refused(path: "", why: "\(entry) came from no file")
        }
        func refused(_ why: String) -> Outcome { .refused(path: place, why: why) }
        guard !place.hasPrefix("../") else { return refused("it lies outside of the workspace") }
        guard DocumentFormat(path: place) == .markdown else {
            return refused("only Markdown files are written, and it is none")
        }
        let path = "\(book.workplace.directory)/\(place)"
        guard let real = ImportFiles.realPath(path), real.hasPrefix("\(book.workplace.directory)/") else {
            return refused("it is not there any more")
        }
        guard let found = try read(real) else { return refused("it cannot be read") }
        let draft = try KnowledgeDraft(found, in: book.workplace, makesKeys: false)
        // A file without a name of its own is called by its folder's rules, which do not matter here.
        let statement = try book.statement(current.content)
        guard !draft.content.isSame(as: current.content) else { return .same(path: place) }
        guard draft.content.isSame(as: taken.fileContent(in: book)) else {
            return refused("it was changed since it was imported")
        }
        let bytes = try UserFile.read(real, called: place, bytesMax: MarkdownNote.bytesMax)
        guard let text = Self.text(of: bytes, saying: statement, insteadOf: draft.statement),
            let note = try? MarkdownNote.parse(Array(text.utf8), named: entry, path: place),
            note.body == statement.body, note.name == statement.title
        else { return refused("more than its text would have to change") }
        try Self.replace(real, with: text)
        return .written(path: place)
    }

    private func read(_ real: String) throws -> FoundText? {
        let files = try ImportFiles(at: [real], workspace: book.workplace.directory)
        guard let file = files.files.first else { return nil }
        let isOurs = file.name.hasPrefix("knowledge/")
        let known = isOurs ? try book.workplace.files().knowledgeFiles.filter { $0.path == file.name } : []
        let reader = ImportReader(
            options: ImportOptions(),
            ours: Dictionary(known.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first }))
        var found: FoundText?
        try reader.read(file) { item in
            if case .text(let text) = item { found = text }
        }
        return found
    }

    /// The file with another text, and another title if its frontmatter says one; nil if that does not do.
    private static func text(
        of bytes: [UInt8], saying statement: Statement, insteadOf old: Statement
    ) -> String? {
        var same = statement
        (same.title, same.body) = (old.title, old.body)
        guard same == old, let text = String(validating: bytes, as: UTF8.self) else { return nil }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        var head: [String] = []
        if let first = lines.first, first == "---" || first == "---\r",
            let end = lines.dropFirst().firstIndex(where: { $0 == "---" || $0 == "---\r" })
        {
            head = lines[...end].map(String.init)
        }
        var body = statement.body
        if head.contains(where: { $0.hasPrefix("figures:") }), let mark = body.ranges(of: "\n\nFigures: ").last {
            body = String(body[..<mark.lowerBound])
        }
        if statement.title != old.title, let index = head.firstIndex(where: { $0.hasPrefix("title:") }) {
            head[index] = "title: \(JSON.string(statement.title))"
        }
        return (head.isEmpty ? "" : head.joined(separator: "\n") + "\n") + body + "\n"
    }

    /// All or nothing: beside it first, then in its place.
    private static func replace(_ path: String, with text: String) throws {
        let folder = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
        let other = "\(folder)/.daybook-\(getpid())"
        do {
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
            try Data(text.utf8).write(to: URL(filePath: other))
            if let mode { try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: other) }
        } catch {
            try? FileManager.default.removeItem(atPath: other)
            throw Complaint("\(path) cannot be written: \(error.localizedDescription)", status: .storage)
        }
        guard rename(other, path) == 0 else {
            let why = String(cString: strerror(errno))
            try? FileManager.default.removeItem(atPath: other)
            throw Complaint("\(path) cannot be written: \(why)", status: .storage)
        }
    }
}
