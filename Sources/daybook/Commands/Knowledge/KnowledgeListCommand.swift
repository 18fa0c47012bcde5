import ArgumentParser
import EventSourcing
import Events
import Views
import Wire

struct KnowledgeListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Everything the business knows now, by name.",
        discussion: """
            With --json: one object an entry with `entry`, `version`, `title`, `collection`, `form`, `body` (a hash),
            `content_of`, `retired`, `position`, `updated`, `summary` (whether it has one). With --at: as they were at
            that moment.
            With --summaries: what was made of several entries under a name of its own. With --json: objects with
            `name`, `sources`, `holds`, `changed` (the sources that are not current any more), `agent`, `model`,
            `cost_microdollars`, `position`, `time`, `text`.
            """)

    @Option(help: "Only this collection.")
    var collection: String?

    @Flag(help: "Also what was retired.")
    var retired = false

    @Flag(help: "The summaries of several entries.")
    var summaries = false

    @OptionGroup var moment: AtOption
    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        if summaries { return try listSummaries(SummaryBook(workplace: workplace)) }
        let book = KnowledgeBook(workplace: workplace)
        let rows =
            try moment.position(in: workplace).map { position in
                try book.entries(at: position).map(EntryRow.init).filter { row in
                    (retired || !row.retired) && (collection ?? row.content.collection) == row.content.collection
                }
            } ?? book.entries(in: collection, retired: retired)
        let position = try moment.position(in: workplace)
        let summarized = try KnowledgeIndex.summarized(asOf: position, in: workplace.view(KnowledgeIndex()))
        for row in rows {
            let hasSummary = summarized.contains(row.entry)
            options.json ? Terminal.line(json(row, hasSummary, book).description) : show(row, hasSummary, book)
        }
        if rows.isEmpty, moment.at == nil, !options.json {
            Terminal.line("Nothing is known\(collection.map { " in \($0)" } ?? "") yet. Next: daybook knowledge import")
        }
    }

    private func listSummaries(_ book: SummaryBook) throws {
        let found = try book.overviews(at: moment.position(in: book.workplace))
        for overview in found {
            guard !options.json else {
                Terminal.line(overview.json.description)
                continue
            }
            let state = overview.holds ? "" : "   " + Style.yellow("stale: \(overview.why)")
            Terminal.line("  \(overview.name.column(20)) of \(overview.sources)   by \(overview.maker)\(state)")
        }
        guard found.isEmpty, !options.json else { return }
        Terminal.line("Nothing is summed up under a name. Next: daybook knowledge summarize ENTRY ENTRY --as NAME")
    }

    private func show(_ row: EntryRow, _ hasSummary: Bool, _ book: KnowledgeBook) {
        let title = book.title(row.content).printable.cut(40).column(40)
        Terminal.line(
            "  \(row.entry.column(20)) \("@\(row.version)".column(5)) \(row.content.collection.column(12)) \(title) "
                + Format.moment(row.updatedUs) + (row.retired ? "   retired" : "") + (hasSummary ? "   summary" : ""))
    }

    private func json(_ row: EntryRow, _ hasSummary: Bool, _ book: KnowledgeBook) -> JSON {
        .fields(
            ("entry", .string(row.entry)), ("version", .number(row.version)),
            ("title", .string(book.title(row.content))),
            ("collection", .string(row.content.collection)), ("form", .string(row.content.form.word)),
            ("body", .string(row.content.body.description)), ("content_of", .number(row.contentOf)),
            ("retired", .bool(row.retired)), ("position", .number(row.lastPosition)),
            ("updated", .string(Format.iso(row.updatedUs))), ("summary", .bool(hasSummary)))
    }
}

extension EntryRow {
    /// An entry as it was when this version was its newest.
    fileprivate init(_ row: EntryVersionRow) {
        self.init(
            entry: row.entry, version: row.version, contentOf: row.contentOf, content: row.content,
            retired: row.retired, firstPosition: 0, lastPosition: row.position, updatedUs: row.timeUs, into: row.into)
    }
}

extension KnowledgeBook {
    /// The entries as they are now, by name.
    ///
    /// - Throws: `Complaint` for a collection that has never held anything.
    func entries(in collection: String?, retired: Bool = false) throws -> [EntryRow] {
        do {
            let all = try KnowledgeIndex.rows(in: workplace.view(KnowledgeIndex()), retired: true)
            let collections = Set(all.map(\.content.collection))
            if let collection, !collections.contains(collection) {
                throw Complaint(
                    "there is no collection \(collection)",
                    hint: collections.isEmpty ? "" : "known: \(collections.sorted().joined(separator: ", "))",
                    status: .notFound)
            }
            return all.filter { row in
                (retired || !row.retired) && (collection ?? row.content.collection) == row.content.collection
            }
        } catch {
            throw Complaint(error)
        }
    }
}
