import ArgumentParser
import EventSourcing
import Events
import Jobs
import Knowledge
import Views
import Wire
import Workspace

/// An entry as somebody says it on the command line: its text, and what is said beside it.
struct EntryArguments: ParsableArguments {
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

    @Option(help: "fact, document, past_output, template or customer.")
    var form: String?

    @Option(help: ArgumentHelp("The file with the text; `-` for standard input.", valueName: "file"))
    var file: String?

    @Option(help: ArgumentHelp("Revise it only if this is still its newest version.", valueName: "version"))
    var base: VersionArgument?

    @OptionGroup var more: EntryOptions
    @OptionGroup var options: WorkspaceOptions

    func validate() throws {
        if input != nil && input != "-" || input != nil && file != nil {
            throw ValidationError("the text comes from --file FILE, or from standard input with -")
        }
    }

    /// Writes the entry, or its next version.
    ///
    /// - Parameter mayKeepText: whether a tag, say, is enough; if not, the text is looked for on standard input.
    func write(after last: EntryVersionRow?, in book: KnowledgeBook, mayKeepText: Bool) async throws {
        if let last { try requireShown(last, in: book) }
        let draft = try draft(after: last, in: book, mayKeepText: mayKeepText)
        let written = try await book.write(
            draft, base: last.map { base?.version ?? $0.version }, because: more.reasons(for: entry, in: book),
            actor: "owner")
        show(written, after: last)
    }

    /// What was merged away or retired does not come back beside what replaced it without being asked for.
    private func requireShown(_ last: EntryVersionRow, in book: KnowledgeBook) throws {
        guard last.retired else { return }
        let shown = try book.versions(of: entry).last { !$0.retired }
        let back = shown.map { "daybook knowledge revert \(entry) --to \($0.version)    brings it back" }
        guard last.into.isEmpty else {
            let hint = ["daybook knowledge revise \(last.into)", back].compactMap(\.self).joined(separator: ", or ")
            throw Complaint("\(entry) was merged into \(last.into)", hint: hint, status: .usage)
        }
        throw Complaint("\(entry) was retired at @\(last.version)", hint: back ?? "", status: .usage)
    }

    /// Names that cannot be are refused before the ledger is opened.
    func check() throws {
        guard StreamName.isValid(id: entry) else {
            throw Complaint(
                "\"\(entry)\" is no name for an entry",
                hint: "1 to 64 of a-z, 0-9, `-`, `_`, `.`, a letter or digit first", status: .usage)
        }
        if let collection { try MarkdownNote.requireCollection(collection) }
    }

    private func draft(
        after last: EntryVersionRow?, in book: KnowledgeBook, mayKeepText: Bool
    ) throws -> KnowledgeDraft {
        let workplace = book.workplace
        let before = try last.map { try book.statement($0.content) }
        let note = try note(for: last, in: book, mayKeepText: mayKeepText)
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
            let names = [entry, more.customer ?? ""] + more.tag
            guard let word = names.compactMap({ PersonName.word(of: person, in: $0) }).first else { continue }
            throw Complaint(
                "\"\(word)\" stands in a name of the entry, which the ledger keeps in the clear for ever",
                hint: "daybook knowledge add customer-17 --about ...", status: .usage)
        }
        // What was about somebody stays about them.
        var subjects = try workplace.subjects(about + (note?.subject.map { [$0] } ?? []))
        if let last { subjects.formUnion(workplace.artifacts.about(last.content.body)) }
        var statement = Statement(
            form: shape ?? note?.form ?? before?.form ?? (more.hasFields ? .fact : .document),
            title: title ?? note?.title ?? before?.title ?? note?.name ?? entry,
            collection: collection ?? note?.collection ?? before?.collection ?? MarkdownNote.collectionDefault,
            body: note?.body ?? "", tags: before?.tags ?? [], customer: before?.customer ?? "",
            validFrom: before?.validFrom, validTo: before?.validTo,
            confidenceMillionths: before?.confidenceMillionths)
        // A revision keeps the fields, and the text where it brings none.
        if let fact = before?.fact {
            statement.setFact(FactRecord(topic: fact.topic, fields: fact.fields, note: note?.body ?? fact.note))
        } else if note == nil {
            statement.body = before?.body ?? ""
        }
        statement = try more.apply(to: statement)
        guard !statement.body.isEmpty else { throw Complaint("there is nothing to write down", status: .usage) }
        return KnowledgeDraft(
            id: entry, statement, source: .person, about: subjects, sealedBy: workplace.artifacts)
    }

    /// Nil where there is no text, and need not be.
    private func note(
        for last: EntryVersionRow?, in book: KnowledgeBook, mayKeepText: Bool
    ) throws -> MarkdownNote? {
        do {
            if let path = file ?? input, path != "-" {
                return try MarkdownNote.parse(
                    try UserFile.read(options.path(path), called: path), named: entry, path: path)
            }
            if file == nil, input == nil {
                if more.hasFields || last != nil && saysMore && mayKeepText { return nil }
                if Terminal.canAsk {
                    guard let last else {
                        throw Complaint(
                            "there is no text", hint: "--file FILE, or - and the text on standard input",
                            status: .usage)
                    }
                    let edited = try Editor.edit(try book.statement(last.content).body, named: entry)
                    return try MarkdownNote.parse(Array(edited.utf8), named: entry, path: "the edited text")
                }
            }
            return try MarkdownNote.parse(try UserFile.standardInput(), named: entry, path: "standard input")
        } catch {
            throw Complaint(error)
        }
    }

    /// Whether something is said beside the text.
    private var saysMore: Bool {
        title != nil || collection != nil || !about.isEmpty || form != nil || more.saysSomething
    }

    private func show(_ written: KnowledgeBook.Committed, after last: EntryVersionRow?) {
        let version = written.versions[0]
        let result = written.position == nil ? "unchanged" : last == nil ? "added" : "revised"
        if options.json {
            return Terminal.line(
                JSON.fields(
                    ("entry", .string(entry)), ("version", .number(version)), ("result", .string(result)),
                    ("position", written.position.map { .number($0) } ?? .null),
                    ("contradictions", written.notedField.value)
                ).description)
        }
        guard let position = written.position else {
            return Terminal.line("\(entry)@\(version) says this already; nothing was written.")
        }
        Terminal.line("\(entry)@\(version)   \(result)   @\(position)")
        written.showNoted()
        if let last {
            Terminal.line("Next: daybook knowledge diff \(entry) \(last.version) \(version)")
        } else {
            Terminal.line("Next: daybook knowledge show \(entry)")
        }
    }
}
