import ArgumentParser
import Coordinator
import EventSourcing
import Ledger

struct JobEventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "The events of one job, in order.",
        discussion: "With --json: one object an event, as `daybook log --json` prints it.")

    @OptionGroup var target: JobArgument
    @OptionGroup var options: WorkspaceOptions

    @Flag(help: "Go on printing events as they come.")
    var follow = false

    func run() async throws {
        let workplace = try Workplace(options, readOnly: true)
        defer { workplace.close() }
        _ = try target.state(in: workplace)
        let stream = JobSession.stream(of: target.job)
        var version: StreamVersion = 0
        var head: Position = 0
        repeat {
            let events = try workplace.ledger.events(of: stream, after: version)
            try EventText.show(events, in: workplace, json: options.json)
            version = events.last?.version ?? version
            if follow { head = try await workplace.ledger.grown(beyond: head) }
        } while follow
    }
}
