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

/// The context builder itself, on random companies: what a job may not see leaves no trace in what it is shown.
@Suite struct `The scope of a context` {
    /// A fold of the same events that knows nothing of indexes.
    private struct Model {
        struct Entry: Equatable {
            var collection: String
            var customer: String
            var into = ""
            var isRetired = false
        }

        var entries: [String: Entry] = [:]
        /// Entries in the order of their newest versions.
        var order: [String] = []

        mutating func touch(_ name: String) {
            order.removeAll { $0 == name }
            order.append(name)
        }

        func current(_ name: String) -> String {
            var name = name
            while let entry = entries[name], entry.isRetired, !entry.into.isEmpty { name = entry.into }
            return name
        }

        func visible(to agent: AgentDefinition, about customer: String?) -> Set<String> {
            let named = Set(agent.knowledge.map(current))
            return Set(
                entries.filter { name, entry in
                    !entry.isRetired && (entry.customer.isEmpty || entry.customer == customer)
                        && (agent.knowledge.contains(entry.collection) || named.contains(name))
                }.keys)
        }
    }

    /// A company with a ledger of its own, to which events are written as they come.
    private final class Place {
        let company: Company
        let workplace: Workplace

        init() throws {
            company = try Company()
            workplace = try Workplace(company.folder)
        }

        deinit { workplace.close() }

        func write(_ events: [(entry: String, event: EntryObservation)], artifacts: [[UInt8]] = []) async throws {
            let appends = events.map { entry, event in
                StreamAppend(
                    [NewEvent(event, kind: .observation)], to: KnowledgeBook.stream(of: entry), expecting: .any)
            }
            _ = try await workplace.ledger.append(
                NewCommit(
                    id: workplace.world.commitID(), time: workplace.world.now(), actor: "owner", appends: appends,
                    artifacts: artifacts))
        }

        /// What an agent is given in a job about a client.
        func context(
            _ agent: AgentDefinition, _ recalls: [Recall], about customer: String?
        ) async throws -> ContextAssembled {
            let work = AgentWork(
                agent: agent.name, with: [], recall: recalls, retry: RetryPolicy(attempts: 1, backoffMs: 1),
                timeoutMs: 1, ladder: ["heuristic"])
            let step = StepDefinition(id: "draft", needs: [], work: .agent(work))
            let definitions = Definitions(agent, step)
            let request = ContextRequest(
                job: "letter-1", root: "letter-1", step: step,
                definitions: try #require(PinnedDefinitions(manifest: definitions.manifest, from: definitions)),
                scope: .object([]), about: [], customer: customer, task: 1)
            return try await WorkspaceContext(workplace: workplace).context(for: request).event
        }
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

