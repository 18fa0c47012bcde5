import ArgumentParser
import Coordinator
import EventSourcing
import Events
import Jobs
import Wire

struct JobCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "job", abstract: "Look at jobs, and step in at any time.",
        subcommands: [
            JobListCommand.self, JobShowCommand.self, JobEventsCommand.self, JobWatchCommand.self,
            JobPauseCommand.self, JobResumeCommand.self, JobSteerCommand.self, JobCancelCommand.self,
            JobRetryCommand.self,
        ])
}

/// The name of a job on the command line.
struct JobArgument: ParsableArguments {
    @Argument(help: ArgumentHelp("A job, such as newsletter-8; a step or an id of it will do.", valueName: "job"))
    var reference: String

    /// The job of `newsletter-8`, of its step `newsletter-8.draft`, or of its question `newsletter-8@17`.
    var job: String { String(reference.prefix { $0 != "." && $0 != "@" }) }

    /// Complains if there is no such job.
    func state(in workplace: Workplace) throws -> JobState {
        let session = try workplace.session(job)
        guard session.state.phase != .missing else {
            throw Complaint("there is no job \(job)", hint: "daybook job list", status: .notFound)
        }
        return session.state
    }
}

extension Workplace {
    /// Hands a person's wish to a job.
    func observe(_ observations: [JobObservation], by job: String, artifacts: [[UInt8]] = []) async throws {
        try requireWritable()
        try await complaining { () async throws(CommandFailure) in
            try await JobCommand(on: ledger, keyring: keys, world: world, actor: "owner")
                .observe(observations, by: job, artifacts: artifacts)
        }
    }
}
