import EventSourcing
import Events
import Wire

/// Follows one job for the view of sessions.
///
/// Kept as a memo of the job's stream: its row holds everything that counts. A job that was forgotten is not met
/// again: nobody would know whom it is about.
final class SessionJob {
    /// Tasks, outputs and notes of a job that are remembered.
    static let tasksMax = 64
    static let outputsMax = 128
    static let notesMax = 4
    /// Versions of knowledge that a job was shown. What rests on more is not kept: nobody could take it back.
    static let shownMax = 128

    let isShown: Bool
    private let job: String
    private let cell: RowCell<SessionJobRow>

    private init(_ stream: StreamName, in rows: inout Rows) throws(WireError) {
        isShown = stream.isShown
        job = String(stream.id)
        cell = try rows.cell(Sessions.course(job))
    }

    static func of(_ event: borrowing EventView, in rows: inout Rows) throws -> SessionJob {
        let number = event.header.stream
        if let memo = rows.memo(of: number, as: SessionJob.self) { return memo }
        let memo = try SessionJob(try event.jobStream(), in: &rows)
        rows.keep(memo, of: number)
        return memo
    }

    func fold(_ event: borrowing EventView, _ type: JobEventType, _ rows: inout Rows) throws {
        let header = event.header
        if type == .jobQueued { return try begin(event.message(), header, &rows) }
        guard var row = cell.value else { return }
        row.lastUs = header.time
        switch type {
        case .stepAdopted: try row.adopt(event.message(), header, from: &rows)
        case .taskRequested: row.begin(try event.message(), header)
        case .contextAssembled: try row.show(event.message(), from: &rows)
        case .taskCompleted:
            if let exchange = row.complete(try event.message(), header) { try rows.keep(exchange, at: header.time) }
        case .effectPrepared: row.prepare(try event.message(), header)
        case .approvalRequested: row.ask(try event.message(), header)
        case .approvalDecided: try row.decide(event.message(), header, in: &rows)
        case .jobSteered:
            let steered: JobSteered = try event.message()
            row.notes = Array((row.notes + [steered.note]).suffix(Self.notesMax))
        case .jobCompleted: row.end(.completed)
        case .jobCancelled: row.end(.cancelled)
        case .jobFailed:
            let failed: JobFailed = try event.message()
            row.end(.failed)
            row.failure = JobFailure(reason: failed.reason, step: failed.step, detail: failed.detail)
        case .retryAsked:
            row.state = .running
            row.failure = nil
        case .jobQueued, .jobAdmitted, .callEnded, .lateResult, .effectLeased, .effectEnded, .timerFired,
            .inputReverted, .jobPaused, .jobResumed, .cancelAsked, .jobRepinned, .outcomeRecorded, .callRequested,
            .taskFailed, .approvalReminded, .approvalExpired, .approvalWithdrawn, .effectStarted, .timerSet:
            return
        }
        rows.set(cell, to: row)
    }

    private func begin(_ event: JobQueued, _ header: EventHeader, _ rows: inout Rows) throws(WireError) {
        if !cell.isThere { try rows.isDue(cell.key, since: header.time) }
        var (source, from) = ("", "")
        if case .rerun(let rerun) = event.origin { (source, from) = (rerun.job, rerun.fromStep) }
        rows.set(
            cell,
            to: SessionJobRow(
                job: job, source: source, fromStep: from, state: .running, notes: [], tasks: [], outputs: [],
                shown: [], lastUs: header.time, inputs: event.inputs))
    }
}

// MARK: - Tasks
extension SessionJobRow {
    fileprivate mutating func begin(_ event: TaskRequested, _ header: EventHeader) {
        var task = SessionTask(
            version: header.version, step: event.step, item: event.item, with: event.with, restsOn: [], opaque: false,
            byPerson: event.executor == Self.person, question: 0)
        if let old = tasks.firstIndex(where: { $0.step == event.step && $0.item == event.item }) {
            // What a person makes where the role could not is the role's exchange as well.
            if task.byPerson { task.terms = tasks[old].terms }
            tasks.remove(at: old)
        }
        tasks = Array((tasks + [task]).suffix(SessionJob.tasksMax))
    }

    /// The executor of a ladder's last choice.
    private static let person = "person"

    /// What a task was shown: versions of knowledge, and exchanges that rest on others.
    fileprivate mutating func show(_ event: ContextAssembled, from rows: inout Rows) throws(WireError) {
        guard let index = tasks.firstIndex(where: { $0.version == event.task }) else { return }
        var task = tasks[index]
        task.terms = event.session
        if let terms = event.session { customer = terms.customer }
        for item in event.items {
            switch item.source {
            case .knowledge:
                // Whoever reads a summary rests on everything that it was made of.
                task.rest(on: item.knowledge.map { EntryRef(entry: $0.entry, version: $0.version) }, in: &self)
            case .view(let source) where source.view == Sessions.name && source.key.hasPrefix("said/"):
                // One that was forgotten meanwhile rests on nobody knows what.
                let row: ExchangeRow? = Row.isValid(key: source.key) ? try rows.row(source.key) : nil
                if let row { task.rest(on: row.restsOn, in: &self) } else { task.opaque = true }
            case .view, .file, .delivered: break
            }
        }
        tasks[index] = task
    }