    private struct Seeded: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 29) ^ state
        }
    }

    private static let collections = ["red", "green", "blue"]
    private static let words = ["price", "monthly", "offer", "letter", "garden", "winter", "apple", "number"]

    private static func content(
        _ text: String, _ collection: String, _ customer: String
    ) -> (content: EntryContent, body: [UInt8]) {
        let body = Array(text.utf8)
        return (
            EntryContent(
                form: .document, title: "t", collection: collection, body: .of(body), tags: [], customer: customer),
            body
        )
    }

    @Test(arguments: 0..<3 as Range<UInt64>)
    func `holds nothing of what a job may not see, nor does it change a score`(seed: UInt64) async throws {
        var random = Seeded(state: seed &* 77 &+ 5)
        let all = try Place()
        var model = Model()
        var texts: [String: (content: EntryContent, body: [UInt8])] = [:]
        for _ in 0..<60 {
            let name = "e\(Int.random(in: 0..<24, using: &random))"
            let live = model.entries.filter { !$0.value.isRetired }.keys.sorted()
            switch (model.entries[name], Int.random(in: 0..<10, using: &random)) {
            case (nil, _), (_, 0..<5):
                let said = (0..<8).map { _ in Self.words.randomElement(using: &random) ?? "" } + [name]
                let made = Self.content(
                    said.joined(separator: " "), Self.collections.randomElement(using: &random) ?? "",
                    ["", "", "acme", "birch"].randomElement(using: &random) ?? "")
                let isNew = model.entries[name] == nil
                model.touch(name)
                texts[name] = made
                model.entries[name] = .init(collection: made.content.collection, customer: made.content.customer)
                try await all.write(
                    [
                        (
                            name,
                            isNew
                                ? .entryAdded(
                                    EntryAdded(content: made.content, source: .person, evidence: [], proposal: ""))
                                : .entryRevised(
                                    EntryRevised(
                                        base: 1, content: made.content, source: .person, evidence: [], proposal: ""))
                        )
                    ], artifacts: [made.body])
            case (_, 5..<7):
                model.entries[name]?.isRetired = true
                model.entries[name]?.into = ""
                try await all.write([(name, .entryRetired(EntryRetired(base: 1, into: "")))])
            default:
                guard let other = live.filter({ $0 != name }).randomElement(using: &random),
                    let made = texts[other], model.entries[name]?.isRetired == false
                else { continue }
                model.entries[name]?.isRetired = true
                model.entries[name]?.into = other
                model.touch(other)
                try await all.write([
                    (
                        other,
                        .entryMerged(
                            EntryMerged(
                                base: 1, content: made.content, merged: [EntryRef(entry: name, version: 1)],
                                source: .person))
                    ), (name, .entryRetired(EntryRetired(base: 1, into: other))),
                ])
            }
        }
        for _ in 0..<2 {
            let reads = Self.collections.filter { _ in Bool.random(using: &random) } + ["e1", "e2"]
            let agent = AgentDefinition(
                name: "clerk", description: "", goal: "", model: "heuristic", instructions: "",
                knowledge: reads.sorted(),
                k: 5, knowledgeTokensMax: UInt32.random(in: 20...90, using: &random), jobMicrodollarsMax: 0,
                dayMicrodollarsMax: 0, output: Shape(kind: .markdown, lengthMax: 0, fields: [], element: []))
            let recalls = [
                Recall(name: "near", from: "", query: "monthly price offer", k: 5, last: 0),
                Recall(name: "named", from: "e1", query: "", k: 5, last: 0),
                Recall(name: "new", from: "red", query: "", k: 5, last: 4),
                Recall(name: "far", from: "blue", query: "winter apple", k: 2, last: 0),
            ]
            for customer in [nil, "acme", "birch"] as [String?] {
                let seen = model.visible(to: agent, about: customer)
                let context = try await all.context(agent, recalls, about: customer)
                let named = context.items.map(\.source).compactMap { source -> String? in
                    if case .knowledge(let knowledge) = source { knowledge.entry } else { nil }
                }
                #expect(Set(named + context.cut.map(\.knowledge.entry)).isSubset(of: seen))
                // The same as in a company that has never known the rest.
                let alone = try await place(of: seen, model, texts)
                let same = try await alone.context(agent, recalls, about: customer)
                #expect(context.items.map(Shown.init) == same.items.map(Shown.init))
                #expect(context.cut.map(Shown.init) == same.cut.map(Shown.init))
            }
        }
    }

    /// A company that knows some entries alone, and where others were merged into them.
    private func place(
        of seen: Set<String>, _ model: Model, _ texts: [String: (content: EntryContent, body: [UInt8])]
    ) async throws -> Place {
        let place = try Place()
        for name in model.order where seen.contains(name) {
            let made = try #require(texts[name])
            let added = EntryAdded(content: made.content, source: .person, evidence: [], proposal: "")
            try await place.write([(name, .entryAdded(added))], artifacts: [made.body])
        }
        for name in ["e1", "e2"] where model.current(name) != name && seen.contains(model.current(name)) {
            try await place.write([(name, .entryRetired(EntryRetired(base: 1, into: model.current(name))))])
        }
        return place
    }

    /// What a context says of an entry, whatever its version.
    private struct Shown: Equatable {
        let entry: String
        let label: String
        let score: Int64
        let tokens: UInt32

        init(_ item: ContextItem) {
            if case .knowledge(let source) = item.source { entry = source.entry } else { entry = "" }
            (label, score, tokens) = (item.label, item.scoreMillionths, item.tokens)
        }

        init(_ cut: CutItem) {
            entry = cut.knowledge.entry
            (label, score, tokens) = (cut.label, cut.scoreMillionths, cut.tokens)
        }
    }
}
