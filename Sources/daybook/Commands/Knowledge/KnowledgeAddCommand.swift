import ArgumentParser
import EventSourcing
import Events
import Jobs
import Views
import Wire
import Workspace

struct KnowledgeAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Write down something the business knows, or revise it.",
        discussion: """
            echo "Pro costs $39 a month" | daybook knowledge add pricing --title Pricing --collection product
            daybook knowledge add pricing --revise --file pricing.md

            The text is Markdown; frontmatter may give title, collection, form and subject.
            With --json: one object with `entry`, `version`, `result` (added, revised or unchanged), and `position`.
            """)

    @Argument(help: "The entry's name: a-z, 0-9, `-`, `_`, `.`")
    var entry: String

    @Argument(help: ArgumentHelp("`-`: the text comes from standard input.", valueName: "-"))
    var input: String?

    @Option(help: "What it is called.")
    var title: String?

    @Option(help: "Where it belongs: what agents name in `knowledge: read:`.")
    var collection: String?

    @Option(
        help: ArgumentHelp(
            "A person it is about: title and text are sealed for that person, who can be forgotten.",
            valueName: "person"))
    var about: [String] = []

    @Option(help: "fact, document, past_output or template.")
    var form: String?

    @Option(help: ArgumentHelp("The file with the text; `-` for standard input.", valueName: "file"))
    var file: String?

    @Flag(help: "Revise the entry if there is one.")
    var revise = false

    @Option(help: ArgumentHelp("Revise it only if this is still its newest version.", valueName: "version"))
    var base: VersionArgument?

    @OptionGroup var options: WorkspaceOptions

    func validate() throws {
        if input != nil && input != "-" || input != nil && file != nil {
            throw ValidationError("the text comes from --file FILE, or from standard input with -")
        }
    }

    func run() async throws {
        guard StreamName.isValid(id: entry) else {
            throw Complaint(
                "\"\(entry)\" is no name for an entry",
                hint: "1 to 64 of a-z, 0-9, `-`, `_`, `.`, a letter or digit first", status: .usage)
        }
        if let collection { try MarkdownNote.requireCollection(collection) }
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let book = KnowledgeBook(workplace: workplace)
        let last = try book.versions(of: entry).last
        if let last { try requireRevision(of: last, in: book) }
        let draft = try draft(after: last, in: workplace)
        let written = try await book.write(
            draft, base: last.map { base?.version ?? $0.version }, actor: "owner")
        show(written, after: last)
    }

    /// Nobody overwrites by accident what is known already.
    private func requireRevision(of last: EntryVersionRow, in book: KnowledgeBook) throws {
        guard !revise, base == nil else { return }
        let isFree = Terminal.canAsk && file != nil && file != "-"
        guard isFree else {
            throw Complaint(
                "\(entry) is known already (\(last.name))", hint: "--revise makes this its next version",
                status: .usage)
        }
        let title = book.title(last.content).printable
        Terminal.prompt("\(entry) is known already (\(last.name), \"\(title)\"). Revise it? [y/N] ")
        guard ["y", "yes"].contains(readLine()?.lowercased() ?? "") else {
            throw Complaint("nothing was changed", status: .declined)
        }
    }

    private func draft(after last: EntryVersionRow?, in workplace: Workplace) throws -> KnowledgeDraft {
        let note = try note()
        var shape: EntryForm?
        if let form {
            shape = EntryForm.allCases.first { $0.word == form }
            guard shape != nil else {
                throw Complaint(
                    "there is no form \(form)", hint: EntryForm.allCases.map(\.word).joined(separator: ", "),
                    status: .usage)
            }
        }
        if let title, title.isEmpty || title.contains(where: \.isNewline) {
            throw Complaint("a title is one line", status: .usage)
        }
        for person in about {
            guard let word = PersonName.word(of: person, in: entry) else { continue }
            throw Complaint(
                "\"\(word)\" stands in the entry's name, which the ledger keeps in the clear for ever",
                hint: "daybook knowledge add customer-17 --about ...", status: .usage)
        }
        // What was about somebody stays about them.
        var subjects = try workplace.subjects(about + (note.subject.map { [$0] } ?? []))
        if let last { subjects.formUnion(workplace.artifacts.about(last.content.body)) }
        let known = last.map { KnowledgeBook(workplace: workplace).title($0.content) }
        return KnowledgeDraft(
            id: entry, title: title ?? note.title ?? known ?? note.name,
            collection: collection ?? note.collection ?? last?.content.collection ?? MarkdownNote.collectionDefault,
            form: shape ?? note.form ?? last?.content.form ?? .document, body: note.body, source: .person,
            about: subjects, sealedBy: workplace.artifacts)
    }

    private func note() throws -> MarkdownNote {
        do {
            let path = file ?? input ?? "-"
            if path != "-" {
                let bytes = try UserFile.read(options.path(path), called: path)
                return try MarkdownNote.parse(bytes, named: entry, path: path)
            }
            guard file != nil || input != nil || !Terminal.canAsk else {
                throw Complaint(
                    "there is no text", hint: "--file FILE, or - and the text on standard input", status: .usage)
            }
            return try MarkdownNote.parse(try UserFile.standardInput(), named: entry, path: "standard input")
        } catch {
            throw Complaint(error)
        }
    }

    private func show(_ written: KnowledgeBook.Written, after last: EntryVersionRow?) {
        let result = written.position == nil ? "unchanged" : last == nil ? "added" : "revised"
        if options.json {
            return Terminal.line(
                JSON.fields(
                    ("entry", .string(entry)), ("version", .number(written.version)), ("result", .string(result)),
                    ("position", written.position.map { .number($0) } ?? .null)
                ).description)
        }
        guard let position = written.position else {
            return Terminal.line("\(entry)@\(written.version) says this already; nothing was written.")
        }
        Terminal.line("\(entry)@\(written.version)   \(result)   @\(position)")
        if let last { Terminal.line("Next: daybook knowledge diff \(entry) \(last.version) \(written.version)") }
    }
}
