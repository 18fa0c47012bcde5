public import Events
public import Wire

/// Everything that a job of one flow runs with, by content.
public struct PinnedManifest: Hashable, Sendable {
    public let manifest: Manifest
    /// Canonical bytes: the manifest's first, then those of every definition that it names, each once.
    public let artifacts: [[UInt8]]

    /// What `JobQueued` names.
    public var digest: Digest { .of(manifest) }
}

extension LoadedWorkspace {
    /// The flow, the agents of its steps, the models of their ladders (the built-in `heuristic` too), the connectors
    /// of its effects, and the business. Equal files give equal bytes, always.
    ///
    /// - Throws: `WorkspaceProblems` if there is no such flow.
    public func manifest(for flowName: String) throws(WorkspaceProblems) -> PinnedManifest {
        guard let flow = flow(flowName) else { throw unknownFlow(flowName) }
        var agentNames: Set<String> = []
        var aliases: Set<String> = []
        var connectorNames: Set<String> = []
        for step in flow.definition.steps {
            switch step.work {
            case .agent(let work):
                agentNames.insert(work.agent)
                aliases.formUnion(work.ladder)
            case .effect(let work): connectorNames.insert(work.connector)
            case .read, .review: break
            }
        }
        let heuristic = ModelDefinition(alias: BusinessFile.heuristic, kind: .heuristic)
        let models =
            models.map(\.definition).filter { aliases.contains($0.alias) }
            + (aliases.contains(heuristic.alias) ? [heuristic] : [])
        var artifacts: [[UInt8]] = []
        func pin(_ message: some WireMessage) -> Digest {
            let bytes = message.wireBytes
            if !artifacts.contains(bytes) { artifacts.append(bytes) }
            return .of(bytes)
        }
        func pin(_ definitions: [(name: String, message: some WireMessage)]) -> [NamedDigest] {
            definitions.sorted { $0.name < $1.name }.map { NamedDigest(name: $0.name, digest: pin($0.message)) }
        }
        let manifest = Manifest(
            flow: pin(flow.definition),
            agents: pin(agents.map { ($0.definition.name, $0.definition) }.filter { agentNames.contains($0.0) }),
            models: pin(models.map { ($0.alias, $0) }),
            connectors: pin(
                connectors.map { ($0.definition.name, $0.definition) }.filter { connectorNames.contains($0.0) }),
            business: pin(business.definition))
        return PinnedManifest(manifest: manifest, artifacts: [manifest.wireBytes] + artifacts)
    }
}
