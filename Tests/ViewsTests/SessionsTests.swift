import EventSourcing
import Events
import Jobs
import Testing
import Views
import Wire

/// Jobs in which roles are asked, written by hand.
struct Asking {
    let book = Book()
    private var versions: [String: StreamVersion] = [:]

    mutating func write(_ job: String, _ event: any EventUnion) async throws -> StreamVersion {
        try await book.write("job/\(job)", event)
        versions[job, default: 0] += 1
        return versions[job] ?? 0
    }

    mutating func begin(_ job: String, origin: Origin = .fresh) async throws {
        let queued = Newsletter(job: job, origin: origin).queued
        _ = try await write(job, JobObservation.jobQueued(queued))
    }

    static func terms(_ agent: String, about customer: String = "", hours: UInt64 = 2) -> SessionTerms {
        SessionTerms(agent: agent, customer: customer, ttlMs: hours * 3_600_000, tokens: 800)
    }

    static func shown(_ job: String, _ task: StreamVersion) -> ContextItem {
        ContextItem(
            source: .view(ViewSource(view: Sessions.name, key: "said/\(job)@\(task)")), label: "session",
            content: digest("shown"), rank: 1, scoreMillionths: 0, tokens: 9, why: .session)
    }

    /// Asks a step, and has it answer.
    ///
    /// - Returns: the versions of its task and of its completion.
    @discardableResult
    mutating func ask(
        _ job: String, _ step: String, _ terms: SessionTerms?, shown: [ContextItem] = [], from inputs: [InputRef] = [],
        answer: String? = nil, executor: String = "writing"
    ) async throws -> (task: StreamVersion, completed: StreamVersion) {
        let letter = Newsletter(job: job)
        let task = try await write(job, JobDecision.taskRequested(letter.task(step, inputs, executor: executor)))
        let context = ContextAssembled(
            task: task, asOf: 1, method: .lexical, items: shown, cut: [], budgetTokens: 500, session: terms)
        _ = try await write(job, JobObservation.contextAssembled(context))
        let done = letter.completed(task, step, inputs, output: answer ?? "\(job).\(step)")
        return (task, try await write(job, JobDecision.taskCompleted(done)))
    }

    /// A person decides about an output.
    mutating func decide(
        _ job: String, about version: StreamVersion, _ verdict: ApprovalDecided.Verdict, comment: String? = nil
    ) async throws {
        let asked = ApprovalRequested(
            step: "edit", kind: .review, subject: digest("subject"), allowed: [.approve],
            consequences: Consequences(recipients: 0, alreadyReached: 0, connector: "", risk: .none), expiresUs: 0,
            about: version)
        let approval = try await write(job, JobDecision.approvalRequested(asked))
        let decided = ApprovalDecided(
            approval: approval, seen: digest("subject"), verdict: verdict, comment: comment.map { digest($0) })
        _ = try await write(job, JobObservation.approvalDecided(decided))
    }

    func rows() throws -> MemoryRows { try book.rows(Sessions()) }

    func exchanges(_ agent: String, _ customer: String = "") throws -> [ExchangeRow] {
        try Sessions.exchanges(of: agent, with: customer, in: rows())
    }
}

@Suite struct `A session` {
    @Test func `holds what a role was asked and what it answered, the newest first`() async throws {
        var asking = Asking()
        try await asking.begin("letter-1")
        _ = try await asking.write("letter-1", JobObservation.jobSteered(JobSteered(note: digest("shorter"))))
        let (task, done) = try await asking.ask(
            "letter-1", "draft", Asking.terms("writer"), shown: [knowledge("pricing", 2), knowledge("pricing", 2)])
        let time = asking.book.time
        try await asking.begin("letter-2")
        try await asking.ask("letter-2", "draft", Asking.terms("writer"))
        let rows = try asking.exchanges("writer")
        #expect(rows.map(\.job) == ["letter-2", "letter-1"])
        let row = try #require(rows.last)
        #expect((row.task, row.completed, row.step) == (task, done, "draft"))
        #expect(row.with == digest("with") && row.output == digest("letter-1.draft"))
        #expect(row.restsOn == [EntryRef(entry: "pricing", version: 2)])
        #expect(row.notes == [digest("shorter")])
        #expect(row.atUs == time && row.untilUs == time + 7_200_000_000)
        #expect(row.key == "said/letter-1@\(task)")
        #expect(row.verdict == nil && !row.byPerson)
    }

