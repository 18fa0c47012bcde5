import ArgumentParser
import EventSourcing
import Events
import Knowledge
import Views
import Wire

struct KnowledgeProposalsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proposals", abstract: "What agents would have the business know: it waits for you.",
        discussion: """
            No agent is shown a proposal before it is accepted.
            With --json: one object each with `id`, `entry`, `base` (0 for a new one), `title`, `collection`, `form`,
            `text`, `source`, `agent`, `reason`, `evidence`, `position`, `time`, `decided` (null, accepted, rejected),
            `rule`, `version`.
            """)

    @Flag(help: "Also what was decided.")
    var all = false

    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let book = KnowledgeBook(workplace: workplace)
        let rows = try ProposalBook(book).rows(decided: all)
        for row in rows { options.json ? Terminal.line(try json(row, book).description) : try show(row, book) }
        guard !options.json else { return }
        if let open = rows.first(where: { $0.decided == nil }) {
            Terminal.line("Next: daybook knowledge accept \(open.proposal)    or reject it")
        } else {
            Terminal.line("No proposal waits for you.")
        }
    }

    private func show(_ row: ProposalRow, _ book: KnowledgeBook) throws {
        let what = row.base == 0 ? "new: \(row.entry)" : "\(row.entry), from @\(row.base)"
        var words = "  \(row.proposal.column(20)) \(what.printable.column(28)) \(try book.origin(of: row).printable)"
        if let decided = row.decided {
            words += "   \(decided.verdict.word)" + (decided.rule.isEmpty ? "" : ": \(decided.rule)")
        }
        Terminal.line(words)
        let text = (try? book.text(row.content)) ?? "(erased)"
        for line in text.split(separator: "\n").prefix(3) { Terminal.line("    | \(String(line).printable.cut(100))") }
    }

    private func json(_ row: ProposalRow, _ book: KnowledgeBook) throws -> JSON {
        var agent: String?
        if case .job(let source) = row.source { agent = try book.maker(of: source).agent }
        func text(_ value: String?) -> JSON { value.map { .string($0) } ?? .null }
        let rule = row.decided?.rule ?? ""
        let version = row.decided?.version ?? 0
        return .fields(
            ("id", .string(row.proposal)), ("entry", .string(row.entry)), ("base", .number(row.base)),
            ("title", .string(book.title(row.content))), ("collection", .string(row.content.collection)),
            ("form", .string(row.content.form.word)), ("text", text(try? book.text(row.content))),
            ("source", text(try book.origin(of: row))), ("agent", text(agent)), ("reason", text(book.note(row.reason))),
            ("evidence", .array(row.evidence.map { .string($0.words(in: book)) })),
            ("position", .number(row.position)), ("time", .string(Format.iso(row.timeUs))),
            ("decided", text(row.decided?.verdict.word)), ("rule", text(rule.isEmpty ? nil : rule)),
            ("version", version == 0 ? .null : .number(version)))
    }
}

extension KnowledgeBook {
    /// `support-7.answer by writer`
    fileprivate func origin(of row: ProposalRow) throws -> String {
        guard case .job(let source) = row.source else { return row.actor }
        let (step, agent) = try maker(of: source)
        return source.job + (step.map { ".\($0)" } ?? "@\(source.version)") + (agent.map { " by \($0)" } ?? "")
    }
}

