import EventSourcing
import Events
import Jobs
import Synchronization
import Wire

/// SplitMix64: the same numbers for the same seed.
struct Seeded: RandomNumberGenerator {
    var state: UInt64
    init(_ seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

/// Contents in memory.
final class Shelf: ArtifactReader {
    private let contents = Mutex<[Digest: [UInt8]]>([:])

    func bytes(_ digest: Digest) -> [UInt8]? { contents.withLock { $0[digest] } }

    @discardableResult
    func put(_ bytes: [UInt8]) -> Digest {
        let digest = Digest.of(bytes)
        contents.withLock { $0[digest] = bytes }
        return digest
    }

    func put(_ message: some WireMessage) -> Digest { put(message.wireBytes) }
    func put(_ json: JSON) -> Digest { put(json.bytes) }
}

/// Jobs that real deciders move on by chance: whatever is pending is answered in some way, and people interfere.
struct RandomJobs {
    let shelf = Shelf()
    let decider: JobDecider
    private let manifest: Digest
    private(set) var states: [String: JobState] = [:]
    /// The time of each job's last event.
    private(set) var times: [String: Timestamp] = [:]
    private var versions: [String: StreamVersion] = [:]
    /// Of so many tasks all but one join a session.
    private let sessionsAskedEvery: UInt32
    var generator: Seeded

    init(seed: UInt64, sessionsAskedEvery: UInt32 = 3) {
        generator = Seeded(seed)
        self.sessionsAskedEvery = sessionsAskedEvery
        decider = JobDecider(artifacts: shelf)
        manifest = shelf.put(Self.manifest(shelf))
    }

    /// One more turn of one of the jobs, which is returned; nil if it was refused.
    @discardableResult
    mutating func step(jobs: Int, in book: Book) async throws -> String? {
        let job = "newsletter-\(Int.random(in: 1...jobs, using: &generator))"
        let state = states[job] ?? decider.initialState
        // Time mostly stands still, and sometimes jumps over every wait.
        if Int.random(in: 0..<4, using: &generator) == 0 { book.time += 100_000_000_000 }
        let time = book.time + Book.second
        let observation = observation(for: job, state)
        var turn = Turn(decider, state: state, version: versions[job] ?? 0)
        do throws(JobRejection) {
            guard try turn.take(observation, at: time) else { return nil }
        } catch {
            return nil
        }
        for artifact in turn.artifacts { shelf.put(artifact.bytes) }
        try await book.write("job/\(job)", [observation] + turn.decisions)
        versions[job] = turn.version
        states[job] = turn.finish()
        times[job] = time
        return job
    }
}

// MARK: - What happens next
extension RandomJobs {
    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &generator) < percent }

    private mutating func observation(for job: String, _ state: JobState) -> JobObservation {
        if state.phase == .missing {
            return .jobQueued(
                JobQueued(
                    job: job, manifest: manifest, inputs: shelf.put(JSON.object([])), trigger: .person, origin: .fresh,
                    seed: generator.next(), rules: Rules.latest, limits: Limits(attempts: 0, costMicrodollars: 0)))
        }
        if chance(12) { return interference(state) }
        guard let work = state.pending.randomElement(using: &generator) else { return interference(state) }
        switch work {
        case .admit: return .jobAdmitted(JobAdmitted())
        case .assemble(let task, _): return .contextAssembled(context(task, state))
        case .call(let version): return .callEnded(ended(version, state))
        case .deliver(let effect, let delivery, _):
            return .effectLeased(EffectLeased(effect: effect, delivery: delivery, epoch: 1))
        case .delivery(let started, _, _): return .effectEnded(delivered(started))
        case .timer(let version, _): return .timerFired(TimerFired(timer: version))
        case .approval(let version): return .approvalDecided(decided(version, state))
        }
    }

    private mutating func interference(_ state: JobState) -> JobObservation {
        switch Int.random(in: 0..<12, using: &generator) {
        case 0: .jobPaused(JobPaused())
        case 1, 2, 3: .jobResumed(JobResumed())
        case 4: .jobSteered(JobSteered(note: shelf.put(Array("shorter".utf8))))
        case 5: .cancelAsked(CancelAsked())
        case 6: .inputReverted(InputReverted(entry: "pricing", badVersion: 2, byVersion: 3))
        case 7: .lateResult(LateResult(call: 5, response: nil, costMicrodollars: 3))
        case 8:
            .outcomeRecorded(
                OutcomeRecorded(step: "publish", metric: "opens", valueMillionths: 1_000_000, source: "test"))
        default: .retryAsked(RetryAsked(step: ""))
        }
    }

    private mutating func context(_ task: UInt32, _ state: JobState) -> ContextAssembled {
        var items: [ContextItem] = []
        let isOfAgent = state.steps.first { $0.task?.version == task }?.id != "publish"
        if !isOfAgent {
            let audience = Audience(
                recipients: ["ana@example.com", "ben@example.com"].enumerated().map { number, address in
                    Recipient(
                        subject: String(repeating: "\(number)", count: 32), address: Array(address.utf8).hex)
                })
            items.append(
                ContextItem(
                    source: .file(FileSource(path: "lists/weekly.csv", count: 2)), label: JobDecider.audienceLabel,
                    content: shelf.put(audience.wireBytes), rank: 1, scoreMillionths: 0, tokens: 0, why: .named))
        } else if chance(50) {
            let source = KnowledgeSource(
                entry: "pricing", version: UInt32.random(in: 1...2, using: &generator), chunk: 1, chunks: 1)
            items.append(
                ContextItem(
                    source: .knowledge(source), label: "past", content: shelf.put(Array("Pro costs $39".utf8)), rank: 1,
                    scoreMillionths: 1, tokens: 4, why: .similar))
        }
        // Some of them join a session.
        let terms = SessionTerms(agent: "writer", customer: "", ttlMs: 200_000_000, tokens: 800)
        return ContextAssembled(
            task: task, asOf: 1, method: .lexical, items: items, cut: [], budgetTokens: 500,
            session: isOfAgent && task % sessionsAskedEvery > 0 ? terms : nil)
    }

