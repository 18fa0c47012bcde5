/// A small business to begin with: the files that `daybook init` writes.
struct Template: Sendable {
    let name: String
    let files: [TemplateFile]
    /// Whether it may be written beside what a folder holds already.
    var joinsFiles = false

    static let all = [newsletter, blank]

    /// One agent and one flow, for what is there already.
    static let blank = Template(name: "blank", files: blankFiles, joinsFiles: true)

    /// A weekly newsletter for people who run a company alone.
    static let newsletter = Template(
        name: "newsletter",
        files: newsletterSettings + newsletterAgents + newsletterIssues + newsletterKnowledge + newsletterFeeds
            + newsletterNotes)
}

/// One text file of a template.
struct TemplateFile: Sendable {
    /// Relative to the workspace.
    let path: String
    let bytes: [UInt8]

    /// - Parameter text: the lines of the file; the last line end is added.
    init(_ path: String, _ text: String) {
        self.path = path
        bytes = Array(text.utf8) + [UInt8(ascii: "\n")]
    }
}
