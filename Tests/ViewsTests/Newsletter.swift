import EventSourcing
import Events
import Wire

/// The events of one newsletter job, commit by commit, as its decider would make them. Versions are written out.
struct Newsletter {
    let job: String
    var origin: Origin = .fresh
    /// What the plan was shown.
    var shown: [ContextItem] = []
    var executor = "writing"

    var stream: String { "job/\(job)" }

    /// Versions 1 to 26; each element is one commit.
    var commits: [[any EventUnion]] {
        [
            [o(.jobQueued(queued))],
            [o(.jobAdmitted(JobAdmitted())), d(.taskRequested(task("plan")))],
            [o(.contextAssembled(context(3, shown))), d(.callRequested(call(3)))],
            [
                o(.callEnded(ended(5, cost: 100))), d(.taskCompleted(completed(3, "plan", []))),
                d(.taskRequested(task("draft", [input(7, "plan")]))),
            ],
            [o(.contextAssembled(context(8))), d(.callRequested(call(8)))],
            [
                o(.callEnded(ended(10, cost: 200))), d(.taskCompleted(completed(8, "draft", [input(7, "plan")]))),
                d(.taskRequested(task("publish", why: .prepare, executor: "newsletter"))),
            ],
            [
                o(.contextAssembled(context(13, [audience]))), d(.effectPrepared(prepared("draft"))),
                d(.approvalRequested(asked)),
                d(.timerSet(TimerSet(purpose: .expiry, about: 16, untilUs: 5_000_000_000_000_000))),
            ],
            [
                o(.approvalDecided(decided)), d(.effectPrepared(prepared("edited"))),
                d(.taskCompleted(completed(0, "edit", [input(12, "draft")], output: "edited"))),
            ],
            [o(.effectLeased(EffectLeased(effect: 19, delivery: 0, epoch: 1))), d(.effectStarted(started))],
            [
                o(.effectEnded(delivered)), d(.taskCompleted(completed(13, "publish", []))),
                d(.jobCompleted(JobCompleted(output: digest("publish")))),
            ],
            [o(.outcomeRecorded(outcome("opens", 214)))],
        ]
    }

    /// Writes the first commits: 7 end with the open question to a person, 10 with the completed job, 11 are all.
    func write(_ count: Int = 11, to book: Book) async throws {
        for commit in commits.prefix(count) { try await book.write(stream, commit) }
    }
}

// MARK: - Its events
extension Newsletter {
    private func o(_ event: JobObservation) -> any EventUnion { event }
    private func d(_ event: JobDecision) -> any EventUnion { event }

    var queued: JobQueued {
        JobQueued(
            job: job, manifest: digest("manifest"), inputs: digest("inputs"), trigger: .person, origin: origin, seed: 7,
            rules: 1, limits: Limits(attempts: 3, costMicrodollars: 500_000))
    }

    func input(_ version: UInt32, _ output: String) -> InputRef {
        InputRef(stream: "", version: version, digest: digest(output))
    }

    func task(
        _ step: String, _ inputs: [InputRef] = [], why: TaskReason = .first, executor: String? = nil,
        attempt: UInt32 = 1, rung: UInt32 = 0, notBefore: Timestamp = 0
    ) -> TaskRequested {
        TaskRequested(
            step: step, item: "", attempt: attempt, rung: rung, why: why, executor: executor ?? self.executor,
            inputs: inputs, with: digest("with"), notBeforeUs: notBefore)
    }

    func context(_ task: UInt32, _ items: [ContextItem] = []) -> ContextAssembled {
        ContextAssembled(
            task: task, asOf: 1, method: .lexical, queries: nil, items: items, cut: [], budgetTokens: 500)
    }

    func call(_ task: UInt32) -> CallRequested {
        CallRequested(
            task: task, request: digest("request \(task)"), pieces: [], provider: .chat, model: "small",
            maxOutputTokens: 100, timeoutMs: 1_000, reservedMicrodollars: 0, reconcile: .pure, tokens: 10)
    }

    func ended(_ call: UInt32, cost: UInt64) -> CallEnded {
        let completed = CallCompleted(
            response: digest("response"), usage: Usage(inputTokens: 10, outputTokens: 5, cachedTokens: 1),
            costMicrodollars: cost, finish: .stop, model: "small", cachedFrom: nil)
        return CallEnded(call: call, outcome: .completed(completed), latencyUs: 30_000)
    }

    func failed(_ call: UInt32, _ error: CallError) -> CallEnded {
        let failed = CallFailed(
            error: error, status: 500, retryAfterMs: nil, detail: "it failed", evidence: nil, costMicrodollars: 7)
        return CallEnded(call: call, outcome: .failed(failed), latencyUs: 1_000)
    }

    func completed(_ task: UInt32, _ step: String, _ inputs: [InputRef], output: String? = nil) -> TaskCompleted {
        TaskCompleted(
            task: task, step: step, output: digest(output ?? step), confidenceMillionths: 720_000, inputs: inputs,
            context: 0)
    }

    var audience: ContextItem {
        ContextItem(
            source: .file(FileSource(path: "lists/weekly.csv", count: 1)), label: "recipients",
            content: digest("recipients"), rank: 1, scoreMillionths: 0, tokens: 0, why: .named)
    }

    func prepared(_ draft: String) -> EffectPrepared {
        EffectPrepared(
            step: "publish", task: 13, connector: "newsletter", exact: digest("exact \(draft)"), draft: digest(draft),
            deliveries: 1)
    }

    var asked: ApprovalRequested {
        ApprovalRequested(
            step: "edit", kind: .review, subject: digest("subject"), allowed: [.approve, .edit, .reject],
            consequences: Consequences(recipients: 1, alreadyReached: 0, connector: "newsletter", risk: .irreversible),
            expiresUs: 5_000_000_000_000_000, about: 15)
    }

    var decided: ApprovalDecided {
        let edit = ApprovalEdit(draft: digest("edited"), exact: digest("exact edited"), distanceMillionths: 40_000)
        return ApprovalDecided(approval: 16, seen: digest("subject"), verdict: .edit(edit), comment: nil)
    }

    var started: EffectStarted {
        EffectStarted(
            effect: 19, delivery: 0, idempotencyKey: digest("key"), message: digest("message"), attempt: 1,
            reconcile: .keyed)
    }

    var delivered: EffectEnded {
        EffectEnded(
            started: 22, outcome: .succeeded(EffectSucceeded(receipt: digest("receipt"))), settledBy: .connector)
    }

    func outcome(_ metric: String, _ value: Int64) -> OutcomeRecorded {
        OutcomeRecorded(step: "publish", metric: metric, valueMillionths: value * 1_000_000, source: "analytics")
    }
}

/// What is known about an entry.
func knowledge(_ entry: String, _ version: UInt32, label: String = "past") -> ContextItem {
    ContextItem(
        source: .knowledge(KnowledgeSource(entry: entry, version: version, chunk: 1, chunks: 2)), label: label,
        content: digest("\(entry)@\(version)"), rank: 1, scoreMillionths: 830_000, tokens: 40, why: .similar)
}

func content(_ text: String, collection: String = "product") -> EntryContent {
    EntryContent(form: .fact, title: "Pricing", collection: collection, body: digest(text))
}
