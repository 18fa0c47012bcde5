import Events

/// What a flow may refer to.
struct FlowContext {
    let folder: WorkspaceFolder
    let settings: BusinessFile
    var agentNames = KnownNames()
    var agents: [String: AgentDefinition] = [:]
    var lists = KnownNames()
    /// Collections of knowledge by entry.
    var entries: [String: String] = [:]

    var collections: Set<String> { Set(entries.values) }
}
