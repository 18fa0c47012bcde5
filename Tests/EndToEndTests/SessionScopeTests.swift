import EventSourcing
import Events
import Foundation
import Jobs
import Sealing
import Testing
import Views
import Wire

@testable import daybook

/// What the context builder shows of sessions, in random companies: compared with a plain list of all that was said.
@Suite struct `The scope of a session` {
    /// One thing that a role was asked and answered.
    fileprivate struct Exchange {
        let agent: String
        let customer: String
        let job: String
        let task: StreamVersion
        let completed: StreamVersion
        let ttl: Timestamp
        var said: Timestamp
        /// Everything that it was made with, on and on.
        let restsOn: Set<EntryRef>

        var key: String { "said/\(job)@\(task)" }
    }

    fileprivate struct Job {
        let name: String
        let customer: String
        /// Where it goes on from.
        let source: String
        var version: StreamVersion = 1
        var last: Timestamp
    }

    fileprivate static let agents = ["writer", "planner"]
    fileprivate static let customers = ["", "acme", "birch"]
    /// Between two events. Limits lie ten seconds before the next of these, so the test may take minutes.
    fileprivate static let step: Timestamp = 600_000_000
    fileprivate static let steps = 80

    fileprivate static func ttl(_ steps: UInt64) -> UInt64 { steps * 600_000 + 590_000 }

    fileprivate struct Program {
        let place: ContextPlace
        var random: SeededNumbers
        var time: Timestamp
        var jobs: [Job] = []
        var exchanges: [Exchange] = []
        /// The versions of each entry that came later, with what each took back.
        var entries: [String: StreamVersion] = [:]
        var takenBack: Set<EntryRef> = []
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `is one role, one client, its time, its turns and tokens, and nothing that was taken back`(
        seed: UInt64
    ) async throws {
        let place = try ContextPlace()
        let start = place.workplace.world.now() - Timestamp(Self.steps) * Self.step
        var program = Program(place: place, random: SeededNumbers(seed), time: start)
        try await program.begin()
        for _ in 0..<Self.steps { try await program.step() }
        var (shown, refused) = (0, 0)
        for agent in Self.agents {
            for customer in Self.customers {
                for _ in 0..<3 {
                    let policy = SessionPolicy(
                        ttlMs: Self.ttl(.random(in: 3...60, using: &program.random)),
                        turns: .random(in: 1...12, using: &program.random),
                        tokens: .random(in: 100...3_000, using: &program.random))
                    let job = program.jobs.filter { $0.customer == customer }.randomElement(using: &program.random)
                    let context = try await place.context(
                        .reader(agent, of: [], session: policy), [], about: customer.isEmpty ? nil : customer,
                        in: job?.name ?? "letter-99")
                    shown += try program.check(context, agent, customer, policy)
                    refused += context.cut.count { $0.reason == .takenBack }
                }
            }
        }
        #expect(shown > 10 && refused > 0)
        // The view that was kept and one that is made anew show the same.
        #expect(try place.company.daybook("rebuild", "session", "--json").objects.first?["identical"] == true)
    }

    @Test func `ends where one of several sources of a summary was taken back`() async throws {
        let place = try ContextPlace()
        let start = place.workplace.world.now() - 10 * Self.step
        var program = Program(place: place, random: SeededNumbers(9), time: start)
        try await program.begin()
        let sources = [EntryRef(entry: "e0", version: 1), EntryRef(entry: "e1", version: 1)]
        try await program.ask(0, "writer", ttl: Self.ttl(60), shown: [Program.summary(of: sources)])
        let policy = SessionPolicy(ttlMs: Self.ttl(60), turns: 9, tokens: 900)
        let agent = AgentDefinition.reader("writer", of: [], session: policy)
        #expect(try await place.context(agent, [], about: nil, in: "letter-99").items.count == 1)
        // Not the entry that the item names first.
        try await program.takeBack("e1")
        let after = try await place.context(agent, [], about: nil, in: "letter-99")
        #expect(after.items.isEmpty && after.cut.map(\.reason) == [.takenBack])
    }
}

extension `The scope of a session`.Program {
    fileprivate typealias Scope = `The scope of a session`

    fileprivate static func text(_ words: String) -> [UInt8] { JSON.fields(("text", .string(words))).bytes }

