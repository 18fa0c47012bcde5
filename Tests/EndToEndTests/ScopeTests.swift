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
        var random = SeededNumbers(seed)
        let all = try ContextPlace()
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
                    entries: [
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
                try await all.write(entries: [(name, .entryRetired(EntryRetired(base: 1, into: "")))])
            default:
                guard let other = live.filter({ $0 != name }).randomElement(using: &random),
                    let made = texts[other], model.entries[name]?.isRetired == false
                else { continue }
                model.entries[name]?.isRetired = true
                model.entries[name]?.into = other
                model.touch(other)
                try await all.write(entries: [
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
            let agent = AgentDefinition.reader(of: reads, tokens: UInt32.random(in: 20...90, using: &random))
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
    ) async throws -> ContextPlace {
        let place = try ContextPlace()
        for name in model.order where seen.contains(name) {
            let made = try #require(texts[name])
            let added = EntryAdded(content: made.content, source: .person, evidence: [], proposal: "")
            try await place.write(entries: [(name, .entryAdded(added))], artifacts: [made.body])
        }
        for name in ["e1", "e2"] where model.current(name) != name && seen.contains(model.current(name)) {
            try await place.write(entries: [(name, .entryRetired(EntryRetired(base: 1, into: model.current(name))))])
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
