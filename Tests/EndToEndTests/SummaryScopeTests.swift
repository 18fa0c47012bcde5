import EventSourcing
import Events
import Jobs
import Testing
import Wire

@testable import daybook

/// Summaries of random companies, in contexts that are built for random roles and clients.
@Suite struct `The scope of a summary` {
    fileprivate struct Entry {
        let collection: String
        let customer: String
        var version: StreamVersion = 1
        var isRetired = false
        var content: EntryContent
    }

    fileprivate struct Summary {
        let name: String
        let sources: [EntryRef]
    }

    fileprivate static let collections = ["red", "green", "blue"]

    fileprivate struct Program {
        let place: ContextPlace
        var random: SeededNumbers
        var entries: [String: Entry] = [:]
        /// The newest of each name.
        var summaries: [String: Summary] = [:]
        /// Versions of the stream of summaries.
        var requests: StreamVersion = 0

        var names: [String] { entries.keys.sorted() }
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `is what all that it was made of have in common, as it is now`(seed: UInt64) async throws {
        var program = Program(place: try ContextPlace(), random: SeededNumbers(seed))
        for number in 0..<10 { try await program.add("e\(number)") }
        var (shown, hidden) = (0, 0)
        for _ in 0..<30 {
            try await program.step()
            guard
                let summary = program.summaries.values.sorted(by: { $0.name < $1.name })
                    .randomElement(using: &program.random)
            else { continue }
            let reads = Self.collections.filter { _ in Int.random(in: 0..<3, using: &program.random) > 0 }
            let customer = [nil, "acme", "birch"].randomElement(using: &program.random) ?? nil
            let agent = AgentDefinition.reader(of: reads + ["e0", summary.name], tokens: 4_000)
            let recall = Recall(
                name: "terms", from: summary.name, query: Program.words.joined(separator: " "), k: 5, last: 0)
            let context = try await program.place.context(agent, [recall], about: customer)
            let visible = program.visible(to: Set(reads + ["e0"]), about: customer)
            // Nothing that was shown, or made of what was shown, is out of scope or not as it is now.
            for item in context.items {
                #expect(item.entries.isSubset(of: visible))
                for source in item.derived?.sources ?? [] {
                    #expect(program.entries[source.entry]?.version == source.version)
                }
            }
            #expect(Set(context.cut.map(\.knowledge.entry)).isSubset(of: visible))
            let holds = summary.sources.allSatisfy { source in
                visible.contains(source.entry) && program.entries[source.entry]?.version == source.version
            }
            #expect(context.items.contains { $0.derived != nil } == holds)
            if holds { shown += 1 } else { hidden += 1 }
            // Where it is not shown, what is left of its sources is looked through, and nothing else.
            if !holds, summary.sources.contains(where: { visible.contains($0.entry) }) {
                #expect(
                    context.items.flatMap(\.entries).allSatisfy { name in
                        summary.sources.contains { $0.entry == name }
                    })
                #expect(!context.items.isEmpty)
            }
        }
        #expect(shown > 0 && hidden > 0)
    }

    @Test func `that says other than what was decided is found by a replay`() async throws {
        let place = try ContextPlace()
        var program = Program(place: place, random: SeededNumbers(1))
        try await program.add("e0")
        try await program.summarize(["e0"], as: "terms")
        #expect(try place.company.daybook("replay", "--all").output.contains("1 of 1 derived stream"))
        try await program.summarize(["e0"], as: "terms", reserved: 7)
        let all = try place.company.daybook("replay", "--all")
        #expect(all.status == 1)
        #expect(all.output.contains("1 diverges, first at derived/summaries @"), "\(all.output)")
        let one = try place.company.daybook("replay", "derived/summaries", "--json")
        #expect(one.status == 1 && one.objects.first?["verdict"] == "diverged")
        #expect(one.objects.first?["decisions"] == 2 && one.objects.first?["same"] == 1)
        #expect(try place.company.daybook("replay", "derived/summaries").output.contains("Diverges"))
    }
}

extension `The scope of a summary`.Program {
    fileprivate typealias Entry = `The scope of a summary`.Entry
    static let words = ["price", "monthly", "offer", "letter", "garden", "winter", "apple", "number"]

