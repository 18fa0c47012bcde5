public import EventSourcing
import Events
import Jobs
import Wire

/// Events of jobs as the real decider writes them, as many as one likes: for measuring.
///
/// A few hundred lives of a job are decided turn by turn; then any number of jobs live one of them each, some dozens
/// at a time, so that their streams lie scattered through the log as in a business. The same seed gives the same bytes.
public struct JobTraffic {
    /// Different lives.
    public static let livesMax = 256
    /// Jobs that are open at once.
    public static let openMax = 64

    /// What one turn appends to its stream.
    private struct Step {
        let events: [NewEvent]
    }

    private struct Life {
        let queued: JobQueued
        let steps: [Step]
    }

    private struct Job {
        let number: Int
        let life: Int
        var next = 0
        var version: StreamVersion = 0
    }

    private let lives: [Life]
    private var generator: SplitMix64
    private var open: [Job] = []
    private var jobs = 0
    private var commits: UInt64 = 0
    private var time: Timestamp = 1_700_000_000_000_000

    public init(seed: UInt64 = 1) {
        generator = SplitMix64(seed)
        let newsletter = Newsletter(smtp: true)
        var lives: [Life] = []
        for _ in 0..<Self.livesMax { lives.append(Self.life(newsletter, &generator)) }
        self.lives = lives
    }

    /// The next commit: turns of many jobs, at least so many events in all, and at most a turn more.
    public mutating func commit(events: Int) -> NewCommit {
        commits += 1
        time += 250_000
        var appends: [(job: Int, events: [NewEvent], before: StreamVersion)] = []
        var places: [Int: Int] = [:]
        var count = 0
        while count < min(events, NewCommit.eventsMax - 64) {
            let turn = nextTurn()
            count += turn.events.count
            if let place = places[turn.job] {
                appends[place].events += turn.events
            } else {
                places[turn.job] = appends.count
                appends.append((turn.job, turn.events, turn.before))
            }
        }
        // A turn's decisions are caused by its observation; places count over the whole commit.
        var place: UInt32 = 0
        let placed = appends.map { append in
            let start = place
            var observation: UInt32 = 0
            let events = append.events.map { event in
                defer { place += 1 }
                if event.kind == .observation { observation = place }
                return NewEvent(
                    type: event.type, kind: event.kind, payload: event.payload,
                    cause: event.kind == .decision ? observation : nil)
            }
            precondition(place - start == UInt32(events.count))
            return StreamAppend(
                events, to: StreamName(category: "job", id: Self.name(append.job)), expecting: .exactly(append.before))
        }
        return NewCommit(
            id: CommitID(time: time, random: (commits, commits)), time: time, actor: "driver", appends: placed)
    }

    private static func name(_ job: Int) -> String { "newsletter-\(job)" }

    private mutating func nextTurn() -> (job: Int, events: [NewEvent], before: StreamVersion) {
        while open.count < Self.openMax {
            jobs += 1
            open.append(Job(number: jobs, life: Int.random(in: 0..<lives.count, using: &generator)))
        }
        let index = Int.random(in: 0..<open.count, using: &generator)
        var job = open[index]
        let life = lives[job.life]
        var events = life.steps[job.next].events
        if job.next == 0 {
            let queued = life.queued
            let own = JobQueued(
                job: Self.name(job.number), manifest: queued.manifest, inputs: queued.inputs, trigger: queued.trigger,
                origin: queued.origin, seed: UInt64(job.number), rules: queued.rules, limits: queued.limits)
            let observation = JobObservation.jobQueued(own)
            events[0] = NewEvent(type: observation.type, kind: .observation, payload: observation.wireBytes)
        }
        let before = job.version
        job.next += 1
        job.version += StreamVersion(events.count)
        if job.next < life.steps.count { open[index] = job } else { open.remove(at: index) }
        return (job.number, events, before)
    }
}

// MARK: - Lives
extension JobTraffic {
    private static func life(_ newsletter: Newsletter, _ generator: inout SplitMix64) -> Life {
        let queued = newsletter.queued(seed: generator.next())
        var walk = Walk(newsletter, &generator)
        walk.take(.jobQueued(queued))
        for _ in 0..<200 {
            guard let observation = walk.next() else { break }
            walk.take(observation)
        }
        for metric in ["opens", "clicks"] {
            walk.take(
                .outcomeRecorded(
                    OutcomeRecorded(
                        step: "publish", metric: metric, valueMillionths: 214_000_000, source: "analytics")))
        }
        generator = walk.generator
        return Life(queued: queued, steps: walk.steps)
    }

    /// A job that the decider moves on.
    private struct Walk {
        let newsletter: Newsletter
        let people = People()
        let decider: JobDecider
        var state: JobState
        var version: StreamVersion = 0
        var steps: [Step] = []
        var generator: SplitMix64
        private var time: Timestamp = 1_700_000_000_000_000

