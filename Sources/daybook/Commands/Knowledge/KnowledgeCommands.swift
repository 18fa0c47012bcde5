import ArgumentParser

struct KnowledgeCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "knowledge", abstract: "What the business knows: every version, who said so, and the way back.",
        subcommands: [
            KnowledgeAddCommand.self, KnowledgeReviseCommand.self, KnowledgeImportCommand.self,
            KnowledgeListCommand.self,
            KnowledgeShowCommand.self, KnowledgeHistoryCommand.self, KnowledgeDiffCommand.self,
            KnowledgeBlameCommand.self, KnowledgeUsedByCommand.self, KnowledgeSearchCommand.self,
            KnowledgeEmbedCommand.self, KnowledgeSummarizeCommand.self,
            KnowledgeIndexCommand.self,
            KnowledgeMergeCommand.self, KnowledgeRetireCommand.self, KnowledgeRevertCommand.self,
            KnowledgeProposeCommand.self, KnowledgeProposalsCommand.self, KnowledgeAcceptCommand.self,
            KnowledgeRejectCommand.self, KnowledgeContradictionsCommand.self, KnowledgeSettleCommand.self,
        ])
}
