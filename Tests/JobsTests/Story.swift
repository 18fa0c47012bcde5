import EventSourcing
import EventSourcingTesting
import Events
import JobFixtures
import Jobs
import Wire

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
        let (item, artifacts) = People().audience(Self.people)
        for artifact in artifacts { newsletter.shelf.put(artifact) }
        return item
    }

    static let people = ["ana@example.com", "ben@example.com"]

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
