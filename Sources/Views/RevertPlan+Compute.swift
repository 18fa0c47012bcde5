public import EventSourcing
import Events
import Wire

extension RevertPlan {
    /// What follows if a version of an entry is taken back, from the view `lineage` alone. Pure.
    ///
    /// Every context that held exactly this version, what was made with it, and forward along input references:
    /// later steps of the same job, steps that other jobs adopted, approvals, effects, and knowledge that came of it,
    /// with all that this knowledge led to in turn. Versions count: who saw another version of the entry is not
    /// affected.
    ///
    /// - Parameter asOf: the position of the view.
    public init(
        takingBack version: StreamVersion, of entry: String, asOf: Position, in lineage: some RowSource
    ) throws {
        var walk = ConsequenceWalk(lineage)
        try walk.begin(entry, version)
        self.init(
            entry: entry, badVersion: version, asOf: asOf, steps: walk.steps, approvals: walk.affectedApprovals,
            effects: walk.affectedEffects,
            knowledge: walk.knowledge.subtracting([KnowledgeVersion(entry: entry, version: version)])
                .sorted { ($0.entry, $0.version) < ($1.entry, $1.version) })
    }

    /// The most serious class of all that is affected; `notUsed` if nobody was shown the version.
    public var consequence: AffectedClass {
        let classes = steps.map(\.consequence) + effects.map(\.consequence)
        return classes.max { $0.rawValue < $1.rawValue } ?? .notUsed
    }
}

/// Walks from a version of an entry along everything that was made with it.
struct ConsequenceWalk<Source: RowSource> {
    private struct Job {
        var works: [WorkRow]
        let effects: [EffectRow]
        let approvals: [ApprovalRow]
        let derived: [DerivedRow]
    }

    private struct Node: Hashable {
        let job: String
        let version: UInt32
    }

    private let lineage: Source
    private var jobs: [String: Job] = [:]
    /// The affected works, each with the context that was shown the version itself; 0 if none was.
    private var affected: [Node: UInt32] = [:]
    /// The works whose output another job took over.
    private var adopted: Set<Node> = []
    private(set) var knowledge: Set<KnowledgeVersion> = []

    init(_ lineage: Source) { self.lineage = lineage }

    mutating func begin(_ entry: String, _ version: StreamVersion) throws {
        var open = [KnowledgeVersion(entry: entry, version: version)]
        while let next = open.popLast() {
            guard knowledge.insert(next).inserted else { continue }
            for row in try Lineage.exposure(ofEntry: next.entry, version: next.version, in: lineage) {
                affected[Node(job: row.job, version: row.task)] = row.context
                open += try spread(from: Node(job: row.job, version: row.task))
            }
        }
    }

    /// Marks all that was made of a work's output, and returns the knowledge that came of it.
    private mutating func spread(from start: Node) throws -> [KnowledgeVersion] {
        var found: [KnowledgeVersion] = []
        var open = [start]
        var seen: Set<Node> = []
        while let node = open.popLast() {
            guard seen.insert(node).inserted else { continue }
            if affected[node] == nil { affected[node] = 0 }
            let job = try job(node.job)
            guard let work = job.works.first(where: { $0.version == node.version }) else { continue }
            found += job.derived.filter { $0.jobVersion == work.completed || $0.jobVersion == work.version }
                .map { KnowledgeVersion(entry: $0.entry, version: $0.entryVersion) }
            guard work.completed > 0 else { continue }
            open += job.works.filter { $0.uses(work, in: node.job) }.map { Node(job: node.job, version: $0.version) }
            open += job.effects.filter { $0.draft == work.output }.map { Node(job: node.job, version: $0.task) }
            open += try sessions(showing: work)
            let adoptions = try adoptions(of: work)
            if !adoptions.isEmpty { adopted.insert(node) }
            open += adoptions
        }
        return found
    }

    /// The tasks that were shown, in their role's session, what this one answered.
    private func sessions(showing work: WorkRow) throws -> [Node] {
        let key = Sessions.said(work.job, work.version)
        return try Lineage.exposure(ofRow: key, inView: Sessions.name, in: lineage).map {
            Node(job: $0.job, version: $0.task)
        }
    }

    private func adoptions(of work: WorkRow) throws -> [Node] {
        let prefix = RowKey.join("adopted", RowKey.part(work.job), RowKey.version(work.completed), "")
        return try lineage.rows(startingWith: prefix, as: AdoptedRow.self).map {
            Node(job: $0.job, version: $0.version)
        }
    }