    private mutating func content(_ collection: String, _ customer: String) -> (content: EntryContent, body: [UInt8]) {
        let said = (0..<8).map { _ in Self.words.randomElement(using: &random) ?? "" } + ["\(random.next())"]
        let body = Array(said.joined(separator: " ").utf8)
        let content = EntryContent(
            form: .document, title: "t", collection: collection, body: .of(body), tags: [], customer: customer)
        return (content, body)
    }

    fileprivate mutating func add(_ name: String) async throws {
        let collection = `The scope of a summary`.collections.randomElement(using: &random) ?? ""
        let customer = ["", "", "", "acme", "birch"].randomElement(using: &random) ?? ""
        let made = content(collection, customer)
        entries[name] = Entry(collection: collection, customer: customer, content: made.content)
        let added = EntryAdded(content: made.content, source: .person, evidence: [], proposal: "")
        try await place.write(entries: [(name, .entryAdded(added))], artifacts: [made.body])
    }

    /// A version of one entry more, or a summary.
    fileprivate mutating func step() async throws {
        let live = names.filter { entries[$0]?.isRetired == false }
        guard let name = live.randomElement(using: &random), var entry = entries[name] else { return }
        switch Int.random(in: 0..<10, using: &random) {
        case 0:
            let made = content(entry.collection, entry.customer)
            entry.content = made.content
            entry.version += 1
            let revised = EntryRevised(
                base: entry.version - 1, content: made.content, source: .person, evidence: [], proposal: "")
            try await place.write(entries: [(name, .entryRevised(revised))], artifacts: [made.body])
        case 1 where entry.version > 1:
            entry.version += 1
            let reverted = EntryReverted(base: entry.version - 1, to: 1, bad: entry.version - 1, content: entry.content)
            try await place.write(entries: [(name, .entryReverted(reverted))])
        case 2 where live.count > 5:
            entry.version += 1
            entry.isRetired = true
            try await place.write(entries: [(name, .entryRetired(EntryRetired(base: entry.version - 1, into: "")))])
        default:
            let some = Set(
                (0..<Int.random(in: 1...3, using: &random)).compactMap { _ in
                    live.randomElement(using: &random)
                })
            try await summarize(some.sorted(), as: "s\(Int.random(in: 0..<4, using: &random))")
        }
        entries[name] = entry
    }

    /// Writes one as it would be recorded.
    ///
    /// - Parameter reserved: what the decision says that it may cost; no more than nothing is right.
    fileprivate mutating func summarize(_ some: [String], as name: String, reserved: UInt64 = 0) async throws {
        let sources = some.compactMap { name in
            entries[name].map {
                EntryContentRef(entry: EntryRef(entry: name, version: $0.version), content: $0.content.body)
            }
        }
        let answer = JSON.fields(("summary", .string("in short \(random.next())"))).bytes
        let work = SummaryWork(
            sources: sources, agent: "", provider: .heuristic, model: "heuristic", request: .of([]), name: name)
        let asked = DerivationAsked(
            work: .summary(work), tokens: 10, maxOutputTokens: 0, inputMicrodollars: 0, outputMicrodollars: 0)
        let done = CallCompleted(
            response: .of(answer), usage: Usage(inputTokens: 1, outputTokens: 1, cachedTokens: 0), costMicrodollars: 0,
            finish: .stop, model: "heuristic")
        let end = CallEnded(call: requests + 2, outcome: .completed(done), latencyUs: 1)
        let stream = SummaryBook.stream
        try await place.write([(stream, DerivedObservation.derivationAsked(asked))])
        let requested = DerivationRequested(asked: requests + 1, reservedMicrodollars: reserved)
        try await place.write([(stream, DerivedDecision.derivationRequested(requested))])
        try await place.write(
            [(stream, DerivedObservation.derivationEnded(DerivationEnded(end: end)))], artifacts: [answer])
        requests += 3
        summaries[name] = `The scope of a summary`.Summary(name: name, sources: sources.map(\.entry))
    }

    fileprivate func visible(to reads: Set<String>, about customer: String?) -> Set<String> {
        Set(
            entries.filter { name, entry in
                !entry.isRetired && (entry.customer.isEmpty || entry.customer == customer)
                    && (reads.contains(entry.collection) || reads.contains(name))
            }.keys)
    }
}
