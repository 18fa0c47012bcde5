public import Events

/// A folder of definitions, read and found sound: `daybook.yaml`, `agents/`, `flows/`, `knowledge/`, `lists/`.
public struct LoadedWorkspace: Sendable {
    /// Absolute, without symbolic links.
    public let directory: String
    /// By name.
    public let flows: [DefinitionFile<FlowDefinition>]
    /// By name.
    public let agents: [DefinitionFile<AgentDefinition>]
    /// By alias; the built-in `heuristic` is not among them.
    public let models: [DefinitionFile<ModelDefinition>]
    /// By name.
    public let connectors: [DefinitionFile<ConnectorDefinition>]
    public let business: DefinitionFile<BusinessDefinition>
    /// The person that reviews wait for; `owner` unless daybook.yaml says otherwise.
    public let owner: String
    public let budgets: Budgets
    /// Whose proposals become knowledge without a person.
    public let acceptRules: [AcceptRule]
    /// By id.
    public let knowledgeFiles: [KnowledgeFile]
    /// By name.
    public let lists: [MailingList]
    /// What is accepted and does less than it seems to.
    public let notes: [Diagnostic]

    public func flow(_ name: String) -> DefinitionFile<FlowDefinition>? {
        flows.first { $0.definition.name == name }
    }

    public func agent(_ name: String) -> DefinitionFile<AgentDefinition>? {
        agents.first { $0.definition.name == name }
    }

    public func model(_ alias: String) -> DefinitionFile<ModelDefinition>? {
        models.first { $0.definition.alias == alias }
    }

    public func connector(_ name: String) -> DefinitionFile<ConnectorDefinition>? {
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