    @Test func `is found by prompts under the name of its view`() {
        #expect(SessionLabel.view == Sessions.name)
    }

    @Test func `is kept only for roles that have one`() async throws {
        var asking = Asking()
        try await asking.begin("letter-1")
        try await asking.ask("letter-1", "plan", nil)
        #expect(try asking.rows().keys(startingWith: "said/").isEmpty)
        #expect(try asking.exchanges("").isEmpty)
    }

    @Test func `says what a person did with an answer`() async throws {
        var asking = Asking()
        try await asking.begin("letter-1")
        let done = try await asking.ask("letter-1", "draft", Asking.terms("writer")).completed
        let edit = ApprovalEdit(draft: digest("better"), exact: nil, distanceMillionths: 40_000)
        try await asking.decide("letter-1", about: done, .edit(edit), comment: "warmer")
        let row = try #require(try asking.exchanges("writer").first)
        #expect(
            row.verdict
                == ExchangeVerdict(
                    state: .edited, comment: digest("warmer"), output: digest("better"), distanceMillionths: 40_000,
                    atUs: asking.book.time))
        // What a person said counts as said.
        #expect(row.saidUs == asking.book.time && row.untilUs == asking.book.time + 7_200_000_000)
    }

    @Test func `takes the verdict about an effect as one about the draft that it is made of`() async throws {
        var asking = Asking()
        try await asking.begin("letter-1")
        let done = try await asking.ask("letter-1", "draft", Asking.terms("writer")).completed
        let effect = try await asking.write(
            "letter-1",
            JobDecision.effectPrepared(
                EffectPrepared(
                    step: "publish", task: 0, connector: "newsletter", exact: digest("exact"),
                    draft: digest("letter-1.draft"), deliveries: 1)))
        try await asking.decide("letter-1", about: effect, .reject, comment: "not today")
        #expect(try asking.exchanges("writer").first?.verdict?.state == .rejected)
        #expect(done < effect)
    }

    @Test func `names the person as the author of what the role could not make`() async throws {
        var asking = Asking()
        try await asking.begin("letter-1")
        let letter = Newsletter(job: "letter-1")
        let first = try await asking.write("letter-1", JobDecision.taskRequested(letter.task("draft")))
        _ = try await asking.write(
            "letter-1",
            JobObservation.contextAssembled(
                ContextAssembled(
                    task: first, asOf: 1, method: .none, items: [], cut: [], budgetTokens: 0,
                    session: Asking.terms("writer"))))
        let second = try await asking.write(
            "letter-1", JobDecision.taskRequested(letter.task("draft", why: .fallback, executor: "person", rung: 1)))
        _ = try await asking.write(
            "letter-1", JobDecision.taskCompleted(letter.completed(second, "draft", [], output: "by hand")))
        let row = try #require(try asking.exchanges("writer").first)
        #expect(row.byPerson && row.output == digest("by hand") && row.task == second)
    }

    @Test func `follows a rerun to the jobs before it, with how they ended and their notes`() async throws {
        var asking = Asking()
        try await asking.begin("letter-1")
        try await asking.ask("letter-1", "plan", Asking.terms("planner", about: "olive"))
        _ = try await asking.write("letter-1", JobObservation.jobSteered(JobSteered(note: digest("shorter"))))
        _ = try await asking.write(
            "letter-1",
            JobDecision.jobFailed(JobFailed(reason: .rejected, step: "edit", detail: "a person said no")))
        let rerun = Rerun(job: "letter-1", fromStep: "draft", root: "letter-1")
        try await asking.begin("letter-2", origin: .rerun(rerun))
        let rows = try asking.rows()
        let before = try Sessions.jobs(continuedBy: "letter-2", about: "olive", in: rows)
        #expect(before.map(\.job) == ["letter-1"])
        #expect(before.first?.state == .failed && before.first?.failure?.step == "edit")
        #expect(before.first?.notes == [digest("shorter")])
        #expect(try Sessions.jobs(continuedBy: "letter-2", about: "", in: rows).isEmpty)
        #expect(try Sessions.jobs(continuedBy: "letter-1", about: "olive", in: rows).isEmpty)
    }
}

