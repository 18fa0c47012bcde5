import ArgumentParser
import Coordinator
import EventSourcing
import Events
import Governance
import Jobs
import Sealing
import Wire
import Workspace

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Start a job of a flow and drive it until it ends, parks or waits for you.",
        discussion: """
            daybook run newsletter -f topic="pricing pages"

            With --json: one object with `job`, `state`, `cost_microdollars`, and where they apply `waiting`
            (approval ids), `parked_until`, `failed_step`.
            """)

    @Argument(help: "A flow of this workspace.")
    var flow: String?

    @Option(name: .customShort("f"), help: ArgumentHelp("An input of the flow.", valueName: "name=value"))
    var inputs: [String] = []

    @Option(
        help: ArgumentHelp(
            "A person whom the inputs are about: they, and all that is made of them, are sealed for that person.",
            valueName: "person"))
    var about: [String] = []

    @Option(
        help: ArgumentHelp(
            "The client that the job is about: it is shown what is known of this client and of nobody in particular, "
                + "and what it learns is this client's. Without it, what the flow's `customer` says.",
            valueName: "id"))
    var customer: String?

    @OptionGroup var options: WorkspaceOptions
    @OptionGroup var drive: DriveOptions

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let files = try workplace.files()
        guard let flow else { return explain(files) }
        try workplace.requireWritable()
        let given = try inputs.map(Self.pair)
        let start: JobStart
        do {
            start = try JobStart(flow, given: given, about: workplace.subjects(about), customer: customer, files)
        } catch {
            throw Complaint(error)
        }
        if !options.json { await Drift.note(files, in: workplace) }
        let job = try await complaining { () async throws(DriveFailure) in
            try await start.queue(
                on: workplace.ledger, keyring: workplace.keys, world: workplace.world, actor: "owner")
        }
        try await workplace.driveAndShow(job, isNew: true, options, drive)
    }

    private static func pair(_ text: String) throws -> (name: String, value: String) {
        guard let equals = text.firstIndex(of: "=") else {
            throw Complaint("-f takes name=value, not \"\(text)\"", status: .usage)
        }
        return (String(text[..<equals]), String(text[text.index(after: equals)...]))
    }

    /// `daybook run` alone.
    private func explain(_ files: LoadedWorkspace) {
        Terminal.line("daybook run FLOW starts a job. The flows here:")
        for flow in files.flows {
            let inputs = flow.definition.inputs.map { "-f \($0.name)=…\($0.required ? "" : " (optional)")" }
            Terminal.line(
                "  \(flow.definition.name.column(14)) \(Format.plural(flow.definition.steps.count, "step"))   "
                    + inputs.joined(separator: " "))
        }
        if let first = files.flows.first { Terminal.line("Next: daybook run \(first.definition.name)") }
    }
}

extension JobStart {
    /// A job of a flow as the workspace's files stand now.
    ///
    /// - Parameter customer: whom it is about; nil for whom the flow says.
    init(
        _ flow: String, given: [(name: String, value: String)], about: Set<SubjectID>, customer: String?,
        _ files: LoadedWorkspace
    ) throws {
        let inputs = try files.inputs(for: flow, given: given)
        let template = files.flow(flow)?.definition.customer ?? ""
        let named = try customer ?? Self.evaluate(template, inputs, flow)
        guard named.isEmpty || StreamName.isValid(id: named) else {
            throw Complaint(
                "\"\(named.printable.cut(80))\" is no client's id",
                hint: "1 to 64 of a-z, 0-9, `-`, `_`, `.`, a letter or digit first", status: .usage)
        }
        try self.init(flow, inputs: inputs, about: about, customer: named.isEmpty ? nil : named, files)
    }

    private static func evaluate(_ template: String, _ inputs: JSON, _ flow: String) throws -> String {
        do throws(ExpressionError) {
            return try ExpressionTemplate(parsing: template).evaluate(in: .fields(("inputs", inputs))).asText
        } catch {
            throw Complaint("`customer` of \(flow): \(error.message)", status: .badInput)
        }
    }

    init(
        _ flow: String, inputs: JSON, about: Set<SubjectID>, customer: String?, _ files: LoadedWorkspace
    ) throws {
        let pinned = try files.manifest(for: flow)
        var definitions = files.agents.filter { agent in
            pinned.manifest.agents.contains { $0.name == agent.definition.name }
        }.map { agent in
            Definition(
                stream: StreamName(category: "agent", id: agent.definition.name), digest: agent.digest,
                source: agent.source.bytes, path: agent.source.path)
        }
        if let file = files.flow(flow) {
            definitions.append(
                Definition(
                    stream: StreamName(category: "flow", id: flow), digest: file.digest, source: file.source.bytes,
                    path: file.source.path))
        }
        // The tightest budget of an agent in it bounds the job.
        let budgets = files.agents.map(\.definition.jobMicrodollarsMax).filter { $0 > 0 }
        self.init(
            manifest: pinned.digest, artifacts: pinned.artifacts, flow: flow, inputs: inputs, about: about,
            customer: customer, limits: Limits(attempts: 0, costMicrodollars: budgets.max() ?? 0),
            definitions: definitions)
    }
}

/// Runs what throws a room's own error, and complains in words.
func complaining<R, E: Error>(_ body: () async throws(E) -> R) async throws -> R {
    do {
        return try await body()
    } catch {
        throw Complaint(error)
    }
}

extension Workplace {
    /// Drives a job and says how it ended.
    func driveAndShow(
        _ job: String, isNew: Bool = false, _ options: WorkspaceOptions, _ drive: DriveOptions
    ) async throws {
        let start = world.now()
        let printer = ProgressPrinter(artifacts, isOn: !options.json)
        if !options.json { try announce(job) }
        let status: JobStatus
        do {
            status = try await driving(observer: printer) { driver in
                try await driver.drive(job, patience: Timestamp(drive.patience) * 1_000_000)
            }
        } catch let complaint as Complaint where complaint.status == .busy {
            throw Complaint("\(job) is written down, but \(complaint.message)", hint: complaint.hint, status: .busy)
        }
        let outcome = try outcome(of: job, status)
        let proposed = try await Remembering(KnowledgeBook(workplace: self)).propose(from: job)
        if !options.json { proposed.forEach { $0.show() } }
        if options.json {
            Terminal.line(outcome.json.description)
        } else {
            outcome.show(since: start, now: world.now())
        }
        if let ending = outcome.ending(drive) { throw ending }
    }

    /// Where a job stands after it was driven.
    func outcome(of job: String, _ status: JobStatus) throws -> JobOutcome {
        do {
            let control = try StreamSession(ControlDecider(), on: StreamName("control"), in: ledger)
            return JobOutcome(
                job: job, status: status, state: try session(job).state,
                disabledAgents: control.state.disabledAgents)
        } catch {
            throw Complaint(error)
        }
    }

    private func announce(_ job: String) throws {
        let state = try session(job).state
        let shelf = artifacts
        let topic = state.inputs.flatMap { shelf.bytes($0) }.flatMap { try? JSON(parsing: $0) }?.members?
            .compactMap(\.value.text).first { !$0.isEmpty }
        var words = [Style.bold(job)]
        if let topic { words.append(topic.printable.cut(40)) }
        if let flow = state.definitions?.flow { words.append("flow \(Digest.of(flow).short)") }
        words.append(
            state.limits.costMicrodollars > 0
                ? "budget \(Format.money(state.limits.costMicrodollars))" : "no budget set")
        Terminal.line(words.joined(separator: "   "))
    }
}
