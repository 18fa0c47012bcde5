import ArgumentParser
import EventSourcing
import Events
import Jobs
import Views
import Wire

/// How a drive ended, in words and as an exit code.
struct JobOutcome {
    let job: String
    let status: JobStatus
    let state: JobState
    /// An agent that is switched off and that the job waits for.
    var missesAgent: String?

    /// A job that nothing but a switched-off agent holds up is parked.
    init(job: String, status: JobStatus, state: JobState, disabledAgents: Set<String> = []) {
        self.job = job
        self.state = state
        let working = state.steps.filter { $0.status == .working }.map(\.id)
        let agents = working.compactMap { state.definitions?.step($0)?.agentWork?.agent }
        missesAgent = status == .running ? agents.first(where: disabledAgents.contains) : nil
        self.status = missesAgent == nil ? status : .parked(until: nil)
    }

    var exit: ExitStatus {
        switch status {
        case .completed: .done
        case .failed: state.failure == .budget ? .budget : isDeclined ? .declined : .failed
        case .cancelled: .declined
        case .awaitingHuman: .waiting
        case .parked, .paused, .queued, .running: .parked
        }
    }

    private var isDeclined: Bool { state.failure == .rejected }

    func ending(_ options: DriveOptions) -> Ending? {
        if options.waitingOk, exit == .waiting || exit == .parked { return nil }
        return exit == .done ? nil : Ending(exit)
    }

    /// Fields: `job`, `state`, `cost_microdollars`, `waiting` (approval ids), `parked_until`, `failed_step`.
    var json: JSON {
        var fields: [JSON.Field] = [
            .init("job", .string(job)), .init("state", .string(status.name)),
            .init("cost_microdollars", .number(state.spentMicrodollars)),
        ]
        if !state.approvals.isEmpty {
            fields.append(.init("waiting", .array(state.approvals.map { .string("\(job)@\($0.version)") })))
        }
        if case .parked(let until?) = status { fields.append(.init("parked_until", .string(Format.iso(until)))) }
        if case .failed(let step) = state.phase { fields.append(.init("failed_step", .string(step))) }
        return .object(fields)
    }

    func show(since start: Timestamp, now: Timestamp) {
        let cost = "\(Format.duration(UInt64(max(0, now - start)))), \(Format.money(state.spentMicrodollars))"
        switch status {
        case .completed:
            Terminal.line("Done. \(cost). Nothing of it waits for you.")
            Terminal.line("Next: daybook replay \(job)    prove it from the ledger")
        case .awaitingHuman:
            Terminal.line("Waiting for you. \(cost), all of it on disk.")
            Terminal.line("Next: daybook review \(job)    read it, then decide")
            if let step = state.approvals.first.flatMap({ state.definitions?.step($0.step)?.reviewWork?.of }) {
                Terminal.line("      daybook audit \(job).\(step)    what the agent saw")
            }
        case .parked where missesAgent != nil:
            Terminal.line("Parked: the agent \(missesAgent ?? "") is switched off. \(cost).")
            Terminal.line("Next: daybook agent enable \(missesAgent ?? "") && daybook work")
        case .parked(let until):
            Terminal.line("Parked\(until.map { " until \(Format.time($0))" } ?? ""). \(cost).")
            Terminal.line("Next: daybook \(until == nil ? "job resume \(job)" : "work")")
        case .paused:
            Terminal.line("Paused. \(cost).")
            Terminal.line("Next: daybook job resume \(job)")
        case .failed:
            if case .failed(let step) = state.phase {
                Terminal.line(isDeclined ? "Declined at \(step). Nothing was sent." : "Failed at \(step). \(cost).")
                Terminal.line("Next: daybook job retry \(job)    tries \(step) again, with the files as they are now")
            }
        case .cancelled: Terminal.line("Cancelled. Nothing more happens in \(job).")
        case .queued, .running: Terminal.line("\(job) is \(status.name).")
        }
    }
}
