import Coordinator
import EventSourcing
import Events
import Governance
import Jobs
import Ledger
import Views
import Wire
import Workspace

/// Every agent that the files or the ledger know.
struct AgentRoll {
    struct Agent {
        let name: String
        let model: String
        /// Of its definition; nil if there is no such file.
        let file: Digest?
        /// Of the definition that a job pinned last; nil if none did.
        let ledger: Digest?
        let isDisabled: Bool
        let calls: UInt64
        let microdollars: UInt64

        var isChanged: Bool { file != nil && ledger != nil && file != ledger }

        var json: JSON {
            .fields(
                ("name", .string(name)), ("model", .string(model)),
                ("file", file.map { .string($0.description) } ?? .null),
                ("ledger", ledger.map { .string($0.description) } ?? .null), ("disabled", .bool(isDisabled)),
                ("calls", .number(calls)), ("cost_microdollars", .number(microdollars)))
        }
    }

    let agents: [Agent]

    init(in workplace: Workplace) throws {
        // Files that are broken are `daybook check`'s to complain about; the ledger still knows its agents.
        let files = try? workplace.files()
        let known = try workplace.ledger.streams(in: "agent").map { String($0.id) }
        let names = Set(known + (files?.agents.map(\.definition.name) ?? [])).sorted()
        let work = try Self.work(in: workplace)
        let disabled = try StreamSession(ControlDecider(), on: StreamName("control"), in: workplace.ledger).state
            .disabledAgents
        let shelf = workplace.artifacts
        agents = try names.map { name in
            let file = files?.agent(name)
            let stream = StreamName(category: "agent", id: name)
            let ledger = try StreamSession(DefinitionDecider(), on: stream, in: workplace.ledger).state.current
            let kept = ledger.flatMap { shelf.bytes($0) }.flatMap { try? AgentDefinition(wireBytes: $0) }
            return Agent(
                name: name, model: file?.definition.model ?? kept?.model ?? "", file: file?.digest, ledger: ledger,
                isDisabled: disabled.contains(name), calls: work[name]?.calls ?? 0,
                microdollars: work[name]?.microdollars ?? 0)
        }
    }

    /// What every agent did, by the definitions that each job pinned.
    private static func work(in workplace: Workplace) throws -> [String: (calls: UInt64, microdollars: UInt64)] {
        var work: [String: (calls: UInt64, microdollars: UInt64)] = [:]
        var pinned: [Digest: PinnedDefinitions] = [:]
        let shelf = workplace.artifacts
        for job in try JobBoard.rows(in: workplace.view(JobBoard())) {
            guard let definitions = pinned[job.manifest] ?? PinnedDefinitions(manifest: job.manifest, from: shelf)
            else {
                continue
            }
            pinned[job.manifest] = definitions
            for step in job.steps {
                guard let agent = definitions.step(step.step)?.agentWork?.agent else { continue }
                work[agent, default: (0, 0)].calls += UInt64(step.calls)
                work[agent, default: (0, 0)].microdollars += step.costMicrodollars
            }
        }
        return work
    }

    /// Complains unless there is such an agent.
    func require(_ name: String) throws -> Agent {
        if let agent = agents.first(where: { $0.name == name }) { return agent }
        let names = agents.map(\.name).joined(separator: ", ")
        throw Complaint(
            "there is no agent \(name)", hint: names.isEmpty ? "agents/*.md makes one" : "the agents are \(names)",
            status: .notFound)
    }
}
