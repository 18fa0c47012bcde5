import ArgumentParser

struct KnowledgeCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "knowledge", abstract: "What the business knows: every version, who said so, and the way back.",
        subcommands: [
            KnowledgeAddCommand.self, KnowledgeImportCommand.self, KnowledgeListCommand.self,
            KnowledgeShowCommand.self, KnowledgeHistoryCommand.self, KnowledgeDiffCommand.self,
            KnowledgeSearchCommand.self, KnowledgeRetireCommand.self, KnowledgeRevertCommand.self,
        ])
}
