import ArgumentParser
import EventSourcing
import Events
import Jobs
import Knowledge
import Sealing
import Views
import Wire
import Workspace

struct KnowledgeMergeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge", abstract: "Make several entries one; the others retire, and lead to it.",
        discussion: """
            daybook knowledge merge pricing plans --into pricing
            daybook knowledge merge pricing plans --into prices --file prices.md

            Without a text: that of --into (or of the first), and what the others say beyond it, paragraph by
            paragraph. Facts are merged field by field; where two give one field different values, nothing is written
            (exit 1) until --field says which. `knowledge revert ENTRY@N` takes a merge back.
            With --json: one object with `entry`, `version`, `merged`, `position`, `contradictions`.
            """)

    @Argument(help: "The entries to merge.")
    var entries: [String]

    @Option(help: ArgumentHelp("The entry that stays, or a new name.", valueName: "entry"))
    var into: String

    @Option(help: ArgumentHelp("The file with the text; `-` for standard input.", valueName: "file"))
    var file: String?

    @OptionGroup var more: EntryOptions
    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let book = KnowledgeBook(workplace: workplace)
        guard StreamName.isValid(id: into) else {
            throw Complaint("\"\(into)\" is no name for an entry", hint: "a-z, 0-9, `-`, `_`, `.`", status: .usage)
        }
        let sources = try rows(in: book)
        let target = try book.versions(of: into).last
        let statement = try merged(sources, in: book)
        var subjects: Set<SubjectID> = []
        for row in sources { subjects.formUnion(workplace.artifacts.about(row.content.body)) }
        let draft = KnowledgeDraft(
            id: into, statement, source: .person, about: subjects, sealedBy: workplace.artifacts)
        let why = try more.reasons(for: into, in: book)
        let others = sources.filter { $0.entry != into }
        let changes =
            [
                EntryChange(
                    entry: into,
                    observation: .entryMerged(
                        EntryMerged(
                            base: target?.version ?? 0, content: draft.content,
                            merged: sources.map { EntryRef(entry: $0.entry, version: $0.version) }, source: .person,
                            reason: why.reason?.digest)), said: draft.statement)
            ]
            + others.map { row in
                EntryChange(
                    entry: row.entry,
                    observation: .entryRetired(
                        EntryRetired(base: row.version, reason: why.reason?.digest, into: into)), said: nil)
            }
        let written = try await book.commit(changes, artifacts: draft.artifacts + why.artifacts, actor: "owner")
        show(written, others)
    }

    /// What is merged, as it stands: the target first if it is one of them.
    private func rows(in book: KnowledgeBook) throws -> [EntryVersionRow] {
        var names: [String] = []
        for name in entries where !names.contains(name) { names.append(name) }
        if let known = try book.versions(of: into).last, !known.retired, !names.contains(into) { names.append(into) }
        names.sort { $0 == into && $1 != into }
        guard names.contains(where: { $0 != into }), names.count > 1 else {
            throw Complaint("a merge takes two entries and more", hint: "daybook knowledge list", status: .usage)
        }
        return try names.map { name in
            guard let last = try book.requireVersions(of: name).last, !last.retired else {
                throw Complaint(
                    "\(name) is retired", hint: "daybook knowledge history \(name)    says when it last was not",
                    status: .notFound)
            }
            return last
        }
    }

    private func merged(_ sources: [EntryVersionRow], in book: KnowledgeBook) throws -> Statement {
        let all = try sources.map { try book.statement($0.content) }
        guard var statement = all.first else { throw Complaint("nothing to merge", status: .usage) }
        let customers = Set(all.map(\.customer))
        guard customers.count == 1 || more.customer != nil else {
            let names = customers.sorted().map { $0.isEmpty ? "everybody" : $0 }.joined(separator: ", ")
            throw Complaint(
                "they are for different clients: \(names)",
                hint: "--customer ID says whose the merged entry is, and `--customer \"\"` makes it everybody's",
                status: .usage)
        }
        statement.tags = Array(Set(all.flatMap(\.tags)).sorted().prefix(Statement.tagsMax))
        if let file {
            let bytes = try file == "-" ? UserFile.standardInput() : UserFile.read(options.path(file), called: file)
            let note = try MarkdownNote.parse(bytes, named: into, path: file)
            statement.title = note.title ?? statement.title
            statement.fact = nil
            statement.body = note.body
        } else if all.contains(where: { $0.fact != nil }) {
            statement.setFact(try facts(all, sources))
        } else {
            for other in all.dropFirst() { statement.body = Self.joined(statement.body, other.body) }
        }
        return try more.apply(to: statement)
    }

    /// All fields, and the notes as texts are joined.
    private func facts(_ all: [Statement], _ sources: [EntryVersionRow]) throws -> FactRecord {
        let decided = Set(more.field.map { $0.prefix { $0 != "=" } })
        var record = FactRecord(topic: all[0].fact?.topic ?? "", fields: [], note: "")
        for (statement, row) in zip(all, sources) {
            for field in statement.fact?.fields ?? [] {
                if let known = record[field.name], known.normal != field.value.normal,
                    !decided.contains(Substring(field.name))
                {
                    let values = "\(known.text), and \(field.value.text) in \(row.name)"
                    throw Complaint(
                        "they give \(field.name) different values: \(values)",
                        hint: "--field \(field.name)=VALUE decides", status: .failed)
                }
                if record[field.name] == nil { record = record.setting(field.name, to: field.value) }
            }
            let note = Self.joined(record.note, statement.fact?.note ?? statement.body)
            record = FactRecord(topic: record.topic, fields: record.fields, note: note)
        }
        return record
    }

    /// A text, and the paragraphs of another that it does not have.
    private static func joined(_ text: String, _ other: String) -> String {
        func paragraphs(_ text: String) -> [String] {
            text.split(separator: "\n\n").map(String.init).filter { !Words.normal($0).isEmpty }
        }
        let known = Set(paragraphs(text).map(Words.normal))
        let new = paragraphs(other).filter { !known.contains(Words.normal($0)) }
        return new.isEmpty ? text : ([text].filter { !$0.isEmpty } + new).joined(separator: "\n\n")
    }

    private func show(_ written: KnowledgeBook.Committed, _ others: [EntryVersionRow]) {
        let version = written.versions[0]
        if options.json {
            return Terminal.line(
                JSON.fields(
                    ("entry", .string(into)), ("version", .number(version)),
                    ("merged", .array(others.map { .string($0.name) })),
                    ("position", written.position.map { .number($0) } ?? .null),
                    ("contradictions", written.notedField.value)
                ).description)
        }
        Terminal.line("\(into)@\(version)   merged   @\(written.position ?? 0)")
        Terminal.line("Retired, and led to it: \(others.map(\.entry).joined(separator: ", "))")
        written.showNoted()
        Terminal.line("Next: daybook knowledge show \(into)")
        Terminal.line("      daybook knowledge revert \(into)@\(version)    takes the merge back")
    }
}
