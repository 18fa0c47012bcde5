import ArgumentParser
import Coordinator
import EventSourcing
import Jobs
import Wire

struct WorkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "work", abstract: "Drive every job that can move, also those a killed process left, and exit.",
        discussion: """
            With --watch it goes on until you end it: it takes in what changes in knowledge/, as `daybook knowledge
            import` does, and drives what can move then.
            With --json: one object a job, as `daybook run --json` prints it.
            """)

    /// How many jobs are driven at the same time.
    static let jobsAtOnceMax = 4
    /// Between two looks for jobs that can move, in milliseconds.
    static let lookMilliseconds: Int64 = 2_000

    @Flag(help: "Go on: take in changed files of knowledge/, and drive what can move.")
    var watch = false

    @OptionGroup var options: WorkspaceOptions
    @OptionGroup var drive: DriveOptions

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let printer = ProgressPrinter(workplace.artifacts, isOn: !options.json, showsJob: true)
        let patience = Timestamp(drive.patience) * 1_000_000
        guard !watch else { return try await goOn(printer, patience: patience, in: workplace) }
        let outcomes = try await workplace.driving(observer: printer) { driver in
            try await Self.driveAll(driver, patience: patience, in: workplace)
        }
        try await remember(outcomes, in: workplace)
        outcomes.forEach(show)
        if outcomes.isEmpty, !options.json { Terminal.line("Nothing to do.") }
        if !options.json, outcomes.contains(where: { $0.exit == .waiting }) { Terminal.line("Next: daybook inbox") }
        if outcomes.contains(where: { $0.exit == .failed }) { throw Ending(.failed) }
    }

    /// Proposes what their steps have learnt.
    private func remember(_ outcomes: [JobOutcome], in workplace: Workplace) async throws {
        let remembering = Remembering(KnowledgeBook(workplace: workplace))
        for outcome in outcomes {
            let proposed = try await remembering.propose(from: outcome.job)
            if !options.json { proposed.forEach { $0.show() } }
        }
    }

    private func show(_ outcome: JobOutcome) {
        if options.json {
            Terminal.line(outcome.json.description)
        } else {
            Terminal.line("  \(outcome.job.column(26)) \(outcome.status.name)")
        }
    }

    /// Drives, takes in what changes, and drives again. Each job is shown whenever it has come elsewhere.
    private func goOn(_ printer: ProgressPrinter, patience: Timestamp, in workplace: Workplace) async throws {
        let importer = KnowledgeImport(workplace: workplace, actor: "owner", rules: KnowledgeImport.Rules())
        let changes = ImportWatch(
            importer: importer, paths: [],
            printer: ImportPrinter(isJSON: options.json, isDry: false, world: workplace.world))
        Terminal.note("Working; Ctrl-C ends it.")
        try await workplace.driving(observer: printer) { driver in
            let watch = changes.start()
            var last: [String: String] = [:]
            while true {
                let outcomes = try await Self.driveAll(driver, patience: patience, in: workplace)
                try await remember(outcomes, in: workplace)
                for outcome in outcomes
                where last.updateValue(outcome.status.name, forKey: outcome.job) != outcome.status.name {
                    show(outcome)
                }
                if try await watch.wait(atMost: Self.lookMilliseconds) { try await changes.takeChanges() }
            }
        }
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