    private mutating func ended(_ call: UInt32, _ state: JobState) -> CallEnded {
        let outcome: CallEnded.Outcome
        switch Int.random(in: 0..<10, using: &generator) {
        case 0: outcome = .unresolved
        case 1, 2:
            let error = CallError.allCases.randomElement(using: &generator) ?? .server
            outcome = .failed(
                CallFailed(error: error, status: 500, detail: "it failed", costMicrodollars: 2))
        default:
            let answer: JSON = .fields(("subject", "Small prices"), ("body", .string("Idea \(generator.next())")))
            outcome = .completed(
                CallCompleted(
                    response: shelf.put(answer), usage: Usage(inputTokens: 9, outputTokens: 5, cachedTokens: 0),
                    costMicrodollars: 10, finish: .stop, model: "small"))
        }
        return CallEnded(call: call, outcome: outcome, latencyUs: UInt64.random(in: 0...1_000_000, using: &generator))
    }

    private mutating func delivered(_ started: UInt32) -> EffectEnded {
        let outcome: EffectEnded.Outcome
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: outcome = .unknown(EffectUnknown(detail: "the line broke"))
        case 1, 2:
            outcome = .failed(EffectFailed(error: .unreachable, status: 0, detail: "no route", retryable: chance(50)))
        default: outcome = .succeeded(EffectSucceeded(receipt: shelf.put(Array("new/1.eml".utf8))))
        }
        return EffectEnded(started: started, outcome: outcome, settledBy: chance(10) ? .asking : .connector)
    }

    private mutating func decided(_ version: UInt32, _ state: JobState) -> ApprovalDecided {
        let approval = state.approval(version)
        let output = shelf.put(JSON.fields(("subject", "By hand"), ("body", "Written by a person")))
        let verdict: ApprovalDecided.Verdict =
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: .reject
            case 1: .respond
            case 2: .takeOver(TakeOver(output: output))
            case 3: .edit(ApprovalEdit(draft: output, exact: nil, distanceMillionths: 40_000))
            default: .approve
            }
        return ApprovalDecided(
            approval: version, seen: approval?.subject ?? output, verdict: verdict,
            comment: verdict == .respond ? shelf.put(Array("shorter".utf8)) : nil)
    }
}

// MARK: - What they run with
extension RandomJobs {
    /// Two drafts by agents, a review of the first, a review that shows the mail, and the mail.
    private static func manifest(_ shelf: Shelf) -> Manifest {
        func text(_ kind: ShapeKind) -> Shape { Shape(kind: kind, lengthMax: 0, fields: [], element: []) }
        let shape = Shape(
            kind: .object, lengthMax: 0,
            fields: [
                NamedShape(name: "subject", shape: text(.text), optional: false),
                NamedShape(name: "body", shape: text(.markdown), optional: false),
            ], element: [])
        let agent = AgentDefinition(
            name: "writer", description: "", goal: "", model: "writing", instructions: "Write.", knowledge: [], k: 5,
            knowledgeTokensMax: 500, jobMicrodollarsMax: 0, dayMicrodollarsMax: 0, output: shape)
        let retry = RetryPolicy(attempts: 2, backoffMs: 1_000)
        let work = AgentWork(
            agent: "writer", with: [], recall: [], retry: retry, timeoutMs: 1_000,
            ladder: ["writing", "heuristic", "person"])
        let expires = ExpiryPolicy(afterMs: 60_000_000, remindMs: 1_000_000, then: .park)
        let steps: [StepDefinition] = [
            StepDefinition(id: "plan", needs: [], work: .agent(work)),
            StepDefinition(id: "check", needs: ["plan"], work: .review(ReviewWork(of: "plan", shows: ""))),
            StepDefinition(id: "draft", needs: ["check"], work: .agent(work)),
            StepDefinition(
                id: "edit", needs: ["draft"],
                work: .review(
                    ReviewWork(
                        of: "draft", shows: "publish", onRespond: RespondPolicy(redo: "draft", atMost: 2),
                        expires: expires))),
            StepDefinition(
                id: "publish", needs: ["edit"],
                work: .effect(
                    EffectWork(
                        connector: "newsletter", action: "send", to: "list:weekly", mail: "${{ steps.edit }}",
                        retry: retry))),
        ]
        let chat = ChatModel(
            url: "http://127.0.0.1:1/v1", model: "small", keyVariable: "", maxOutputTokens: 100,
            temperaturePermille: 300, inputMicrodollars: 1, outputMicrodollars: 2, seed: 0)
        let maildir = ConnectorDefinition(
            name: "newsletter", kind: .maildir(MaildirConnector(path: "outbox")),
            from: "The Lever <lever@example.com>", replyTo: "", unsubscribe: "https://example.com/u")
        func named(_ name: String, _ message: some WireMessage) -> NamedDigest {
            NamedDigest(name: name, digest: shelf.put(message))
        }
        return Manifest(
            flow: shelf.put(FlowDefinition(name: "newsletter", inputs: [], steps: steps, outcomes: [])),
            agents: [named("writer", agent)],
            models: [named("writing", ModelDefinition(alias: "writing", kind: .chat(chat)))],
            connectors: [named("newsletter", maildir)],
            business: shelf.put(BusinessDefinition(facts: [])))
    }
}
