import ArgumentParser
import EventSourcing
import Ledger
import Wire

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take in what another ledger exported, to look at and to replay.",
        discussion: """
            daybook import company.jsonl
            daybook replay --all

            Everything goes into streams of its own, import/LEDGER/…, where nothing is ever driven: no job goes on, no \
            mail is sent, no question is asked, no budget or figure counts it, and no agent is shown what it knows. \
            The whole file is checked first, and refused whole. Import it again after an interruption: it goes on \
            where it stopped, and what is there already is compared and not written twice. An export that goes on from \
            an earlier one (--since) needs that one first.

            With --json: one object with `ledger`, `source`, `events`, `artifacts`, `jobs` (of the file), `new` and \
            `known` (events).
            """)

    @Argument(help: "A file that `daybook export` made.")
    var file: String

    @Option(help: ArgumentHelp("The folder with the contents, if they are not in the file.", valueName: "folder"))
    var artifacts: String?

    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        try workplace.requireWritable()
        let arrival = try LedgerImport(
            options.path(file), called: file, contents: artifacts.map { options.path($0) }, in: workplace)
        try await arrival.append()
        let found = arrival.found
        if options.json {
            return Terminal.line(
                JSON.fields(
                    ("ledger", .string(arrival.ledger)), ("source", .string(arrival.source)),
                    ("events", .number(found.events)), ("artifacts", .number(found.artifacts)),
                    ("jobs", .number(found.jobs.count)), ("new", .number(found.events - found.known)),
                    ("known", .number(found.known))
                ).description)
        }
        let known = found.known > 0 ? ", \(Format.count(found.known)) of them here already" : ""
        Terminal.line(
            "\(Format.plural(found.events, "event")) and \(Format.plural(found.artifacts, "content")) of "
                + "\(arrival.source.printable)\(known)")
        Terminal.line("They are kept as import/\(arrival.ledger)/…, and nothing of them is ever driven.")
        if let job = found.jobs.min() {
            Terminal.line("Next: daybook replay import/\(arrival.ledger)/job/\(job)")
        } else {
            Terminal.line("Next: daybook log --stream import")
        }
    }
}
