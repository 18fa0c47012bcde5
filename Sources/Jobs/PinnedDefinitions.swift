public import Events
public import Wire

/// Everything a job runs with, resolved from its manifest.
public struct PinnedDefinitions: Hashable, Sendable {
    public let manifest: Digest
    public let flow: FlowDefinition
    public let agents: [AgentDefinition]
    public let models: [ModelDefinition]
    public let connectors: [ConnectorDefinition]
    public let business: BusinessDefinition
    /// The digests by which the manifest names the agents, in the same order.
    public let agentDigests: [Digest]

    /// Nil if an artifact is missing or does not hold what the manifest says.
    public init?(manifest digest: Digest, from artifacts: some ArtifactReader) {
        func read<M: WireMessage>(_ digest: Digest) -> M? {
            artifacts.bytes(digest).flatMap { try? M(wireBytes: $0) }
        }
        func all<M: WireMessage>(_ names: [NamedDigest]) -> [M]? {
            let found: [M] = names.compactMap { read($0.digest) }
            return found.count == names.count ? found : nil
        }
        guard let manifest: Manifest = read(digest), let flow: FlowDefinition = read(manifest.flow),
            let agents: [AgentDefinition] = all(manifest.agents), let models: [ModelDefinition] = all(manifest.models),
            let connectors: [ConnectorDefinition] = all(manifest.connectors),
            let business: BusinessDefinition = read(manifest.business)
        else { return nil }
        self.manifest = digest
        self.flow = flow
        self.agents = agents
        self.models = models
        self.connectors = connectors
        self.business = business
        agentDigests = manifest.agents.map(\.digest)
    }

    public func step(_ id: String) -> StepDefinition? { flow.steps.first { $0.id == id } }
    public func agent(_ name: String) -> AgentDefinition? { agents.first { $0.name == name } }
    public func model(_ alias: String) -> ModelDefinition? { models.first { $0.alias == alias } }
    public func connector(_ name: String) -> ConnectorDefinition? { connectors.first { $0.name == name } }

    public func digest(ofAgent name: String) -> Digest? {
        agents.firstIndex { $0.name == name }.map { agentDigests[$0] }
    }

    /// The steps that need this one, directly or through others.
    func dependents(of id: String) -> Set<String> {
        var found: Set<String> = []
        for step in flow.steps where step.needs.contains(where: { $0 == id || found.contains($0) }) {
            found.insert(step.id)
        }
        return found
    }
}

extension StepDefinition {
    public var agentWork: AgentWork? { if case .agent(let work) = work { work } else { nil } }
    public var readWork: ReadWork? { if case .read(let work) = work { work } else { nil } }
    public var reviewWork: ReviewWork? { if case .review(let work) = work { work } else { nil } }
    public var effectWork: EffectWork? { if case .effect(let work) = work { work } else { nil } }
}