    private mutating func job(_ name: String) throws -> Job {
        if let job = jobs[name] { return job }
        let job = Job(
            works: try lineage.rows(startingWith: Lineage.prefix("work", name), as: WorkRow.self),
            effects: try lineage.rows(startingWith: Lineage.prefix("effect", name), as: EffectRow.self),
            approvals: try lineage.rows(startingWith: Lineage.prefix("approval", name), as: ApprovalRow.self),
            derived: try lineage.rows(startingWith: Lineage.prefix("derived", name), as: DerivedRow.self))
        jobs[name] = job
        return job
    }
}

// MARK: - The result
extension ConsequenceWalk {
    private var sortedJobs: [(name: String, job: Job)] {
        jobs.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private func isAffected(_ job: String, _ version: UInt32) -> Bool {
        affected[Node(job: job, version: version)] != nil
    }

    var steps: [AffectedStep] {
        sortedJobs.flatMap { name, job in
            job.works.filter { isAffected(name, $0.version) }.map { work in
                let context = affected[Node(job: name, version: work.version)] ?? 0
                return AffectedStep(
                    job: name, step: work.step, item: work.item, consequence: consequence(of: work, in: job),
                    shown: context > 0, task: work.version, context: context, completed: work.completed,
                    executor: work.executor, output: work.output, costMicrodollars: work.costMicrodollars,
                    firstPosition: work.firstPosition, completedPosition: work.completedPosition)
            }
        }
    }

    /// The author of what was sent, the reviews it went through, and the effect's own step carry the effect's class;
    /// who only fed the author can simply be done again.
    private func consequence(of work: WorkRow, in job: Job) -> AffectedClass {
        let made = job.effects.filter { $0.task == work.version || reaches($0, from: work, in: job) }
        let worst = made.map(\.consequence.rawValue).max().flatMap(AffectedClass.init(rawValue:))
        if let worst, worst == .compensable || worst == .irreversible { return worst }
        guard work.completed > 0 else { return .notUsed }
        let isUsed =
            !made.isEmpty || adopted.contains(Node(job: work.job, version: work.version))
            || job.works.contains { $0.uses(work, in: work.job) }
            || job.approvals.contains { $0.about == work.completed }
            || job.derived.contains { $0.jobVersion == work.completed }
        return isUsed ? .recompute : .notUsed
    }

    /// Whether an effect was made of this output, as it was or as a person edited it in a review.
    private func reaches(_ effect: EffectRow, from work: WorkRow, in job: Job) -> Bool {
        guard let output = work.output else { return false }
        if effect.draft == output { return true }
        let reviews = job.works.filter { $0.executor == "person" && $0.uses(work, in: work.job) }
        return reviews.contains { $0.output == effect.draft }
    }

    var affectedEffects: [AffectedEffect] {
        sortedJobs.flatMap { name, job in
            job.effects.filter { isAffected(name, $0.task) }.map { effect in
                AffectedEffect(
                    job: name, step: effect.step, effect: effect.version, connector: effect.connector,
                    consequence: effect.consequence, deliveries: effect.deliveries, succeeded: effect.succeeded,
                    unknown: effect.unknown, position: effect.position,
                    firstSuccessPosition: effect.firstSuccessPosition,
                    lastSuccessPosition: effect.lastSuccessPosition, firstSuccessUs: effect.firstSuccessUs)
            }
        }
    }

    var affectedApprovals: [AffectedApproval] {
        sortedJobs.flatMap { name, job in
            let about = Set(
                job.works.filter { isAffected(name, $0.version) }.flatMap { [$0.version, $0.completed] }
                    + job.effects.filter { isAffected(name, $0.task) }.map(\.version)
            ).subtracting([0])
            return job.approvals.filter { about.contains($0.about) }.map { approval in
                AffectedApproval(
                    job: name, step: approval.step, approval: approval.version, state: approval.state,
                    position: approval.position, closedPosition: approval.closedPosition, closedBy: approval.closedBy)
            }
        }
    }
}

extension WorkRow {
    /// Whether the other's output went into this one.
    fileprivate func uses(_ other: WorkRow, in job: String) -> Bool {
        other.completed > 0
            && inputs.contains { input in
                (input.stream.isEmpty || input.stream == "job/\(job)") && input.version == other.completed
            }
    }
}

extension EffectRow {
    /// What taking back its draft means.
    var consequence: AffectedClass {
        if started == 0 { return .recompute }
        // A delivery that was started and has not ended may happen yet, and one of which nobody knows may have.
        let isOpen = started > succeeded + failed
        guard succeeded > 0 || isOpen else { return .recompute }
        // Nobody was asked about it, or it was said to be irreversible: the worst is assumed.
        return risk == .reversible || risk == Risk.none ? .compensable : .irreversible
    }
}
