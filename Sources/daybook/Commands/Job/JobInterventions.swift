import ArgumentParser
import Coordinator
import EventSourcing
import Events
import Jobs
import Wire
import Workspace

struct JobPauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Begin nothing new in a job until it is resumed.")

    @OptionGroup var target: JobArgument
    @OptionGroup var options: WorkspaceOptions

    @Option(name: [.short, .long], help: "Why.")
    var message: String?

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let reason = try message.map { try workplace.content($0, about: target.job) }
        try await workplace.observe(
            [.jobPaused(JobPaused(reason: reason?.digest))], by: target.job, artifacts: reason.map { [$0.stored] } ?? []
        )
        try Announcement(target.job, in: workplace).show(
            options, "Paused. What runs now is finished and kept.", next: "daybook job resume \(target.job)")
    }
}

struct JobResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Go on with a paused or parked job, and drive it.")

    @OptionGroup var target: JobArgument
    @OptionGroup var options: WorkspaceOptions
    @OptionGroup var drive: DriveOptions

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let state = try target.state(in: workplace)
        let status = state.status(at: workplace.world.now())
        if state.isPaused || status == .parked(until: nil) {
            try await workplace.observe([.jobResumed(JobResumed())], by: target.job)
        }
        try await workplace.driveAndShow(target.job, options, drive)
    }
}

struct JobSteerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "steer", abstract: "Leave a note that the next steps of a job take into account.")

    @OptionGroup var target: JobArgument

    @Argument(help: "What to take into account.")
    var note: String

    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        guard !note.isEmpty else { throw Complaint("an empty note says nothing", status: .usage) }
        let content = try workplace.content(note, about: target.job)
        try await workplace.observe(
            [.jobSteered(JobSteered(note: content.digest))], by: target.job, artifacts: [content.stored])
        try Announcement(target.job, in: workplace).show(
            options, "Noted. Every step that begins from now on is told.", next: "daybook job watch \(target.job)")
    }
}

struct JobCancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "End a job. What was sent stays sent; what was kept stays kept.")

    @OptionGroup var target: JobArgument
    @OptionGroup var options: WorkspaceOptions

    @Option(name: [.short, .long], help: "Why.")
    var message: String?

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let reason = try message.map { try workplace.content($0, about: target.job) }
        try await workplace.observe(
            [.cancelAsked(CancelAsked(reason: reason?.digest))], by: target.job,
            artifacts: reason.map { [$0.stored] } ?? [])
        try Announcement(target.job, in: workplace).show(
            options, "Cancelled.", next: "daybook job show \(target.job)")
    }
}

struct JobRetryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Try the failed step again, with the files as they are now, and drive on.",
        discussion: "--pinned tries again with exactly what the job has pinned.")

    @OptionGroup var target: JobArgument

    @Option(help: "The step; without it whatever failed.")
    var step: String?

    @Flag(help: "Keep the definitions that the job has pinned.")
    var pinned = false

    @OptionGroup var options: WorkspaceOptions
    @OptionGroup var drive: DriveOptions

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let state = try target.state(in: workplace)
        var observations: [JobObservation] = []
        var artifacts: [[UInt8]] = []
        var lines: [String] = []
        if !pinned, let flow = state.definitions?.flow.name {
            let files = try workplace.files()
            let now = try await complaining { () throws(WorkspaceProblems) in try files.manifest(for: flow) }
            if now.digest != state.manifest {
                observations.append(.jobRepinned(JobRepinned(manifest: now.digest, rules: state.rules)))
                artifacts = now.artifacts
                lines = Self.changes(from: state.definitions, to: now)
            }
        }
        observations.append(.retryAsked(RetryAsked(step: step ?? "")))
        try await workplace.observe(observations, by: target.job, artifacts: artifacts)
        if !options.json {
            if lines.isEmpty { lines = ["Uses what the job has pinned; no file it uses has changed."] }
            for line in lines { Terminal.line(line) }
        }
        try await workplace.driveAndShow(target.job, options, drive)
    }

    /// `Uses agents/writer 9f31c07a -> c2d86b15, the file as it is now.`
    private static func changes(from old: PinnedDefinitions?, to new: PinnedManifest) -> [String] {
        var lines = new.manifest.agents.compactMap { agent -> String? in
            guard let before = old?.digest(ofAgent: agent.name), before != agent.digest else { return nil }
            return "Uses agent \(agent.name) \(before.short) -> \(agent.digest.short), the file as it is now."
        }
        if let flow = old?.flow, Digest.of(flow) != new.manifest.flow {
            lines.append(
                "Uses flow \(flow.name) \(Digest.of(flow).short) -> \(new.manifest.flow.short), the file as it is now.")
        }
        return lines.isEmpty ? ["Uses the settings of daybook.yaml as they are now."] : lines
    }
}

/// What a job stands at after a person stepped in.
struct Announcement {
    let job: String
    let status: JobStatus
    let state: JobState

    init(_ job: String, in workplace: Workplace) throws {
        self.job = job
        state = try workplace.session(job).state
        status = state.status(at: workplace.world.now())
    }

    func show(_ options: WorkspaceOptions, _ words: String, next: String) {
        if options.json {
            Terminal.line(JobOutcome(job: job, status: status, state: state).json.description)
        } else {
            Terminal.line("\(job): \(words)")
            Terminal.line("Next: \(next)")
        }
    }
}
