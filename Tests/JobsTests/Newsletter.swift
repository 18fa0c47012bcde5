import EventSourcing
import EventSourcingTesting
import Events
import Jobs
import Synchronization
import Wire

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
    func remove(_ digest: Digest) { contents.withLock { $0[digest] = nil } }
    var all: [[UInt8]] { contents.withLock { Array($0.values) } }
}

/// A small newsletter: plan, draft, review, publish.
struct Newsletter {
    let shelf = Shelf()
    let manifest: Digest

    static let day: Timestamp = 86_400_000_000

    init(
        ladder: [String] = ["writing", "heuristic", "person"], attempts: UInt32 = 3,
        expires: ExpiryPolicy? = ExpiryPolicy(afterMs: 259_200_000, remindMs: 43_200_000, then: .park),
        instructions: String = "You plan for {{business.name}}.", smtp: Bool = false, command: Bool = false
    ) {
        func text(_ max: UInt32) -> Shape { Shape(kind: .text, lengthMax: max, fields: [], element: []) }
        func object(_ fields: (String, Shape)...) -> Shape {
            Shape(
                kind: .object, lengthMax: 0,
                fields: fields.map { NamedShape(name: $0.0, shape: $0.1, optional: $0.0 == "confidence") }, element: [])
        }
        func agent(_ name: String, _ output: Shape) -> AgentDefinition {
            AgentDefinition(
                name: name, description: "", goal: "", model: "writing", instructions: instructions, knowledge: [],
                k: 5, knowledgeTokensMax: 500, jobMicrodollarsMax: 0, dayMicrodollarsMax: 0, output: output)
        }
        let retry = RetryPolicy(attempts: attempts, backoffMs: 1_000)
        func step(_ id: String, _ needs: [String], _ work: StepDefinition.Work) -> StepDefinition {
            StepDefinition(id: id, needs: needs, work: work)
        }
        let number = Shape(kind: .number, lengthMax: 0, fields: [], element: [])
        let markdown = Shape(kind: .markdown, lengthMax: 0, fields: [], element: [])
        let agents = [
            agent("strategist", object(("topic", text(80)), ("confidence", number))),
            agent("writer", object(("subject", text(60)), ("body", markdown))),
        ]
        let flow = FlowDefinition(
            name: "newsletter", inputs: [],
            steps: [
                step(
                    "plan", [],
                    .agent(
                        AgentWork(
                            agent: "strategist",
                            with: [Binding(name: "wish", value: .template("About ${{ inputs.topic }}"))],
                            recall: [], retry: retry, timeoutMs: 1_000, ladder: ladder))),
                step(
                    "draft", ["plan"],
                    .agent(
                        AgentWork(
                            agent: "writer", with: [Binding(name: "plan", value: .template("${{ steps.plan }}"))],
                            recall: [], retry: retry, timeoutMs: 1_000, ladder: ladder))),
                step(
                    "edit", ["draft"],
                    .review(
                        ReviewWork(
                            of: "draft", shows: "publish", onRespond: RespondPolicy(redo: "draft", atMost: 2),
                            expires: expires))),
                step(
                    "publish", ["edit"],
                    .effect(
                        EffectWork(
                            connector: "newsletter", action: "send", to: "list:weekly",
                            mail: "${{ steps.edit }}", retry: retry))),
            ],
            outcomes: [])
        let chat = ChatModel(
            url: "http://127.0.0.1:1/v1", model: "small", keyVariable: "", maxOutputTokens: 100,
            temperaturePermille: 300, inputMicrodollars: 1_000_000, outputMicrodollars: 2_000_000, seed: 0)
        let tool = CommandModel(
            arguments: ["/bin/cat"], passEnv: [], workdir: "", outputBytesMax: 1_000, reconcile: .unsafe)
        let model = ModelDefinition(alias: "writing", kind: command ? .command(tool) : .chat(chat))
        let maildir = ConnectorDefinition(
            name: "newsletter",
            kind: smtp
                ? .smtp(SmtpConnector(url: "smtp://127.0.0.1:1", user: "", passwordVariable: ""))
                : .maildir(MaildirConnector(path: "outbox")),
            from: "The Lever <lever@example.com>", replyTo: "", unsubscribe: "https://example.com/u")
        manifest = shelf.put(
            Manifest(
                flow: shelf.put(flow),
                agents: agents.map { [shelf] in NamedDigest(name: $0.name, digest: shelf.put($0)) },
                models: [NamedDigest(name: "writing", digest: shelf.put(model))],
                connectors: [NamedDigest(name: "newsletter", digest: shelf.put(maildir))],
                business: shelf.put(
                    BusinessDefinition(facts: [BusinessFact(name: "name", value: "Small Levers")]))))
    }

    var decider: JobDecider { JobDecider(artifacts: shelf) }

    func queued(seed: UInt64 = 7, limits: Limits = Limits(attempts: 0, costMicrodollars: 0), job: String = "newsletter-1")
        -> JobQueued
    {
        JobQueued(
            job: job, manifest: manifest, inputs: shelf.put(JSON.fields(("topic", "pricing"))), trigger: .person,
            origin: .fresh, seed: seed, rules: Rules.latest, limits: limits)
    }
}

