import ArgumentParser
import Coordinator
import EventSourcing
import Events
import Governance
import Jobs
import Ledger
import Wire

struct AgentDisableCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Switch an agent off: no job asks it any more until it is enabled.",
        discussion: """
            A call that is under way ends and is recorded. Jobs that need the agent are parked until it is enabled. \
            With --json: one object with `agent`, `disabled`, `changed` and `position` (null if nothing changed).
            """)

    @Argument(help: "An agent, such as writer.")
    var agent: String

    @Option(help: "Why; kept in the ledger.")
    var reason: String?

    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        try await AgentSwitch(agent, options).flip(reason: reason) { reason in
            .agentDisabled(AgentDisabled(agent: agent, reason: reason))
        }
    }
}

struct AgentEnableCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable", abstract: "Switch an agent on again.",
        discussion:
            "With --json: one object with `agent`, `disabled`, `changed` and `position` (null if nothing changed).")

    @Argument(help: "An agent, such as writer.")
    var agent: String

    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        try await AgentSwitch(agent, options).flip { _ in .agentEnabled(AgentEnabled(agent: agent)) }
    }
}

/// Switches one agent, in the stream that every commit which lets something happen guards.
struct AgentSwitch {
    /// How often it is tried again because somebody else switched something meanwhile.
    static let conflictsMax = 4

    let agent: String
    let options: WorkspaceOptions

    init(_ agent: String, _ options: WorkspaceOptions) {
        self.agent = agent
        self.options = options
    }

    /// - Parameter observation: is made with the digest of the reason.
    func flip(reason: String? = nil, _ observation: (Digest?) -> ControlObservation) async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        try workplace.requireWritable()
        _ = try AgentRoll(in: workplace).require(agent)
        let reason = reason.map { workplace.artifacts.observed(Array($0.utf8)) }
        let observation = observation(reason?.digest)
        show(try await append(observation, reason.map { [$0.stored] } ?? [], in: workplace), observation)
    }

    /// The event's position; nil if it was switched so already.
    private func append(
        _ observation: ControlObservation, _ artifacts: [[UInt8]], in workplace: Workplace
    ) async throws -> Position? {
        for _ in 0..<Self.conflictsMax {
            var session = try StreamSession(ControlDecider(), on: StreamName("control"), in: workplace.ledger)
            let time = workplace.world.now()
            try session.take(observation, at: time)
            guard let append = session.append() else { return nil }
            let commit = NewCommit(
                id: workplace.world.commitID(), time: time, actor: "owner", appends: [append], artifacts: artifacts)
            do throws(AppendFailure) {
                return try await workplace.ledger.append(commit).last
            } catch {
                guard case .wrongExpectedVersion = error else { throw Complaint(error) }
            }
        }
        throw Complaint("somebody else switches agents all the time", hint: "try again", status: .busy)
    }

    private func show(_ position: Position?, _ observation: ControlObservation) {
        let isOff = if case .agentDisabled = observation { true } else { false }
        if options.json {
            return Terminal.line(
                JSON.fields(
                    ("agent", .string(agent)), ("disabled", .bool(isOff)), ("changed", .bool(position != nil)),
                    ("position", position.map { .number($0) } ?? .null)
                ).description)
        }
        guard let position else { return Terminal.line("\(agent) is \(isOff ? "off" : "on") already.") }
        Terminal.line("\(agent) is \(isOff ? "off: nobody asks it any more" : "on again") @\(position).")
        Terminal.line(isOff ? "Next: daybook agent enable \(agent)" : "Next: daybook work    drives what waited for it")
    }
}
