import EventSourcing
import Events
import Wire

extension JobFile {
    /// What every event of the job changes.
    mutating func settle(_ header: EventHeader) {
        row.version = header.version
        row.lastPosition = header.position
        derive(at: header.time)
    }

    mutating func end(_ state: JobRowState, _ header: EventHeader) {
        row.state = state
        row.endedUs = header.time
        row.approvals = []
    }

    /// A person wants another try: what failed is open once more.
    mutating func reopen() {
        guard row.state == .failed else { return }
        row.state = .running
        row.endedUs = 0
        for index in row.steps.indices where row.steps[index].step == row.failure?.step {
            prints.open(index)
            row.steps[index].status = .idle
            row.steps[index].deliveries?.reopen()
        }
        row.failure = nil
    }

    mutating func repin(_ event: JobRepinned) {
        row.manifest = event.manifest
        row.rules = event.rules
        pinned = nil
    }

    /// What no event says: whether the job runs, waits for a person, or is parked.
    mutating func derive(at time: Timestamp) {
        row.parkedUntilUs = 0
        switch row.state {
        case .queued, .failed, .completed, .cancelled: return
        case .running, .awaitingHuman, .parked: break
        }
        var isUnderWay = false
        var isExpired = false
        var next = Timestamp.max
        // By their places: a step is not copied to be looked at.
        for index in row.steps.indices {
            switch row.steps[index].status {
            case .running: isUnderWay = true
            case .requested where row.steps[index].notBeforeUs <= time: isUnderWay = true
            case .requested: next = min(next, row.steps[index].notBeforeUs)
            case .expired: isExpired = true
            case .idle, .waiting, .done, .adopted, .failed: break
            }
        }
        if isUnderWay {
            row.state = .running
        } else if !row.approvals.isEmpty {
            row.state = .awaitingHuman
        } else if next < .max {
            row.state = .parked
            row.parkedUntilUs = next
        } else {
            row.state = isExpired ? .parked : .running
        }
    }
}

// MARK: - Steps
extension JobFile {
    /// The number of a step, counted from 1; 0 for no name. One that is met for the first time comes last.
    mutating func number(of step: String, _ item: String, _ header: EventHeader) -> UInt32 {
        guard !step.isEmpty else { return 0 }
        for index in row.steps.indices where row.steps[index].step == step && row.steps[index].item == item {
            return UInt32(index) + 1
        }
        if row.steps.isEmpty { row.steps.reserveCapacity(Self.stepsExpected) }
        row.steps.append(StepRow(step: step, item: item, header))
        prints.append()
        return UInt32(row.steps.count)
    }

    /// Changes all but the texts of a step by its number, and says that the event did.
    mutating func step(_ number: UInt32, _ header: EventHeader, _ body: (inout StepRow) -> Void) {
        part(number) { step in
            body(&step)
            step.lastPosition = header.position
        }
    }

    /// Changes all but the texts of a step by its number.
    mutating func part(_ number: UInt32, _ body: (inout StepRow) -> Void) {
        let index = Int(number) - 1
        guard row.steps.indices.contains(index) else { return }
        prints.open(index)
        body(&row.steps[index])
    }

    /// Changes a text of a step, if it is another than before.
    mutating func set(_ text: StepText, of number: UInt32, to new: String) {
        let index = Int(number) - 1
        guard row.steps.indices.contains(index), row.steps[index].set(text, to: new) else { return }
        prints.open(index, texts: true)
    }
}

/// What a step says in words.
enum StepText { case executor, model, detail }

extension StepRowStatus {
    /// Whether a task was asked for, or runs.
    var isUnderWay: Bool { self == .requested || self == .running }
}

extension StepRow {
    /// Whether it was another text before.
    fileprivate mutating func set(_ text: StepText, to new: String) -> Bool {
        switch text {
        case .executor: executor.change(to: new)
        case .model: model.change(to: new)
        case .detail: detail.change(to: new)
        }
    }

    init(step: String, item: String, _ record: EventHeader) {
        self.init(
            step: step, item: item, status: .idle, task: 0, attempt: 0, rung: 0, executor: "", model: "", tasks: 0,
            calls: 0, costMicrodollars: 0, latencyUs: 0, inputTokens: 0, outputTokens: 0, completed: 0, context: 0,
            firstPosition: record.position, lastPosition: record.position, requestedUs: record.time, endedUs: 0,
            notBeforeUs: 0, detail: "")
    }
}

extension String {
    /// Whether it was another one before.
    fileprivate mutating func change(to new: String) -> Bool {
        guard self != new else { return false }
        self = new
        return true
    }
}

extension DeliveryCounts {
    /// What the step does while its deliveries are made.
    var status: StepRowStatus { due == 0 && unknown > 0 ? .waiting : .running }

    mutating func begin(attempt: UInt32) {
        // One that failed has waited for its time.
        if attempt > 1 { makeDue() }
    }

    mutating func count(_ event: EffectEnded) {
        switch event.outcome {
        case .succeeded: succeeded += 1
        case .failed: failed += 1
        case .unknown: unknown += 1
        }
        // One of which it was found out that it never left can begin again at once.
        if case .failed = event.outcome, event.settledBy == .asking { return }
        due -= min(due, 1)
    }

    /// A person said what became of a delivery of which nobody knew.
    mutating func settle(happened: Bool) {
        unknown -= min(unknown, 1)
        if happened {
            succeeded += 1
        } else {
            failed += 1
            makeDue()
        }
    }

    /// A person wants another try of what failed.
    mutating func reopen() { due = prepared - min(prepared, succeeded + unknown) }

    /// One more; never more than are left to be made.
    private mutating func makeDue() { due = min(due + 1, prepared - min(prepared, succeeded + unknown)) }
}