@Suite struct `What an exchange rests on` {
    private let terms = Asking.terms("writer")

    private func restsOn(_ asking: Asking, _ job: String) throws -> [String]? {
        try asking.exchanges("writer").first { $0.job == job }?.restsOn.map { "\($0.entry)@\($0.version)" }
    }

    @Test func `are all that a summary was made of`() async throws {
        var asking = Asking()
        try await asking.begin("letter-1")
        let sources = ["pricing", "tone"].map { EntryRef(entry: $0, version: 2) }
        let item = ContextItem(
            source: .knowledge(KnowledgeSource(entry: "pricing", version: 2, chunk: 0, chunks: 2)), label: "terms",
            content: digest("summary"), rank: 1, scoreMillionths: 0, tokens: 9, why: .summary,
            derived: DerivedSource(stream: "derived/summaries", version: 3, sources: sources))
        try await asking.ask("letter-1", "draft", terms, shown: [item])
        #expect(try restsOn(asking, "letter-1") == ["pricing@2", "tone@2"])
    }

    @Test func `are the versions of its own context, of its inputs, and of the exchanges it was shown`() async throws {
        var asking = Asking()
        try await asking.begin("letter-1")
        let plan = try await asking.ask("letter-1", "plan", nil, shown: [knowledge("tone", 1)])
        let input = InputRef(stream: "", version: plan.completed, digest: digest("letter-1.plan"))
        let draft = try await asking.ask(
            "letter-1", "draft", terms, shown: [knowledge("pricing", 2)], from: [input])
        #expect(try restsOn(asking, "letter-1") == ["pricing@2", "tone@1"])
        try await asking.begin("letter-2")
        try await asking.ask(
            "letter-2", "draft", terms, shown: [Asking.shown("letter-1", draft.task), knowledge("pricing", 3)])
        #expect(try restsOn(asking, "letter-2") == ["pricing@2", "pricing@3", "tone@1"])
        // What happened beside it does not count.
        try await asking.begin("letter-3")
        try await asking.ask("letter-3", "plan", nil, shown: [knowledge("tone", 1)])
        try await asking.ask("letter-3", "draft", terms)
        #expect(try restsOn(asking, "letter-3") == [])
    }

    @Test func `go along with what a rerun takes over`() async throws {
        var asking = Asking()
        try await asking.begin("letter-1")
        let plan = try await asking.ask("letter-1", "plan", nil, shown: [knowledge("tone", 1)])
        let rerun = Rerun(job: "letter-1", fromStep: "draft", root: "letter-1")
        try await asking.begin("letter-2", origin: .rerun(rerun))
        let adopted = try await asking.write(
            "letter-2",
            JobObservation.stepAdopted(
                StepAdopted(
                    step: "plan", sourceJob: "letter-1", sourceVersion: plan.completed,
                    output: digest("letter-1.plan"))))
        let input = InputRef(stream: "", version: adopted, digest: digest("letter-1.plan"))
        try await asking.ask("letter-2", "draft", terms, from: [input])
        #expect(try restsOn(asking, "letter-2") == ["tone@1"])
    }

    @Test func `must be known: what rests on the unknown is not kept`() async throws {
        var asking = Asking()
        try await asking.begin("letter-1")
        let forgotten = InputRef(stream: "", version: 99, digest: digest("?"))
        try await asking.ask("letter-1", "draft", terms, from: [forgotten])
        try await asking.ask("letter-1", "again", terms, shown: [Asking.shown("letter-0", 2)])
        let odd = ViewSource(view: Sessions.name, key: "said/\u{7}")
        let item = ContextItem(
            source: .view(odd), label: "session", content: digest("x"), rank: 1, scoreMillionths: 0, tokens: 1,
            why: .session)
        try await asking.ask("letter-1", "odd", terms, shown: [item])
        #expect(try asking.exchanges("writer").isEmpty)
        let many = (1...129).map { knowledge("note", UInt32($0)) }
        try await asking.ask("letter-1", "much", terms, shown: many)
        #expect(try asking.exchanges("writer").isEmpty)
        try await asking.begin("letter-2")
        try await asking.ask("letter-2", "draft", terms, shown: Array(many.prefix(128)))
        #expect(try asking.exchanges("writer").count == 1)
    }
}