/// A job of the newsletter as a person, a model and a connector would move it on.
struct Story {
    let newsletter: Newsletter
    var specification: Specification<JobDecider>

    /// Everything that was handed in, also what was refused.
    private(set) var attempts: [Attempt] = []

    struct Attempt {
        let observation: JobObservation
        let time: Timestamp
        let refused: String?
    }

    var state: JobState { specification.state }

    init(_ newsletter: Newsletter = Newsletter(), limits: Limits = Limits(attempts: 0, costMicrodollars: 0)) {
        self.newsletter = newsletter
        specification = Specification(newsletter.decider)
        when(.jobQueued(newsletter.queued(limits: limits)))
        when(.jobAdmitted(JobAdmitted()))
    }

    @discardableResult
    mutating func when(_ observation: JobObservation) -> Specification<JobDecider>.Outcome {
        let shelf = newsletter.shelf
        let outcome = specification.when(observation) { shelf.put($0) }
        attempts.append(
            Attempt(
                observation: observation, time: specification.time, refused: outcome.rejection.map(GoldenJob.name)))
        return outcome
    }

    /// The newest task of a step.
    func task(_ step: String) -> UInt32 { state.step(step)?.task?.version ?? 0 }

    var call: UInt32 {
        for work in state.pending { if case .call(let version) = work { return version } }
        return 0
    }

    @discardableResult
    mutating func assemble(_ step: String, items: [ContextItem] = []) -> Specification<JobDecider>.Outcome {
        when(
            .contextAssembled(
                ContextAssembled(
                    task: task(step), asOf: 1, method: .none, queries: nil, items: items, cut: [], budgetTokens: 500)))
    }

    @discardableResult
    mutating func answer(_ json: JSON, cost: UInt64 = 10) -> Specification<JobDecider>.Outcome {
        answer(json.bytes, cost: cost)
    }

    @discardableResult
    mutating func answer(_ bytes: [UInt8], cost: UInt64 = 10) -> Specification<JobDecider>.Outcome {
        let completed = CallCompleted(
            response: newsletter.shelf.put(bytes), usage: Usage(inputTokens: 10, outputTokens: 5, cachedTokens: 0),
            costMicrodollars: cost, finish: .stop, model: "small", cachedFrom: nil)
        return when(.callEnded(CallEnded(call: call, outcome: .completed(completed), latencyUs: 1_000)))
    }

    @discardableResult
    mutating func fail(_ error: CallError, retryAfterMs: UInt64? = nil) -> Specification<JobDecider>.Outcome {
        let failed = CallFailed(
            error: error, status: 500, retryAfterMs: retryAfterMs, detail: "it failed", evidence: nil,
            costMicrodollars: 0)
        return when(.callEnded(CallEnded(call: call, outcome: .failed(failed), latencyUs: 1_000)))
    }

    /// Two people are on the list.
    var audience: ContextItem {
        ContextItem(
            source: .file(FileSource(path: "lists/weekly.csv", count: 2)), label: JobDecider.audienceLabel,
            content: newsletter.shelf.put(["ana@example.com", "ben@example.com"] as JSON), rank: 1,
            scoreMillionths: 0, tokens: 0, why: .named)
    }

    static let draft: JSON = .fields(("subject", "Small prices"), ("body", "One *idea*."))

    /// Up to the open review.
    mutating func writeDraft() {
        assemble("plan")
        answer(.fields(("topic", "pricing")))
        assemble("draft")
        answer(Self.draft)
        assemble("publish", items: [audience])
    }

    var approval: ApprovalState? { state.approvals.first }

    @discardableResult
    mutating func decide(
        _ verdict: ApprovalDecided.Verdict, seen: Digest? = nil, comment: String? = nil
    ) -> Specification<JobDecider>.Outcome {
        let nothing = Digest(a: 0, b: 0, c: 0, d: 0)
        return when(
            .approvalDecided(
                ApprovalDecided(
                    approval: approval?.version ?? 0, seen: seen ?? approval?.subject ?? nothing, verdict: verdict,
                    comment: comment.map { newsletter.shelf.put(Array($0.utf8)) })))
    }

    /// Starts the next delivery; its EffectStarted's version.
    mutating func lease(_ delivery: UInt32) -> Specification<JobDecider>.Outcome {
        when(
            .effectLeased(
                EffectLeased(effect: state.effect(ofStep: "publish")?.version ?? 0, delivery: delivery, epoch: 1)))
    }

    @discardableResult
    mutating func deliver(_ outcome: EffectEnded.Outcome, settledBy: SettledBy = .connector)
        -> Specification<JobDecider>.Outcome
    {
        var started: UInt32 = 0
        for work in state.pending { if case .delivery(let version, _, _) = work { started = version } }
        return when(.effectEnded(EffectEnded(started: started, outcome: outcome, settledBy: settledBy)))
    }

    var receipt: EffectEnded.Outcome {
        .succeeded(EffectSucceeded(receipt: newsletter.shelf.put(Array("new/1.eml".utf8))))
    }
}