struct KnowledgeAcceptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept", abstract: "Let a proposal become knowledge.",
        discussion: """
            If its entry was changed since, both changes are kept; where they meet, --ours or --theirs decides.
            With --json: one object with `id`, `entry`, `version`, `position`, `contradictions`.
            """)

    @Argument(help: "A proposal, such as support-7.12.")
    var id: String

    @Option(name: .customLong("as"), help: ArgumentHelp("Under another name.", valueName: "entry"))
    var name: String?

    @Option(help: "Why.")
    var reason: String?

    @OptionGroup var merge: MergeOptions
    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let book = KnowledgeBook(workplace: workplace)
        let proposals = ProposalBook(book)
        let row = try proposals.waiting(id)
        if let name {
            guard StreamName.isValid(id: name), try book.versions(of: name).isEmpty else {
                throw Complaint("\(name) is no new name for an entry", hint: "daybook knowledge list", status: .usage)
            }
        }
        let merged = name == nil ? try proposals.merge(row, merge) : nil
        if let merged, !merged.open.isEmpty {
            try merge.refuse(merged, "daybook knowledge accept \(id)", options)
        }
        let outcome = try await proposals.accept(
            row, said: merged?.statement, as: name, reason: reason, actor: "owner")
        if options.json { return Terminal.line(outcome.json.description) }
        Terminal.line("\(outcome.entry)@\(outcome.version)   accepted   @\(outcome.position ?? 0)")
        KnowledgeBook.Committed(versions: [outcome.version], position: outcome.position, noted: outcome.noted)
            .showNoted()
        Terminal.line("Next: daybook knowledge show \(outcome.entry)")
    }
}

struct KnowledgeRejectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reject", abstract: "Say no to a proposal: nobody is ever shown it.",
        discussion: "With --json: one object with `id`, `entry`, `version` (null), `position`, `contradictions`.")

    @Argument(help: "A proposal, such as support-7.12.")
    var id: String

    @Option(help: "Why.")
    var reason: String?

    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let proposals = ProposalBook(KnowledgeBook(workplace: workplace))
        let outcome = try await proposals.reject(proposals.waiting(id), reason: reason, actor: "owner")
        if options.json { return Terminal.line(outcome.json.description) }
        Terminal.line("\(id)   rejected   @\(outcome.position ?? 0)")
        Terminal.line("Next: daybook knowledge proposals")
    }
}

struct KnowledgeProposeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "propose", abstract: "Propose what a job learnt: it waits for a person.",
        discussion: """
            echo "Ana asked for an annual plan" | daybook knowledge propose annual-plan - --from support-7.answer

            Text that only repeats what the job was shown is refused (exit 1).
            With --json: one object with `id`, `entry`, `decided`, `rule`, `version`, `position`, `contradictions`.
            """)

    @Argument(help: "The entry that it would become, or be the next version of.")
    var entry: String

    @Argument(help: ArgumentHelp("`-`: the text comes from standard input.", valueName: "-"))
    var input: String?

    @Option(help: ArgumentHelp("The step that learnt it: support-7.answer.", valueName: "step"))
    var from: String

    @Option(help: "What it is called.")
    var title: String?

    @Option(help: "Where it belongs.")
    var collection: String?

    @Option(help: ArgumentHelp("The file with the text; `-` for standard input.", valueName: "file"))
    var file: String?

    @OptionGroup var more: EntryOptions
    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let outcome = try await ProposalDraft(self, in: workplace).write()
        if options.json {
            Terminal.line(outcome.json.description)
        } else if let verdict = outcome.verdict {
            Terminal.line("\(outcome.id)   \(verdict.word): \(outcome.rule)")
            Terminal.line("Next: daybook knowledge proposals --all")
        } else {
            Terminal.line("\(outcome.id)   waits for you   @\(outcome.position ?? 0)")
            Terminal.line("Next: daybook knowledge accept \(outcome.id)")
        }
        if outcome.verdict == .rejected { throw Ending(.failed) }
    }
}

extension ProposalBook.Outcome {
    var json: JSON {
        .fields(
            ("id", .string(id)), ("entry", .string(entry)),
            ("decided", verdict.map { .string($0.word) } ?? .null), ("rule", rule.isEmpty ? .null : .string(rule)),
            ("version", version == 0 ? .null : .number(version)),
            ("position", position.map { .number($0) } ?? .null),
            ("contradictions", .array(noted.map { .string($0.contradiction) })))
    }
}