@Suite struct `A session stays small` {
    @Test func `by age, by the times of the events alone`() async throws {
        var asking = Asking()
        try await asking.begin("letter-1")
        let done = try await asking.ask("letter-1", "draft", Asking.terms("writer")).completed
        asking.book.time += 7_200_000_000
        // Too late to be woken up.
        try await asking.decide("letter-1", about: done, .approve)
        #expect(try asking.exchanges("writer").isEmpty)
        try await asking.ask("letter-1", "more", Asking.terms("writer"))
        #expect(try asking.exchanges("writer").map(\.step) == ["more"])
    }

    @Test func `whatever a role asks for`() async throws {
        var asking = Asking()
        try await asking.begin("letter-1")
        let terms = SessionTerms(agent: "writer", customer: "", ttlMs: .max, tokens: 1)
        try await asking.ask("letter-1", "draft", terms)
        let row = try #require(try asking.exchanges("writer").first)
        #expect(row.untilUs - row.atUs == Sessions.keptUsMax)
    }

    @Test func `by number`() async throws {
        var asking = Asking()
        try await asking.begin("letter-1")
        for number in 1...50 { try await asking.ask("letter-1", "draft \(number)", Asking.terms("writer")) }
        let rows = try asking.rows()
        #expect(try asking.exchanges("writer").map(\.step) == (31...50).reversed().map { "draft \($0)" })
        #expect(rows.keys(startingWith: "said/").count == Sessions.exchangesMax)
    }

    @Test func `by bytes`() async throws {
        var asking = Asking()
        for job in 1...20 {
            try await asking.begin("letter-\(job)")
            let items = (1...100).map { knowledge("a-rather-long-name-of-an-entry-\(job)", UInt32($0)) }
            try await asking.ask("letter-\(job)", "draft", Asking.terms("writer"), shown: items)
        }
        let rows = try asking.exchanges("writer")
        let bytes = rows.map { UInt32($0.wireBytes.count) }
        #expect(rows.first?.job == "letter-20" && rows.count < 20)
        #expect(bytes.reduce(0, +) <= Sessions.bytesMax)
        #expect(bytes.reduce(0, +) + (bytes.first ?? 0) > Sessions.bytesMax)
        #expect(try asking.rows().keys(startingWith: "said/").count == rows.count)
    }

    @Test func `however many jobs, roles and customers there were`() async throws {
        var asking = Asking()
        for job in 1...60 {
            try await asking.begin("letter-\(job)")
            try await asking.ask("letter-\(job)", "draft", Asking.terms("writer", about: "customer-\(job)"))
        }
        #expect(try asking.rows().keys(startingWith: "").count > 180)
        asking.book.time += Sessions.keptUsMax
        // Each event looks at four rows that are due.
        for job in 61...100 {
            try await asking.begin("letter-\(job)")
            asking.book.time += Book.second
        }
        let rows = try asking.rows()
        #expect(rows.keys(startingWith: "said/").isEmpty && rows.keys(startingWith: "session/").isEmpty)
        #expect(rows.keys(startingWith: "course/").count == 40)
        #expect(rows.keys(startingWith: "due/").count == 40)
    }

    @Test func `by the number of jobs at once, those that went on being used last`() async throws {
        var asking = Asking()
        try await asking.begin("first-1")
        try await asking.ask("first-1", "draft", Asking.terms("writer"))
        let count = Int(Sessions.rowsMax) + 500
        for job in 1...count { try await asking.begin("letter-\(job)") }
        let rows = try asking.rows()
        #expect(rows.keys(startingWith: "due/").count <= Int(Sessions.rowsMax))
        #expect(rows.keys(startingWith: "course/").count <= Int(Sessions.rowsMax))
        #expect(rows.keys(startingWith: "course/letter-1").contains { $0 == "course/letter-1" } == false)
        #expect(rows.keys(startingWith: "course/").contains("course/letter-\(count)"))
    }
}
