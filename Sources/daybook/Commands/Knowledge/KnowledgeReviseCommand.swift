import ArgumentParser
import Views

struct KnowledgeReviseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revise", abstract: "Say anew what an entry says: its next version.",
        discussion: """
            daybook knowledge revise pricing                       in your editor
            daybook knowledge revise pricing --file pricing.md
            daybook knowledge revise pro --field price="49.00 USD" --reason "since November"

            What is not named stays: the text beside new fields, tags beside a new text. Without anything the text is
            opened in $VISUAL or $EDITOR. Every version stays, and `daybook knowledge revert` leads back.
            What was retired or merged into another entry is refused: revise that one, or revert it first.
            With --json: as `daybook knowledge add`.
            """,
        aliases: ["edit"])

    @OptionGroup var arguments: EntryArguments

    func run() async throws {
        try arguments.check()
        let workplace = try Workplace(arguments.options)
        defer { workplace.close() }
        let book = KnowledgeBook(workplace: workplace)
        guard let last = try book.versions(of: arguments.entry).last else {
            throw Complaint(
                "there is no entry \(arguments.entry)", hint: "daybook knowledge add \(arguments.entry) ...",
                status: .notFound)
        }
        try await arguments.write(after: last, in: book, mayKeepText: true)
    }
}