        init(_ newsletter: Newsletter, _ generator: inout SplitMix64) {
            self.newsletter = newsletter
            self.generator = generator
            decider = newsletter.decider
            state = decider.initialState
        }

        private mutating func chance(_ percent: Int) -> Bool {
            Int.random(in: 0..<100, using: &generator) < percent
        }

        /// One turn; nothing if it is refused.
        mutating func take(_ observation: JobObservation) {
            time += 2_000_000
            var turn = Turn(decider, state: state, version: version)
            do throws(JobRejection) {
                guard try turn.take(observation, at: time) else { return }
            } catch {
                return
            }
            for artifact in turn.artifacts { newsletter.shelf.put(artifact.bytes) }
            steps.append(
                Step(
                    events: [NewEvent(type: observation.type, kind: .observation, payload: observation.wireBytes)]
                        + turn.decisions.map { NewEvent(type: $0.type, kind: .decision, payload: $0.wireBytes) }))
            version = turn.version
            state = turn.finish()
        }

        /// What comes of the oldest thing that is pending; nil if nothing is but timers.
        mutating func next() -> JobObservation? {
            for work in state.pending {
                switch work {
                case .admit: return .jobAdmitted(JobAdmitted())
                case .assemble(let task, _):
                    // A retry waits for its time.
                    time += 100_000_000_000
                    return .contextAssembled(context(task))
                case .call(let version): return .callEnded(ended(version))
                case .deliver(let effect, let delivery, _):
                    return .effectLeased(EffectLeased(effect: effect, delivery: delivery, epoch: 1))
                case .delivery(let started, _, _): return .effectEnded(delivered(started))
                case .approval(let version): return .approvalDecided(decided(version))
                case .timer: continue
                }
            }
            return nil
        }

        private mutating func context(_ task: UInt32) -> ContextAssembled {
            let shelf = newsletter.shelf
            var items: [ContextItem] = []
            if state.steps.first(where: { $0.task?.version == task })?.id == "publish" {
                let (audience, artifacts) = people.audience(["ana@example.com", "ben@example.com"])
                for artifact in artifacts { shelf.put(artifact) }
                items.append(audience)
            } else {
                for (rank, entry) in ["pricing", "tone", "past-issues"].enumerated() {
                    items.append(
                        ContextItem(
                            source: .knowledge(
                                KnowledgeSource(
                                    entry: entry, version: UInt32.random(in: 1...20, using: &generator), chunk: 1,
                                    chunks: 2)), label: "past",
                            content: shelf.put(Array("What is known of \(entry).".utf8)), rank: UInt32(rank + 1),
                            scoreMillionths: Int64.random(in: 0...1_000_000, using: &generator), tokens: 40,
                            why: .similar))
                }
            }
            return ContextAssembled(
                task: task, asOf: 1_000, method: .fused, queries: shelf.put(JSON.fields(("past", "pricing"))),
                items: items,
                cut: [], budgetTokens: 500)
        }

        private mutating func ended(_ call: UInt32) -> CallEnded {
            let shelf = newsletter.shelf
            let outcome: CallEnded.Outcome
            if chance(8) {
                outcome = .failed(
                    CallFailed(error: .server, status: 500, detail: "it failed", costMicrodollars: 0))
            } else {
                let isPlan = state.steps.first { $0.id == "plan" }?.output == nil
                let answer: JSON =
                    isPlan
                    ? .fields(("topic", "pricing"))
                    : .fields(("subject", "Small prices"), ("body", .string("Idea \(generator.next())")))
                outcome = .completed(
                    CallCompleted(
                        response: shelf.put(answer),
                        usage: Usage(
                            inputTokens: UInt32.random(in: 500...3_000, using: &generator),
                            outputTokens: UInt32.random(in: 50...900, using: &generator), cachedTokens: 0),
                        costMicrodollars: UInt64.random(in: 100...9_000, using: &generator), finish: .stop,
                        model: "small-2026-01"))
            }
            return CallEnded(
                call: call, outcome: outcome,
                latencyUs: UInt64.random(in: 200_000...20_000_000, using: &generator))
        }

        private mutating func delivered(_ started: UInt32) -> EffectEnded {
            let receipt = newsletter.shelf.put(Array("250 2.0.0 accepted".utf8))
            return EffectEnded(
                started: started, outcome: .succeeded(EffectSucceeded(receipt: receipt)), settledBy: .connector)
        }

        private mutating func decided(_ version: UInt32) -> ApprovalDecided {
            let shelf = newsletter.shelf
            let answer = Int.random(in: 0..<10, using: &generator)
            let verdict: ApprovalDecided.Verdict = answer < 2 ? .respond : .approve
            return ApprovalDecided(
                approval: version, seen: state.approval(version)?.subject ?? newsletter.manifest, verdict: verdict,
                comment: verdict == .respond ? shelf.put(Array("shorter, please".utf8)) : nil)
        }
    }
}

/// The same numbers for the same seed (Steele, Lea and Flood, 2014).
public struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(_ seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