    /// - Returns: the exchange, if it is one of a role with a session, and everything that it rests on is known.
    fileprivate mutating func complete(_ event: TaskCompleted, _ header: EventHeader) -> ExchangeRow? {
        let index = event.task > 0 ? tasks.firstIndex { $0.version == event.task } : nil
        let task = index.map { tasks.remove(at: $0) }
        var output = SessionOutput(
            version: header.version, output: event.output, task: 0, restsOn: task?.restsOn ?? [],
            opaque: task?.opaque ?? (event.task > 0))
        for input in event.inputs {
            guard input.stream.isEmpty || input.stream == "job/\(job)", let made = self.output(input.version) else {
                output.opaque = true
                continue
            }
            output.restsOn = Set(output.restsOn).union(made.restsOn).sorted()
            if made.opaque { output.opaque = true }
            // A person let it stand.
            if event.task == 0, made.output == event.output { output.task = made.task }
        }
        guard let task, let terms = task.terms, !output.opaque, let entries = entries(output.restsOn) else {
            add(output)
            return nil
        }
        output.task = task.version
        add(output)
        let ttl = Timestamp(clamping: min(terms.ttlMs, UInt64(Sessions.keptUsMax / 1_000))) * 1_000
        return ExchangeRow(
            agent: terms.agent, customer: terms.customer, job: job, step: task.step, item: task.item,
            task: task.version, completed: header.version, with: task.with, output: event.output,
            byPerson: task.byPerson, notes: notes,
            restsOn: entries.sorted { ($0.entry, $0.version) < ($1.entry, $1.version) },
            atUs: header.time, untilUs: header.time.adding(ttl), position: header.position, inputs: inputs)
    }

    private func output(_ version: StreamVersion) -> SessionOutput? { outputs.last { $0.version == version } }

    /// Nil if one is not in the list: then nobody knows what rests on it.
    private func entries(_ places: [UInt32]) -> [EntryRef]? {
        guard places.allSatisfy({ $0 < UInt32(shown.count) }) else { return nil }
        return places.map { shown[Int($0)] }
    }

    private mutating func add(_ output: SessionOutput) {
        outputs = Array((outputs + [output]).suffix(SessionJob.outputsMax))
    }

    /// Another job's output is taken over, with everything that it rests on.
    fileprivate mutating func adopt(
        _ event: StepAdopted, _ header: EventHeader, from rows: inout Rows
    ) throws(WireError) {
        let source: SessionJobRow? = try rows.row(Sessions.course(event.sourceJob))
        let made = source?.output(event.sourceVersion)
        let entries = made.flatMap { source?.entries($0.restsOn) }
        var adopted = SessionTask(
            version: 0, step: "", item: "", with: event.output, restsOn: [],
            opaque: entries == nil || made?.opaque ?? true, byPerson: false, question: 0)
        adopted.rest(on: entries ?? [], in: &self)
        add(
            SessionOutput(
                version: header.version, output: event.output, task: 0, restsOn: adopted.restsOn,
                opaque: adopted.opaque))
    }

    fileprivate mutating func end(_ state: JobRowState) {
        self.state = state
        tasks = []
    }
}

extension SessionTask {
    /// Takes down what the task was shown, once each, in its job's list.
    fileprivate mutating func rest(on entries: [EntryRef], in job: inout SessionJobRow) {
        for entry in entries {
            if let place = job.shown.firstIndex(of: entry) {
                restsOn.append(UInt32(place))
            } else if job.shown.count < SessionJob.shownMax {
                restsOn.append(UInt32(job.shown.count))
                job.shown.append(entry)
            } else {
                opaque = true
            }
        }
        restsOn = Set(restsOn).sorted()
    }
}

// MARK: - What a person does with it
extension SessionJobRow {
    fileprivate mutating func prepare(_ event: EffectPrepared, _ header: EventHeader) {
        guard let made = outputs.last(where: { $0.output == event.draft }) else { return }
        add(made.named(header.version))
    }

    fileprivate mutating func ask(_ event: ApprovalRequested, _ header: EventHeader) {
        switch event.kind {
        case .review, .effect:
            if let made = output(event.about) { add(made.named(header.version)) }
        case .handover, .unknown:
            guard let index = tasks.firstIndex(where: { $0.version == event.about }) else { return }
            tasks[index].question = header.version
        }
    }

    fileprivate mutating func decide(
        _ event: ApprovalDecided, _ header: EventHeader, in rows: inout Rows
    ) throws(WireError) {
        if let index = tasks.firstIndex(where: { $0.question == event.approval }) {
            if case .takeOver = event.verdict { tasks[index].byPerson = true }
            return
        }
        guard let about = output(event.approval), about.task > 0 else { return }
        guard var exchange: ExchangeRow = try rows.row(Sessions.said(job, about.task)) else { return }
        var verdict = ExchangeVerdict(
            state: .approved, comment: event.comment, distanceMillionths: 0, atUs: header.time)
        switch event.verdict {
        case .approve: break
        case .edit(let edit):
            verdict.state = .edited
            verdict.output = edit.draft
            verdict.distanceMillionths = edit.distanceMillionths
        case .reject: verdict.state = .rejected
        case .respond: verdict.state = .responded
        case .takeOver(let takeOver):
            verdict.state = .takenOver
            verdict.output = takeOver.output
        }
        // What is too old by now is not woken up.
        let ttl = exchange.untilUs - exchange.saidUs
        if exchange.untilUs > header.time { exchange.untilUs = header.time.adding(ttl) }
        exchange.verdict = verdict
        try rows.keep(exchange, at: header.time)
    }
}

extension SessionOutput {
    /// The same under the version of an event that is about it.
    fileprivate func named(_ version: StreamVersion) -> SessionOutput {
        var named = self
        named.version = version
        return named
    }
}