    /// Six entries, and nine jobs of three clients, of which some continue others.
    fileprivate mutating func begin() async throws {
        for number in 0..<6 {
            let body = Array("what e\(number) says".utf8)
            let content = EntryContent(
                form: .document, title: "t", collection: "red", body: .of(body), tags: [], customer: "")
            let added = EntryAdded(content: content, source: .person, evidence: [], proposal: "")
            try await place.write(entries: [("e\(number)", .entryAdded(added))], artifacts: [body], at: time)
            entries["e\(number)"] = 1
        }
        for number in 0..<9 {
            let customer = Scope.customers[number % 3]
            let source = number >= 6 ? jobs[number - 3].name : ""
            let name = "letter-\(number + 1)"
            let origin: Origin =
                source.isEmpty ? .fresh : .rerun(Rerun(job: source, fromStep: "draft", root: "letter-\(number - 5)"))
            let inputs = Self.text("inputs of \(name)")
            let queued = JobQueued(
                job: name, manifest: .of([]), inputs: .of(inputs), trigger: .person, origin: origin, seed: 7, rules: 1,
                limits: Limits(attempts: 3, costMicrodollars: 0), customer: customer.isEmpty ? nil : customer)
            try await place.write(
                [(StreamName(category: "job", id: name), JobObservation.jobQueued(queued))], artifacts: [inputs],
                at: time)
            jobs.append(Scope.Job(name: name, customer: customer, source: source, last: time))
        }
    }

    /// Something happens, ten minutes later.
    fileprivate mutating func step() async throws {
        time += Scope.step
        switch Int.random(in: 0..<12, using: &random) {
        case 0:
            if let entry = entries.keys.sorted().randomElement(using: &random) { try await revise(entry) }
        case 1:
            // One is never taken back, or nothing would be left.
            let some = entries.filter { $0.key != "e0" && $0.value > 1 }.keys.sorted()
            if let entry = some.randomElement(using: &random) { try await takeBack(entry) }
        case 2...4:
            if let place = exchanges.indices.randomElement(using: &random) { try await decide(place) }
        default:
            let job = Int.random(in: 0..<jobs.count, using: &random)
            let agent = Scope.agents.randomElement(using: &random) ?? ""
            var items: [ContextItem] = []
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                let some = entries.keys.sorted().shuffled(using: &random).prefix(Int.random(in: 1...2, using: &random))
                items.append(Self.summary(of: some.map { EntryRef(entry: $0, version: entries[$0] ?? 0) }))
            }
            // What it was shown of its session, as the builder would have it.
            let mine = exchanges.filter {
                $0.agent == agent && $0.customer == jobs[job].customer && $0.said + $0.ttl > time
            }
            if let one = mine.randomElement(using: &random), !restsOnTakenBack(one) { items.append(Self.item(one)) }
            try await ask(
                job, agent, ttl: Scope.ttl(.random(in: 10...90, using: &random)), shown: items,
                words: Int.random(in: 1...300, using: &random))
        }
    }

    /// A summary of these versions, or the one itself.
    fileprivate static func summary(of sources: [EntryRef]) -> ContextItem {
        let first = sources[0]
        return ContextItem(
            source: .knowledge(KnowledgeSource(entry: first.entry, version: first.version, chunk: 0, chunks: 1)),
            label: "facts", content: .of([]), rank: 1, scoreMillionths: 0, tokens: 1, why: .summary,
            derived: sources.count == 1
                ? nil : DerivedSource(stream: "derived/summaries", version: 3, sources: sources))
    }

    fileprivate static func item(_ exchange: Scope.Exchange) -> ContextItem {
        ContextItem(
            source: .view(ViewSource(view: Sessions.name, key: exchange.key)), label: SessionLabel.exchanges,
            content: .of([]), rank: 1, scoreMillionths: 0, tokens: 1, why: .session)
    }

    /// Asks a role something in a job, and has it answer.
    fileprivate mutating func ask(
        _ job: Int, _ agent: String, ttl: UInt64, shown: [ContextItem], words: Int = 5
    ) async throws {
        let name = jobs[job].name
        let stream = StreamName(category: "job", id: name)
        let customer = jobs[job].customer
        let with = Self.text("with \(random.next())")
        let output = Self.text(String(repeating: "word ", count: words) + "\(random.next())")
        let task = jobs[job].version + 1
        let requested = TaskRequested(
            step: "draft", item: "", attempt: 1, rung: 0, why: .first, executor: "writing", inputs: [],
            with: .of(with), notBeforeUs: 0)
        let context = ContextAssembled(
            task: task, asOf: 1, method: .lexical, items: shown, cut: [], budgetTokens: 500,
            session: SessionTerms(agent: agent, customer: customer, ttlMs: ttl, tokens: 800))
        let done = TaskCompleted(
            task: task, step: "draft", output: .of(output), confidenceMillionths: 0, inputs: [], context: 0)
        try await place.write([(stream, JobDecision.taskRequested(requested))], artifacts: [with], at: time)
        try await place.write([(stream, JobObservation.contextAssembled(context))], at: time)
        try await place.write([(stream, JobDecision.taskCompleted(done))], artifacts: [output], at: time)
        jobs[job].version += 3
        jobs[job].last = time
        var restsOn: Set<EntryRef> = []
        for item in shown {
            restsOn.formUnion(item.knowledge.map { EntryRef(entry: $0.entry, version: $0.version) })
            guard case .view(let source) = item.source else { continue }
            for exchange in exchanges where exchange.key == source.key { restsOn.formUnion(exchange.restsOn) }
        }
        exchanges.append(
            Scope.Exchange(
                agent: agent, customer: customer, job: name, task: task, completed: task + 2,
                ttl: Timestamp(ttl) * 1_000, said: time, restsOn: restsOn))
    }

