import ArgumentParser
import Views

struct KnowledgeAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Write down something the business knows.",
        discussion: """
            echo "Pro costs $39 a month" | daybook knowledge add pricing --title Pricing --collection product

            daybook knowledge add pro --title "Pro plan" --field price="39.00 USD" --field since=2026-11-01

            The text is Markdown; frontmatter may give title, collection, form and subject. A fact with fields needs no
            text. What contradicts or repeats another entry is written, noted, and put to you: `daybook knowledge
            contradictions`.
            With --json: one object with `entry`, `version`, `result` (added, revised or unchanged), `position`, and
            `contradictions` (ids of those that were noted).
            """)

    @OptionGroup var arguments: EntryArguments

    @Flag(help: "Revise the entry if there is one.")
    var revise = false

    func run() async throws {
        try arguments.check()
        let workplace = try Workplace(arguments.options)
        defer { workplace.close() }
        let book = KnowledgeBook(workplace: workplace)
        let last = try book.versions(of: arguments.entry).last
        if let last { try requireRevision(of: last, in: book) }
        try await arguments.write(after: last, in: book, mayKeepText: false)
    }

    /// Nobody overwrites by accident what is known already.
    private func requireRevision(of last: EntryVersionRow, in book: KnowledgeBook) throws {
        guard !revise, arguments.base == nil else { return }
        let entry = arguments.entry
        let isFree = Terminal.canAsk && arguments.file != nil && arguments.file != "-"
        guard isFree else {
            throw Complaint(
                "\(entry) is known already (\(last.name))", hint: "daybook knowledge revise \(entry) ...",
                status: .usage)
        }
        let title = book.title(last.content).printable
        Terminal.prompt("\(entry) is known already (\(last.name), \"\(title)\"). Revise it? [y/N] ")
        guard ["y", "yes"].contains(readLine()?.lowercased() ?? "") else {
            throw Complaint("nothing was changed", status: .declined)
        }
    }
}
