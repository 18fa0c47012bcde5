import ArgumentParser
import Coordinator
import EventSourcing
import Jobs
import Wire

struct WorkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "work", abstract: "Drive every job that can move, also those a killed process left, and exit.",
        discussion: "With --json: one object a job, as `daybook run --json` prints it.")

    /// How many jobs are driven at the same time.
    static let jobsAtOnceMax = 4

    @OptionGroup var options: WorkspaceOptions
    @OptionGroup var drive: DriveOptions

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let printer = ProgressPrinter(workplace.artifacts, isOn: !options.json, showsJob: true)
        let patience = Timestamp(drive.patience) * 1_000_000
        let outcomes = try await workplace.driving(observer: printer) { driver in
            try await Self.driveAll(driver, patience: patience, in: workplace)
        }
        for outcome in outcomes {
            if options.json {
                Terminal.line(outcome.json.description)
            } else {
                Terminal.line("  \(outcome.job.column(26)) \(outcome.status.name)")
            }
        }
        if outcomes.isEmpty, !options.json { Terminal.line("Nothing to do.") }
        if !options.json, outcomes.contains(where: { $0.exit == .waiting }) { Terminal.line("Next: daybook inbox") }
        if outcomes.contains(where: { $0.exit == .failed }) { throw Ending(.failed) }
    }

    private static func driveAll(
        _ driver: Driver, patience: Timestamp, in workplace: Workplace
    ) async throws -> [JobOutcome] {
        var rest = try driver.openJobs()[...]
        return try await withThrowingTaskGroup(of: JobOutcome.self) { group in
            func next() {
                guard let job = rest.popFirst() else { return }
                group.addTask {
                    let status = try await driver.drive(job, patience: patience)
                    return try workplace.outcome(of: job, status)
                }
            }
            for _ in 0..<jobsAtOnceMax { next() }
            var outcomes: [JobOutcome] = []
            while let outcome = try await group.next() {
                outcomes.append(outcome)
                next()
            }
            return outcomes.sorted { $0.job < $1.job }
        }
    }
}
