import ArgumentParser

struct OutcomeCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outcome", abstract: "What became of what was sent: opens, clicks, hours saved.",
        subcommands: [OutcomeSetCommand.self, OutcomeImportCommand.self, OutcomeListCommand.self])
}
