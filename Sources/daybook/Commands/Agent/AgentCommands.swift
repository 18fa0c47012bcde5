import ArgumentParser

struct AgentCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agent", abstract: "The agents: what they run with, what they cost, and their off switch.",
        subcommands: [
            AgentListCommand.self, AgentSessionCommand.self, AgentDisableCommand.self, AgentEnableCommand.self,
        ],
        defaultSubcommand: AgentListCommand.self)
}
