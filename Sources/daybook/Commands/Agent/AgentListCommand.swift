import ArgumentParser
import Wire

struct AgentListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "All agents, with their model, calls and cost.",
        discussion: """
            With --json: one object an agent with `name`, `model`, `file` (the definition's hash as the file has it, \
            null without a file), `ledger` (as the newest job used it, null if none did), `disabled`, `calls` and \
            `cost_microdollars`.
            """)

    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let agents = try AgentRoll(in: workplace).agents
        if options.json {
            for agent in agents { Terminal.line(agent.json.description) }
            return
        }
        for agent in agents {
            var state = agent.isDisabled ? Style.red("off") : "on"
            if agent.file == nil { state += ", its file is gone" }
            if agent.ledger == nil { state += ", not used yet" } else if agent.isChanged { state += ", changed since" }
            let head =
                "\(agent.name.column(14)) \((agent.file ?? agent.ledger)?.short ?? "")  \(agent.model.column(14))"
            let work = "\(Format.plural(agent.calls, "call").column(12)) \(Format.money(agent.microdollars).column(10))"
            Terminal.line("  \(head) \(work) \(state)")
        }
        if agents.isEmpty { Terminal.line("There are no agents.") }
        if let off = agents.first(where: \.isDisabled) { Terminal.line("Next: daybook agent enable \(off.name)") }
    }
}
