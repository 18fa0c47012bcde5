import Foundation

/// The person's own editor.
enum Editor {
    /// Opens a text in `$VISUAL`, `$EDITOR` or `vi`, and returns it as it was left.
    static func edit(_ text: String, named name: String) throws -> String {
        let environment = ProcessInfo.processInfo.environment
        let editor = environment["VISUAL"] ?? environment["EDITOR"] ?? "vi"
        let folder = FileManager.default.temporaryDirectory.appending(path: "daybook-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "\(name).md")
        try Data(text.utf8).write(to: file)
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        // As git does: the variable is a command, and the file its last argument.
        process.arguments = ["-c", "\(editor) \"$0\"", file.path]
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Complaint(
                "the editor `\(editor)` ended with \(process.terminationStatus); nothing was changed", status: .failed)
        }
        guard let bytes = try? Data(contentsOf: file), let edited = String(data: bytes, encoding: .utf8) else {
            throw Complaint("the edited text is not UTF-8; nothing was changed", status: .badInput)
        }
        return edited
    }
}
