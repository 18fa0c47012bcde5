import Coordinator
import EventSourcing
import Events
import Jobs
import Ledger
import Views
import Wire
import Workspace

/// What became of what was sent: figures that are handed to jobs long after they ended.
struct OutcomeBook {
    /// How often it is tried again because somebody else wrote to one of the jobs meanwhile.
    static let conflictsMax = 16
    /// Where a flow does not say which step its figures are of.
    static let stepDefault = "publish"

    let workplace: Workplace
    let actor: String

    /// A figure, and where a person wrote it.
    struct Figure {
        let job: String
        /// Nil for the step that the flow's `outcomes` name.
        let step: String?
        let metric: String
        let valueMillionths: Int64
        let source: String
        /// In a file; nil for one from the command line.
        var position: SourcePosition?
    }

    /// A figure with the job that it is for.
    struct Outcome {
        let job: String
        let event: OutcomeRecorded
    }

    /// What was recorded, and what is known already with the same value from the same source.
    struct Report {
        var recorded: [Outcome] = []
        var unchanged: [Outcome] = []
        /// Of the commit's last event; nil if nothing was written.
        var position: Position?
    }

    /// Records all of them in one commit, or none.
    ///
    /// - Parameter path: the file they stand in, for messages; nil for the command line.
    /// - Throws: `Complaint` that names every line that fits no job or no step.
    func record(_ figures: [Figure], from path: String? = nil) async throws -> Report {
        try workplace.requireWritable()
        do {
            for _ in 0..<Self.conflictsMax {
                var report = try compare(try resolve(figures, from: path))
                guard !report.recorded.isEmpty else { return report }
                let time = workplace.world.now()
                let commit = NewCommit(
                    id: workplace.world.commitID(), time: time, actor: actor,
                    appends: try appends(report.recorded, at: time))
                do throws(AppendFailure) {
                    report.position = try await workplace.ledger.append(commit).last
                    return report
                } catch {
                    guard case .wrongExpectedVersion = error else { throw error }
                }
            }
        } catch {
            throw Complaint(error)
        }
        throw Complaint("these jobs are being written to all the time", hint: "try again", status: .busy)
    }

    /// The figures with their jobs and steps; every one that fits nowhere is reported at once.
    private func resolve(_ figures: [Figure], from path: String?) throws -> [Outcome] {
        var problems: [Diagnostic] = []
        var states: [String: JobState] = [:]
        var outcomes: [Outcome] = []
        for figure in figures {
            let state = try states[figure.job] ?? workplace.session(figure.job).state
            states[figure.job] = state
            let step = figure.step ?? state.definitions?.flow.outcomes.first?.of ?? Self.stepDefault
            var problem: (message: String, hint: String)?
            if state.phase == .missing {
                problem = ("there is no job \(figure.job)", "daybook job list")
            } else if state.step(step) == nil {
                problem = (
                    "\(figure.job) has no step \(step)",
                    "its steps are \(state.steps.map(\.id).joined(separator: ", "))"
                )
            }
            if let problem {
                guard let path else { throw Complaint(problem.message, hint: problem.hint, status: .notFound) }
                problems.append(
                    Diagnostic(path: path, position: figure.position, message: problem.message, hint: problem.hint))
            }
            let event = OutcomeRecorded(
                step: step, metric: figure.metric, valueMillionths: figure.valueMillionths, source: figure.source)
            outcomes.append(Outcome(job: figure.job, event: event))
        }
        guard problems.isEmpty else {
            let shown = Array(problems.prefix(Self.problemsMax))
            throw WorkspaceProblems(shown, omitted: problems.count - shown.count)
        }
        return outcomes
    }

    /// The most problems that are listed; the rest is counted.
    private static let problemsMax = 50

    /// Parts the figures that are known already from the others: taking a file in twice changes nothing.
    private func compare(_ outcomes: [Outcome]) throws -> Report {
        let metrics = try workplace.view(Metrics())
        var known: [Key: OutcomeRecorded] = [:]
        for job in Set(outcomes.map(\.job)) {
            for row in try Metrics.outcomes(ofJob: job, in: metrics) {
                known[Key(job: job, step: row.step, metric: row.metric)] = OutcomeRecorded(
                    step: row.step, metric: row.metric, valueMillionths: row.valueMillionths, source: row.source)
            }
        }
        var report = Report()
        for outcome in outcomes {
            let key = Key(job: outcome.job, step: outcome.event.step, metric: outcome.event.metric)
            if known.updateValue(outcome.event, forKey: key) == outcome.event {
                report.unchanged.append(outcome)
            } else {
                report.recorded.append(outcome)
            }
        }
        return report
    }

    private struct Key: Hashable {
        let job: String
        let step: String
        let metric: String
    }

    private func appends(_ outcomes: [Outcome], at time: Timestamp) throws -> [StreamAppend] {
        let byJob = Dictionary(grouping: outcomes, by: \.job)
        return try byJob.keys.sorted().flatMap { job in
            var session = try workplace.session(job)
            for outcome in byJob[job] ?? [] {
                do throws(JobRejection) {
                    try session.take(.outcomeRecorded(outcome.event), at: time)
                } catch {
                    throw Complaint(error)
                }
            }
            return session.commit(id: workplace.world.commitID(), actor: actor)?.appends ?? []
        }
    }
}