    /// A person decides about an answer.
    private mutating func decide(_ index: Int) async throws {
        let exchange = exchanges[index]
        guard let job = jobs.firstIndex(where: { $0.name == exchange.job }) else { return }
        let stream = StreamName(category: "job", id: exchange.job)
        let asked = ApprovalRequested(
            step: "edit", kind: .review, subject: .of([]), allowed: [.approve],
            consequences: Consequences(recipients: 0, alreadyReached: 0, connector: "", risk: .none), expiresUs: 0,
            about: exchange.completed)
        let comment = Self.text("no \(random.next())")
        let verdict: ApprovalDecided.Verdict = Bool.random(using: &random) ? .approve : .reject
        let decided = ApprovalDecided(
            approval: jobs[job].version + 1, seen: .of([]), verdict: verdict, comment: .of(comment))
        try await place.write([(stream, JobDecision.approvalRequested(asked))], at: time)
        try await place.write([(stream, JobObservation.approvalDecided(decided))], artifacts: [comment], at: time)
        jobs[job].version += 2
        jobs[job].last = time
        // What was too old already does not come back.
        if exchange.said + exchange.ttl > time { exchanges[index].said = time }
    }

    private mutating func revise(_ entry: String) async throws {
        let version = entries[entry] ?? 0
        let body = Array("what \(entry) says \(random.next())".utf8)
        let content = EntryContent(
            form: .document, title: "t", collection: "red", body: .of(body), tags: [], customer: "")
        let revised = EntryRevised(base: version, content: content, source: .person, evidence: [], proposal: "")
        try await place.write(entries: [(entry, .entryRevised(revised))], artifacts: [body], at: time)
        entries[entry] = version + 1
    }

    /// Reverts it to its first version, or retires it.
    fileprivate mutating func takeBack(_ entry: String) async throws {
        let version = entries[entry] ?? 0
        if version > 1, Bool.random(using: &random) {
            let reverted = EntryReverted(base: version, to: 1, bad: version)
            try await place.write(entries: [(entry, .entryReverted(reverted))], at: time)
            for bad in 2...version { takenBack.insert(EntryRef(entry: entry, version: bad)) }
            entries[entry] = version + 1
        } else {
            try await place.write(entries: [(entry, .entryRetired(EntryRetired(base: version, into: "")))], at: time)
            for bad in 1...version { takenBack.insert(EntryRef(entry: entry, version: bad)) }
            entries[entry] = nil
        }
    }

    private func restsOnTakenBack(_ exchange: Scope.Exchange) -> Bool { !exchange.restsOn.isDisjoint(with: takenBack) }

    /// - Returns: how many exchanges were shown.
    fileprivate func check(
        _ context: ContextAssembled, _ agent: String, _ customer: String, _ policy: SessionPolicy
    ) throws -> Int {
        let now = place.workplace.world.now()
        let ttl = Timestamp(policy.ttlMs) * 1_000
        #expect(context.session?.agent == agent && context.session?.customer == customer)
        var said = 0
        for item in context.items {
            guard case .view(let source) = item.source else {
                Issue.record("a context without knowledge holds \(item.source.label)")
                continue
            }
            if item.label == SessionLabel.tries {
                let job = try #require(jobs.first { "course/\($0.name)" == source.key })
                #expect(job.customer == customer && job.last + ttl > now)
                continue
            }
            said += 1
            let exchange = try #require(exchanges.first { $0.key == source.key })
            #expect(exchange.agent == agent && exchange.customer == customer)
            #expect(exchange.said + min(ttl, exchange.ttl) > now)
            #expect(!restsOnTakenBack(exchange))
        }
        #expect(said <= policy.turns)
        #expect(context.items.reduce(0) { $0 + $1.tokens } <= policy.tokens)
        // Whatever could be shown is shown, or is listed as left out.
        let left = Set(
            (context.items.map(\.source) + context.cut.compactMap { $0.view.map { .view($0) } }).map(\.key))
        for exchange in exchanges where exchange.agent == agent && exchange.customer == customer {
            guard exchange.said + min(ttl, exchange.ttl) > now else { continue }
            #expect(left.contains(exchange.key), "\(exchange.key)")
        }
        return said
    }
}

extension ContextItem.Source {
    fileprivate var key: String { if case .view(let source) = self { source.key } else { "" } }
}
