import Glibc

/// Which files that were taken in once are not there any more, as far as an import can tell.
struct Whereabouts {
    private let present: Set<String>
    private let roots: [String]
    private let workspace: String

    /// - Parameter workspace: its folder.
    init(_ files: ImportFiles, workspace: String) {
        present = Set(files.files.map(\.name))
        roots = files.roots.filter { $0.hasSuffix("/") }
        self.workspace = workspace
    }

    /// Whether the file of a place is known to be gone. Of one outside of the workspace, and of what is imported now,
    /// nothing is known.
    func isGone(_ place: String) -> Bool {
        let file = SourcePlace.file(of: place)
        if present.contains(file) { return false }
        if roots.contains(where: { file.hasPrefix($0) }) { return true }
        return !file.hasPrefix("../") && access("\(workspace)/\(file)", F_OK) != 0
    }
}
