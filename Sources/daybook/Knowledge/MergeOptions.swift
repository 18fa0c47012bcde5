import ArgumentParser
import EventSourcing
import Events
import Knowledge
import Views
import Wire
import Workspace

/// How a person decides conflicts: by number, all at once, or by a text of their own.
struct MergeOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Keep it as it is now in this conflict; `all` for every one.", valueName: "n"))
    var ours: [String] = []

    @Option(help: ArgumentHelp("Take the other side in this conflict; `all` for every one.", valueName: "n"))
    var theirs: [String] = []

    @Option(help: ArgumentHelp("Write the text with both sides of each conflict between marks.", valueName: "file"))
    var marks: String?

    @Option(help: ArgumentHelp("The text as it is to be: the file of --marks, edited.", valueName: "file"))
    var resolved: String?

    func validate() throws {
        for number in ours + theirs where number != "all" && (Int(number) ?? 0) < 1 {
            throw ValidationError("a conflict is named by its number, or `all`")
        }
        if ours.contains("all"), theirs.contains("all") { throw ValidationError("--ours all, or --theirs all") }
    }

    /// What stands once both changes are taken together.
    func merge(base: Statement, ours: Statement, theirs: Statement) throws -> StatementMerge {
        var choices: [Int: MergeSide] = [:]
        for number in self.ours { if let number = Int(number) { choices[number] = .ours } }
        for number in self.theirs { if let number = Int(number) { choices[number] = .theirs } }
        let rest: MergeSide? =
            self.ours.contains("all") ? .ours : self.theirs.contains("all") ? .theirs : nil
        var (base, theirs) = (base, theirs)
        if resolved != nil {
            guard ours.fact == nil else {
                throw Complaint(
                    "a fact with fields is decided field by field", hint: "--ours N, --theirs N", status: .usage)
            }
            // The text is the person's; the rest is merged.
            base.body = ours.body
            theirs.body = ours.body
        }
        return StatementMerge(base: base, ours: ours, theirs: theirs, choices: choices, rest: rest)
    }

    /// The text that a person made of it; nil without one.
    func resolvedText(_ options: WorkspaceOptions) throws -> String? {
        guard let resolved else { return nil }
        let bytes = try UserFile.read(options.path(resolved), called: resolved)
        let text = String(decoding: bytes, as: UTF8.self)
        guard !StatementMerge.isMarked(text) else {
            throw Complaint(
                "\(resolved) still has marks of a conflict", hint: "keep one side of each, and take the marks out",
                status: .badInput)
        }
        return text
    }

    /// Shows what a person must decide, and ends the command: nothing is written.
    func refuse(_ merge: StatementMerge, _ command: String, _ options: WorkspaceOptions) throws -> Never {
        if let marks, merge.statement.fact == nil {
            try UserFile.write(Array(merge.markedText.utf8), to: options.path(marks), called: marks)
        }
        for conflict in merge.open {
            if options.json {
                Terminal.line(
                    JSON.fields(
                        ("conflict", .number(conflict.number)), ("place", .string(conflict.place)),
                        ("base", .string(conflict.base)), ("ours", .string(conflict.ours)),
                        ("theirs", .string(conflict.theirs))
                    ).description)
            } else {
                Terminal.line("Conflict \(conflict.number): \(conflict.place)")
                show("taken back", conflict.base)
                show("ours, as it is now", conflict.ours)
                show("theirs, as it would be", conflict.theirs)
            }
        }
        if !options.json {
            Terminal.line("Both sides changed this; nothing was written.")
            Terminal.line("Next: \(command) --ours 1 or --theirs 1    decides the first; `all` decides every one")
            if merge.statement.fact != nil { throw Ending(.failed) }
            if let marks {
                Terminal.line("      edit \(marks), then: \(command) --resolved \(marks)")
            } else {
                Terminal.line("      \(command) --marks FILE    writes both sides into a file to edit")
            }
        }
        throw Ending(.failed)
    }

    private func show(_ side: String, _ text: String) {
        Terminal.line("  \(side):")
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            Terminal.line("    | " + String(line).printable)
        }
    }
}
