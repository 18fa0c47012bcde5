import Events
import Foundation

/// The folder that a command runs in: one of the workspace, or a private one that is removed afterwards.
struct CommandPlace {
    let path: String
    private let isTemporary: Bool

    /// - Parameter workdir: relative to the workspace; empty for a private folder.
    init(_ workdir: String, workspace: WorkspaceFiles) throws(CommandFault) {
        guard workdir.isEmpty else {
            do throws(WorkspaceFileError) {
                path = try workspace.folder(workdir)
            } catch {
                throw CommandFault(.missing, "the command's workdir cannot be used: \(error)")
            }
            isTemporary = false
            return
        }
        var template = Array(FileManager.default.temporaryDirectory.appending(path: "daybook.XXXXXX").path.utf8CString)
        guard mkdtemp(&template) != nil else {
            throw CommandFault(.missing, "no temporary folder can be made for the command")
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        isTemporary = true
    }

    func leave() {
        if isTemporary { try? FileManager.default.removeItem(atPath: path) }
    }
}
