import ArgumentParser
import Coordinator
import EventSourcing
import Foundation
import Ledger
import Wire

struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write events as CloudEvents 1.0, one JSON object a line, contents along.",
        discussion: """
            daybook export newsletter-8 > newsletter-8.jsonl
            daybook export --all > company.jsonl
            daybook export --all --since @4812 > november.jsonl
            daybook export --all --artifacts contents > company.jsonl

            Each line has the event as JSON in `data` and, in `daybookpayload`, the bytes that the ledger keeps, so \
            that \
            `daybook import` gets them back exactly. Contents are lines of their own before the first event that \
            names them; with --artifacts they are files, named by their SHA-256. The last line says what there should \
            be: a file that was cut is refused. What is sealed stays sealed; keys are never exported.
            """)

    @Argument(help: "A job, such as newsletter-8.")
    var job: String?

    @Flag(help: "Every stream.")
    var all = false

    @Option(help: ArgumentHelp("Only events behind this one.", valueName: "@position"))
    var since: Reference?

    @Option(help: ArgumentHelp("Put contents into this folder instead.", valueName: "folder"))
    var artifacts: String?

    @OptionGroup var options: WorkspaceOptions

    func validate() throws {
        if (job == nil) != all { throw ValidationError("Name a job, or say --all.") }
    }

    func run() async throws {
        let workplace = try Workplace(options, readOnly: true)
        defer { workplace.close() }
        let stream = job.map { JobSession.stream(of: $0) }
        if let job, try workplace.ledger.version(of: JobSession.stream(of: job)) == 0 {
            throw Complaint("there is no job \(job)", hint: "daybook job list", status: .notFound)
        }
        var contents = LedgerExport.Contents.inline
        if let artifacts {
            try FileManager.default.createDirectory(atPath: artifacts, withIntermediateDirectories: true)
            contents = .folder(artifacts)
        }
        var export = LedgerExport(of: workplace.ledger, contents) { line in
            Terminal.bytes(Array("\(line)\n".utf8))
            if Terminal.hasFailed { throw Complaint("the export could not be written whole", status: .storage) }
        }
        let end = try export.write(stream, since: position(in: workplace.ledger))
        Terminal.note(
            "Exported \(Format.plural(end.events, "event")) and \(Format.plural(end.artifacts, "content")), "
                + "up to @\(end.head).")
        Terminal.note("Next: daybook import FILE    in another workspace; nothing in it is ever driven there")
    }

    private func position(in ledger: Ledger) throws -> Position {
        guard let since else { return 0 }
        guard case .event(let position) = try since.target(in: ledger) else {
            throw Complaint("--since \(since.text) is no position", hint: "such as @147", status: .usage)
        }
        return position
    }
}
