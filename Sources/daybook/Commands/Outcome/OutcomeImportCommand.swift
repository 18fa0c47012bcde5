import ArgumentParser
import EventSourcing
import Events
import Wire
import Workspace

struct OutcomeImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Record the figures of a CSV file, all of them or none.",
        discussion: """
            The first line names the columns: job,step,metric,value,source in any order; step and source may be missing.
                job,metric,value,source
                newsletter-8,open_rate,46%,buttondown
                newsletter-8,unsubscribes,2,buttondown

            What is known already is not written again. With --json: one object with `path`, `recorded`, `unchanged`,
            `position` (of the last event written).
            """)

    @Argument(help: "A CSV file.")
    var file: String

    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        try UserFile.require(options.path(file), called: file)
        let table = try await complaining { () throws(WorkspaceProblems) in
            try OutcomeFile.read(at: options.path(file))
        }
        let figures = table.rows.map { row in
            OutcomeBook.Figure(
                job: row.job, step: row.step, metric: row.metric, valueMillionths: row.valueMillionths,
                source: row.source.isEmpty ? "import" : row.source, position: row.position)
        }
        let report = try await OutcomeBook(workplace: workplace, actor: "owner").record(figures, from: file)
        if options.json {
            return Terminal.line(
                JSON.fields(
                    ("path", .string(file)), ("recorded", .number(report.recorded.count)),
                    ("unchanged", .number(report.unchanged.count)),
                    ("position", report.position.map { .number($0) } ?? .null)
                ).description)
        }
        let jobs = Set(report.recorded.map(\.job)).count
        var words = "\(Format.plural(report.recorded.count, "figure")) recorded"
        if jobs > 0 { words += " for \(Format.plural(jobs, "job"))" }
        if !report.unchanged.isEmpty { words += ", \(Format.count(report.unchanged.count)) known already" }
        if let position = report.position { words += "   @\(position)" }
        Terminal.line(words)
    }
}
