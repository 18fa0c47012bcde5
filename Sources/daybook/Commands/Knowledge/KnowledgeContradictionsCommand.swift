import ArgumentParser
import EventSourcing
import Events
import Ledger
import Views
import Wire

struct KnowledgeContradictionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "contradictions", abstract: "Entries that cannot both be right, or say the same: you decide.",
        discussion: """
            What is written is compared with what is known: typed fields of facts on one topic, figures behind the same
            label in documents of one title, texts of the same or nearly the same words. --check compares all with all,
            also what was imported.
            With --json: one object each with `id`, `kind` (values, duplicate, similar), `first`, `second`, `field`,
            `first_value`, `second_value`, `likeness`, `position`, `time`, `settled` (null, first, second, both, merged,
            gone), `settled_by`.
            """)

    @Flag(help: "Compare everything that is known, and note what is found.")
    var check = false

    @Flag(help: "Also what was settled.")
    var all = false

    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let book = KnowledgeBook(workplace: workplace)
        if check { try await book.noteContradictions(actor: "owner") }
        let rows = try KnowledgeIndex.contradictions(in: workplace.view(KnowledgeIndex()), settled: all)
        for row in rows { options.json ? Terminal.line(try json(row, book).description) : try show(row, book) }
        guard !options.json else { return }
        guard let open = rows.first(where: { $0.settled == nil }) else {
            return Terminal.line("Nothing contradicts anything, as far as it was compared.")
        }
        let (id, first) = (open.contradiction.prefix(8), open.noted.first.entry)
        Terminal.line("Next: daybook knowledge settle \(id) --keep \(first)    or --both")
        if open.noted.kind != .values {
            let pair = "\(first) \(open.noted.second.entry)"
            Terminal.line("      daybook knowledge merge \(pair) --into \(first)")
        }
    }

    private func show(_ row: ContradictionRow, _ book: KnowledgeBook) throws {
        let settled = row.settled.map { "   settled: \($0.verdict.word)" } ?? ""
        Terminal.line("  \(row.contradiction.prefix(8))  \(row.words)\(settled)")
        let values = try book.values(row)
        for (ref, value) in zip([row.noted.first, row.noted.second], values) {
            if let value { Terminal.line("            \(ref.name.column(20)) \(value.printable.cut(60))") }
        }
    }

    private func json(_ row: ContradictionRow, _ book: KnowledgeBook) throws -> JSON {
        let values = try book.values(row).map { $0.map { JSON.string($0) } ?? .null }
        return .fields(
            ("id", .string(row.contradiction)), ("kind", .string(row.noted.kind.word)),
            ("first", .string(row.noted.first.name)), ("second", .string(row.noted.second.name)),
            ("field", row.noted.field.isEmpty ? .null : .string(row.noted.field)), ("first_value", values[0]),
            ("second_value", values[1]),
            ("likeness", .number(WorkspaceContext.decimal(Int64(row.noted.likenessMillionths)))),
            ("position", .number(row.position)), ("time", .string(Format.iso(row.timeUs))),
            ("settled", row.settled.map { .string($0.verdict.word) } ?? .null),
            ("settled_by", row.settled == nil ? .null : .string(row.settledBy)))
    }
}

struct KnowledgeSettleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settle", abstract: "Decide a contradiction: which entry is right, or that both stand.",
        discussion: """
            daybook knowledge settle 3f0a91c2 --keep pricing             the other fact is given pricing's value
            daybook knowledge settle 3f0a91c2 --keep pricing --retire    the other entry is shown to nobody any more
            daybook knowledge settle 3f0a91c2 --both                     there is no contradiction

            With --json: one object with `id`, `settled`, `entry` and `version` (what was changed, or null), `position`.
            """)

    @Argument(help: "The first digits of its id.")
    var id: String

    @Option(help: ArgumentHelp("The entry that is right.", valueName: "entry"))
    var keep: String?

    @Flag(help: "Retire the other entry, rather than giving it the right value.")
    var retire = false

    @Flag(help: "Both stand as they are.")
    var both = false

    @Option(help: "Why.")
    var reason: String?

    @OptionGroup var options: WorkspaceOptions

    func validate() throws {
        if (keep != nil) == both { throw ValidationError("decide: --keep ENTRY, or --both") }
        if both, retire { throw ValidationError("--retire goes with --keep") }
    }

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let book = KnowledgeBook(workplace: workplace)
        let row = try book.contradiction(id)
        let pair = [row.noted.first, row.noted.second]
        guard let keep else {
            let position = try await book.settle(row, .both, reason: reason, actor: "owner")
            return show(row, .both, nil, position)
        }
        guard let right = pair.first(where: { $0.entry == keep }), let wrong = pair.first(where: { $0.entry != keep })
        else {
            throw Complaint(
                "\(row.contradiction.prefix(8)) is about \(pair[0].entry) and \(pair[1].entry)", status: .usage)
        }
        let verdict: SettlementVerdict = right == row.noted.first ? .first : .second
        let written = try await book.settle(
            row, verdict, right: right, wrong: wrong, retire: retire || row.noted.kind != .values, reason: reason,
            actor: "owner")
        show(row, verdict, (wrong.entry, written.versions[0]), written.position)
        if !options.json { written.showNoted() }
    }

    private func show(
        _ row: ContradictionRow, _ verdict: SettlementVerdict, _ changed: (entry: String, version: StreamVersion)?,
        _ position: Position?
    ) {
        guard !options.json else {
            return Terminal.line(
                JSON.fields(
                    ("id", .string(row.contradiction)), ("settled", .string(verdict.word)),
                    ("entry", changed.map { .string($0.entry) } ?? .null),
                    ("version", changed.map { .number($0.version) } ?? .null),
                    ("position", position.map { .number($0) } ?? .null)
                ).description)
        }
        Terminal.line("Settled: \(verdict.sentence(row)).   @\(position ?? 0)")
        if let changed {
            Terminal.line("Next: daybook knowledge history \(changed.entry)")
        } else {
            Terminal.line("Next: daybook knowledge contradictions")
        }
    }
}

extension ContradictionKind {
    var word: String {
        switch self {
        case .values: "values"
        case .duplicate: "duplicate"
        case .similar: "similar"
        }
    }
}

extension SettlementVerdict {
    var word: String {
        switch self {
        case .first: "first"
        case .second: "second"
        case .both: "both"
        case .merged: "merged"
        case .gone: "gone"
        }
    }

    fileprivate func sentence(_ row: ContradictionRow) -> String {
        switch self {
        case .first: "\(row.noted.first.entry) is right"
        case .second: "\(row.noted.second.entry) is right"
        case .both: "both stand"
        case .merged: "they were merged"
        case .gone: "they do not contradict each other any more"
        }
    }
}
