import Coordinator
import EventSourcing
import Events
import Foundation
import Jobs
import Ledger
import Sealing
import Testing
import Wire

@testable import daybook

/// A company with a ledger of its own, to which events are written as they come, and the context builder on it.
final class ContextPlace {
    let company: Company
    let workplace: Workplace

    init() throws {
        company = try Company()
        workplace = try Workplace(company.folder)
    }

    deinit { workplace.close() }

    /// One commit to one or several streams.
    ///
    /// - Parameter time: nil for now.
    func write(
        _ events: [(stream: StreamName, event: any EventUnion)], artifacts: [[UInt8]] = [], at time: Timestamp? = nil
    ) async throws {
        var appends: [StreamAppend] = []
        for (stream, event) in events {
            let kind: EventKind = event is JobDecision || event is DerivedDecision ? .decision : .observation
            appends.append(StreamAppend([NewEvent(event, kind: kind)], to: stream, expecting: .any))
        }
        _ = try await workplace.ledger.append(
            NewCommit(
                id: workplace.world.commitID(), time: time ?? workplace.world.now(), actor: "owner", appends: appends,
                artifacts: artifacts))
    }

    func write(
        entries: [(entry: String, event: EntryObservation)], artifacts: [[UInt8]] = [], at time: Timestamp? = nil
    ) async throws {
        try await write(entries.map { (KnowledgeBook.stream(of: $0.entry), $0.event) }, artifacts: artifacts, at: time)
    }

    /// What an agent is given in a job about a client.
    func context(
        _ agent: AgentDefinition, _ recalls: [Recall], about customer: String?, in job: String = "letter-1"
    ) async throws -> ContextAssembled {
        let work = AgentWork(
            agent: agent.name, with: [], recall: recalls, retry: RetryPolicy(attempts: 1, backoffMs: 1),
            timeoutMs: 1, ladder: ["heuristic"])
        let step = StepDefinition(id: "draft", needs: [], work: .agent(work))
        let definitions = Definitions(agent, step)
        let request = ContextRequest(
            job: job, root: job, step: step,
            definitions: try #require(PinnedDefinitions(manifest: definitions.manifest, from: definitions)),
            scope: .object([]), about: [], customer: customer, task: 1)
        return try await WorkspaceContext(workplace: workplace).context(for: request).event
    }

    private struct Definitions: ArtifactReader {
        var kept: [Digest: [UInt8]] = [:]
        var manifest: Digest

        init(_ agent: AgentDefinition, _ step: StepDefinition) {
            let flow = FlowDefinition(name: "letter", inputs: [], steps: [step], outcomes: [])
            let business = BusinessDefinition(facts: [])
            let manifest = Manifest(
                flow: .of(flow), agents: [NamedDigest(name: agent.name, digest: .of(agent))], models: [],
                connectors: [], business: .of(business))
            self.manifest = .of(manifest)
            for bytes in [flow.wireBytes, agent.wireBytes, business.wireBytes, manifest.wireBytes] {
                kept[.of(bytes)] = bytes
            }
        }

        func bytes(_ digest: Digest) -> [UInt8]? { kept[digest] }
    }
}

extension AgentDefinition {
    /// An agent that may read some collections.
    static func reader(
        _ name: String = "clerk", of knowledge: [String], tokens: UInt32 = 500, session: SessionPolicy? = nil
    ) -> AgentDefinition {
        AgentDefinition(
            name: name, description: "", goal: "", model: "heuristic", instructions: "", knowledge: knowledge.sorted(),
            k: 5, knowledgeTokensMax: tokens, jobMicrodollarsMax: 0, dayMicrodollarsMax: 0,
            output: Shape(kind: .markdown, lengthMax: 0, fields: [], element: []), session: session)
    }
}

extension ContextItem {
    /// Every entry that whoever sees this item has seen, by name.
    var entries: Set<String> { Set(knowledge.map(\.entry)) }
}

/// The same numbers for the same seed.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 77 &+ 5 }

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state >> 29) ^ state
    }
}
