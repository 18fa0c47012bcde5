import ArgumentParser
import Coordinator
import EventSourcing
import Jobs
import Ledger

struct JobWatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Follow a job until it ends, parks or waits for you. Drives nothing.",
        discussion: "With --json: one object an event, as `daybook job events --json` prints it.")

    @OptionGroup var target: JobArgument
    @OptionGroup var options: WorkspaceOptions
    @OptionGroup var drive: DriveOptions

    func run() async throws {
        let workplace = try Workplace(options, readOnly: true)
        defer { workplace.close() }
        var version: StreamVersion = 0
        while true {
            let head = try workplace.ledger.head()
            let state = try target.state(in: workplace)
            let events = try workplace.ledger.events(of: JobSession.stream(of: target.job), after: version)
            try EventText.show(events, in: workplace, json: options.json)
            version = events.last?.version ?? version
            let status = state.status(at: workplace.world.now())
            if status != .running, status != .queued {
                let outcome = JobOutcome(job: target.job, status: status, state: state)
                if !options.json { Terminal.line("\(target.job) is \(status.name).") }
                if let ending = outcome.ending(drive) { throw ending }
                return
            }
            _ = try await workplace.ledger.grown(beyond: head)
        }
    }
}
