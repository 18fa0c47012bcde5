public import Events

/// A folder of definitions, read and found sound: `daybook.yaml`, `agents/`, `flows/`, `knowledge/`, `lists/`.
public struct LoadedWorkspace: Sendable {
    /// Absolute, without symbolic links.
    public let directory: String
    /// By name.
    public let flows: [Defined<FlowDefinition>]
    /// By name.
    public let agents: [Defined<AgentDefinition>]
    /// By alias; the built-in `heuristic` is not among them.
    public let models: [Defined<ModelDefinition>]
    /// By name.
    public let connectors: [Defined<ConnectorDefinition>]
    public let business: Defined<BusinessDefinition>
    /// The person that reviews wait for; `owner` unless daybook.yaml says otherwise.
    public let owner: String
    public let budgets: Budgets
    /// By id.
    public let knowledgeFiles: [KnowledgeFile]
    /// By name.
    public let lists: [MailingList]
    /// What is accepted and does less than it seems to.
    public let notes: [Diagnostic]

    public func flow(_ name: String) -> Defined<FlowDefinition>? { flows.first { $0.definition.name == name } }
    public func agent(_ name: String) -> Defined<AgentDefinition>? { agents.first { $0.definition.name == name } }
    public func model(_ alias: String) -> Defined<ModelDefinition>? { models.first { $0.definition.alias == alias } }

    public func connector(_ name: String) -> Defined<ConnectorDefinition>? {
        connectors.first { $0.definition.name == name }
    }

    /// The absolute path of a place inside the workspace, whether there is anything or not.
    ///
    /// - Throws: `WorkspaceProblems` for a path that is absolute, or leads out by `..` or by a symbolic link.
    public func fullPath(of path: String) throws(WorkspaceProblems) -> String {
        if let refusal = try WorkspaceFolder(at: directory).refusal(of: path) {
            throw WorkspaceProblems(path: path.excerpt, message: refusal)
        }
        return path == "." ? directory : "\(directory)/\(path)"
    }
}
