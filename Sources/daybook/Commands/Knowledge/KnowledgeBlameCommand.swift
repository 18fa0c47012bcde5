import ArgumentParser
import EventSourcing
import Events
import Knowledge
import Views
import Wire

struct KnowledgeBlameCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "blame", abstract: "Who said each line of an entry: which version, job, agent or person.",
        discussion: """
            What a revert brought back, and what came from a merged entry, is put down to whoever said it first.
            With --json: one object a line with `line`, `text`, `entry`, `version`, `happened`, `source`, `job`, `step`,
            `agent`, `actor`, `reason`, `evidence`, `position`, `time`.
            """)

    @Argument(help: "An entry, or a version of it, such as pricing@2.")
    var entry: [String]

    @OptionGroup var moment: AtOption
    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let reference = try Reference(words: entry)
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let book = KnowledgeBook(workplace: workplace)
        let found = try book.find(reference, at: moment.position(in: workplace))
        let known = found.versions.filter { $0.version <= found.row.version }
        guard !found.row.retired else {
            throw Complaint(
                "\(found.row.name) is a retirement; it says nothing",
                hint: "daybook knowledge history \(found.entry)", status: .notFound)
        }
        let blame = try book.blame(known)
        var authors = Authors(book)
        for (index, line) in blame.lines.enumerated() {
            let author = try authors.author(of: line.from)
            options.json ? json(line, index + 1, author, book) : show(line, author)
        }
        if !options.json { Terminal.line("Next: daybook knowledge history \(found.entry)") }
    }

    private func show(_ line: Blame.Line, _ author: Author) {
        Terminal.line(
            "\(line.from.name.column(16)) \(author.words.printable.cut(32).column(32)) "
                + "\(Format.moment(author.row.timeUs).column(16)) | \(line.text.printable)")
    }

    private func json(_ line: Blame.Line, _ number: Int, _ author: Author, _ book: KnowledgeBook) {
        let row = author.row
        Terminal.line(
            JSON.fields(
                ("line", .number(number)), ("text", .string(line.text)), ("entry", .string(line.from.entry)),
                ("version", .number(line.from.version)), ("happened", .string(row.happened)),
                ("source", .string(row.origin)), ("job", author.job.map { .string($0) } ?? .null),
                ("step", author.step.map { .string($0) } ?? .null),
                ("agent", author.agent.map { .string($0) } ?? .null), ("actor", .string(row.actor)),
                ("reason", book.note(row.reason).map { .string($0) } ?? .null),
                ("evidence", .array(row.evidence.map { .string($0.words(in: book)) })),
                ("position", .number(row.position)), ("time", .string(Format.iso(row.timeUs)))
            ).description)
    }
}

/// Who made a version.
struct Author {
    let row: EntryVersionRow
    let job: String?
    let step: String?
    let agent: String?

    /// `import notes/pricing.md`, `newsletter-8.draft by writer`, `owner`
    var words: String {
        guard let job else { return row.origin }
        return job + (step.map { ".\($0)" } ?? "") + (agent.map { " by \($0)" } ?? "")
    }
}

/// Looks up who made versions, each once.
private struct Authors {
    private let book: KnowledgeBook
    private var known: [EntryRef: Author] = [:]

    init(_ book: KnowledgeBook) { self.book = book }

    mutating func author(of version: EntryRef) throws -> Author {
        if let author = known[version] { return author }
        let row = try book.requireVersions(of: version.entry).require(version.version)
        var author = Author(row: row, job: nil, step: nil, agent: nil)
        if case .job(let source)? = row.source {
            let (step, agent) = try book.maker(of: source)
            author = Author(row: row, job: source.job, step: step, agent: agent)
        }
        known[version] = author
        return author
    }
}
