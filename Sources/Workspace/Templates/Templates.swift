/// What `daybook init` can make.
public enum Templates {
    /// Names that `write` takes, sorted.
    public static var names: [String] { Template.all.map(\.name).sorted() }

    /// Writes a template's files into a folder, which is made if there is none.
    ///
    /// Either all files are there afterwards, or none.
    ///
    /// - Returns: the paths that were written, relative to the folder, sorted.
    /// - Throws: `WorkspaceProblems` for an unknown template, a folder that holds something already (for `blank`, one
    ///   of its own files or a ledger), one that another program copies elsewhere while Daybook writes to it, or one
    ///   that cannot be written.
    @discardableResult
    public static func write(_ name: String, to directory: String) throws(WorkspaceProblems) -> [String] {
        guard let template = Template.all.first(where: { $0.name == name }) else {
            throw WorkspaceProblems(
                path: directory, message: "there is no template \"\(name.excerpt)\"",
                hint: NearestName.hint(for: name, among: names))
        }
        var writer = try FolderWriter(at: directory, beside: template.joinsFiles ? template.files.map(\.path) : nil)
        do throws(FileRefusal) {
            for file in template.files { try writer.write(file.bytes, to: file.path) }
        } catch {
            writer.undo()
            throw WorkspaceProblems(
                path: directory, message: "the files could not be written: \(error.message)",
                hint: "nothing was left behind; choose a folder that you may write to")
        }
        return template.files.map(\.path).sorted()
    }
}
