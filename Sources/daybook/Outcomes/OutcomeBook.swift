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

    /// What was recorded, in the order of the figures.
    struct Report {
        var recorded: [(job: String, event: OutcomeRecorded)] = []
        /// Figures that are known already, with the same value from the same source.
        var unchanged = 0
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
                let events = try resolve(figures, from: path)
                var report = try fresh(events)
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

    /// The events, each with its job; every figure that fits nowhere is reported at once.
    private func resolve(_ figures: [Figure], from path: String?) throws -> [(job: String, event: OutcomeRecorded)] {
        var problems: [Diagnostic] = []
        var states: [String: JobState] = [:]
        var events: [(job: String, event: OutcomeRecorded)] = []
        for figure in figures {
            let state = try states[figure.job] ?? JobSession(figure.job, in: workplace.ledger).state
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
            events.append((figure.job, event))
        }
        guard problems.isEmpty else {
            let shown = Array(problems.prefix(Self.problemsMax))
            throw WorkspaceProblems(shown, omitted: problems.count - shown.count)
        }
        return events
    }

    /// The most problems that are listed; the rest is counted.
    private static let problemsMax = 50

    /// Without the figures that are known already: taking a file in twice changes nothing.
    private func fresh(_ events: [(job: String, event: OutcomeRecorded)]) throws -> Report {
        let metrics = try workplace.view(Metrics())
        var known: [Key: OutcomeRecorded] = [:]
        for job in Set(events.map(\.job)) {
            for row in try Metrics.outcomes(ofJob: job, in: metrics) {
                known[Key(job: job, step: row.step, metric: row.metric)] = OutcomeRecorded(
                    step: row.step, metric: row.metric, valueMillionths: row.valueMillionths, source: row.source)
            }
        }
        var report = Report()
        for (job, event) in events {
            let key = Key(job: job, step: event.step, metric: event.metric)
            if known.updateValue(event, forKey: key) == event {
                report.unchanged += 1
            } else {
                report.recorded.append((job, event))
            }
        }
        return report
    }

    private struct Key: Hashable {
        let job: String
        let step: String
        let metric: String
    }

    private func appends(
        _ events: [(job: String, event: OutcomeRecorded)], at time: Timestamp
    ) throws -> [StreamAppend] {
        let byJob = Dictionary(grouping: events, by: \.job)
        return try byJob.keys.sorted().flatMap { job in
            var session = try JobSession(job, in: workplace.ledger)
            for (_, event) in byJob[job] ?? [] {
                do throws(JobRejection) {
                    try session.take(.outcomeRecorded(event), at: time)
                } catch {
                    throw Complaint(error)
                }
            }
            return session.commit(id: workplace.world.commitID(), actor: actor)?.appends ?? []
        }
    }
}
