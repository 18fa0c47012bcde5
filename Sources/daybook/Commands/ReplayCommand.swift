import ArgumentParser
import Coordinator
import EventSourcing
import Events
import Jobs
import Ledger
import Wire
import Workspace

struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Drive a job again from the ledger alone, and compare every decision and prompt.",
        discussion: """
            daybook replay newsletter-8
            daybook replay --all
            daybook replay derived/summaries
            daybook replay import/8f0c21d3a4b5/job/newsletter-8
            daybook replay newsletter-8 --with workspace

            Offline: no model, no cost, nothing is sent. --with workspace shows what the files as they are now would \
            change.

            Exit code 0 if everything comes out the same, 1 if something differs, or if a single job cannot be \
            checked. With --json: one object a job with `job`, `verdict` (reproduced, not_checkable, diverged), \
            `reason`, `observations`, `decisions`, `same`, `requests` (objects with `step`, `position`, `recorded`, \
            `rebuilt`, `same`), `mails` (`step`, `position`, `digest`, `messages`, `same`), `divergences` (`position`, \
            `version`, `step`, `words`, `recorded`, `today`) and, with --with, `prompt` (null, or the first request \
            that differs: `step`, `position`, `recorded`, `today`). --all ends with an object of the sums: `jobs`, \
            `reproduced`, `not_checkable`, `diverged`, `first` (null, or `job` and `position`), `observations`, \
            `decisions`, `same`, `derived` (streams of what others made of the knowledge; each has an object with \
            `stream` instead of `job`) and `derived_reproduced`.
            """)

    enum Source: String, ExpressibleByArgument, CaseIterable {
        case workspace
    }

    enum RulesChoice: String, ExpressibleByArgument, CaseIterable {
        case latest
    }

    @Argument(help: "A job, such as newsletter-8, or what others made: derived/summaries.")
    var job: String?

    @Flag(help: "Every job, and what others made; what was imported, too.")
    var all = false

    @Option(help: "Put these definitions in the place of those that the job pinned: workspace.")
    var with: Source?

    @Option(help: "Replay by these rules instead of those that the job pinned: latest.")
    var rules: RulesChoice?

    @OptionGroup var options: WorkspaceOptions

    func validate() throws {
        if (job == nil) != all { throw ValidationError("Name a job, or say --all.") }
    }

    func run() async throws {
        let workplace = try Workplace(options, readOnly: true)
        defer { workplace.close() }
        let shelf = workplace.artifacts
        let whatIf = try WhatIf(with, rules, in: workplace)
        if let job {
            if let derived = try DerivedReplay(job, in: workplace.ledger) {
                guard whatIf.isNone else {
                    throw Complaint("\(job) pins no files and no rules", hint: "daybook replay \(job)", status: .usage)
                }
                return try derived.show(json: options.json)
            }
            let kept = KeptJob(job, in: workplace.ledger)
            guard try kept.log.version(of: JobSession.stream(of: kept.job)) > 0 else {
                throw Complaint("there is no job \(job)", hint: "daybook job list", status: .notFound)
            }
            try ReplayOfOne(kept, whatIf, in: workplace, shelf).show(json: options.json)
        } else {
            try ReplayOfAll(whatIf, in: workplace, shelf).show(json: options.json)
        }
    }
}

/// Which definitions and rules a job is asked to have run with.
struct WhatIf {
    let files: LoadedWorkspace?
    let rules: UInt32?

    init(_ source: ReplayCommand.Source?, _ rules: ReplayCommand.RulesChoice?, in workplace: Workplace) throws {
        files = source == nil ? nil : try workplace.files()
        self.rules = rules == nil ? nil : Rules.latest
    }

    var isNone: Bool { files == nil && rules == nil }

    /// What to put in the place of what this job pinned; nil for nothing.
    ///
    /// - Throws: `Complaint` if the workspace has no such flow any more.
    func substitution(for job: String, in history: JobHistory, _ shelf: ArtifactShelf) throws -> Substitution? {
        guard !isNone else { return nil }
        var substitution = Substitution(rules: rules)
        guard let files else { return substitution }
        let pinned = history.definitions(at: 1, from: shelf)
        let flow = pinned?.flow.name ?? String(job[..<(job.lastIndex(of: "-") ?? job.endIndex)])
        do {
            let today = try files.manifest(for: flow)
            for artifact in today.artifacts { shelf.put(artifact) }
            substitution.manifest = today.digest
        } catch {
            throw Complaint(error)
        }
        return substitution
    }
}
