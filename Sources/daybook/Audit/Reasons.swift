import EventSourcing
import Events
import Jobs
import Wire

/// Why an event happened: everything in the jobs' streams that it rests on, back to the goal.
struct Reasons {
    /// The most events of one chain.
    static let eventsMax = 2_000

    struct Node {
        let item: JobHistory.Item
        let job: String
        /// What it rests on directly.
        var because: [Position]
        /// How many hands it went through from here.
        var depth = 0
        /// The task, question or delivery that it is a part of.
        let group: String
    }

    /// From the newest to the oldest.
    private(set) var nodes: [Node] = []

    /// - Parameters:
    ///   - job: the job and the version of the event that is asked about.
    init(_ version: StreamVersion, of job: String, in log: some EventLog) throws {
        var histories: [String: JobHistory] = [:]
        var found: [Position: Node] = [:]
        var open = [Place(job: job, version: version)]
        while let place = open.popLast(), found.count < Self.eventsMax {
            let history = try histories[place.job] ?? JobHistory(place.job, in: log)
            histories[place.job] = history
            guard let item = history.item(place.version), found[item.position] == nil else { continue }
            let parents = Self.parents(of: item, in: history)
            var because: [Position] = []
            for parent in parents {
                let other =
                    try parent.job == place.job ? history : histories[parent.job] ?? JobHistory(parent.job, in: log)
                histories[parent.job] = other
                if let item = other.item(parent.version) { because.append(item.position) }
            }
            found[item.position] = Node(
                item: item, job: place.job, because: because, group: Self.group(of: item, in: history))
            open += parents
        }
        nodes = Self.ordered(found)
    }

    private struct Place: Hashable {
        let job: String
        let version: StreamVersion
    }

    // MARK: - What rests on what

    private static func parents(of item: JobHistory.Item, in history: JobHistory) -> [Place] {
        func here(_ versions: StreamVersion?...) -> [Place] {
            versions.compactMap { $0 }.filter { $0 > 0 }.map { Place(job: history.job, version: $0) }
        }
        let cause = history.items.first { $0.position == item.record.causation && item.record.causation > 0 }?.version
        switch item.event {
        case .observed(let event):
            switch event {
            case .jobQueued(let event):
                guard case .rerun(let rerun) = event.origin else { return [] }
                return [Place(job: rerun.job, version: 1)]
            case .stepAdopted(let event): return [Place(job: event.sourceJob, version: event.sourceVersion)] + here(1)
            case .contextAssembled(let event): return here(event.task)
            case .callEnded(let event): return here(event.call)
            case .lateResult(let event): return here(event.call)
            case .approvalDecided(let event): return here(event.approval)
            case .effectLeased(let event): return here(event.effect, answer(to: event.effect, in: history))
            case .effectEnded(let event): return here(event.started)
            case .timerFired(let event): return here(event.timer)
            case .outcomeRecorded(let event):
                return here(lastDelivery(of: event.step, before: item.version, in: history))
            case .jobAdmitted, .inputReverted, .jobPaused, .jobResumed, .jobSteered, .retryAsked, .cancelAsked,
                .jobRepinned:
                return here(1)
            }
        case .decided(let event):
            switch event {
            case .taskRequested(let event):
                let inputs = event.inputs.filter(\.stream.isEmpty).map(\.version)
                // A first task rests on what it was given; one that is tried again on what came before, too.
                let isFirst = (event.why == .first || event.why == .prepare) && !inputs.isEmpty
                return inputs.flatMap { here($0) } + (isFirst ? [] : here(cause))
            case .callRequested(let event):
                return here(context(of: event.task, before: item.version, in: history) ?? event.task)
            case .approvalRequested(let event):
                // A person is asked to step in because of what happened, not of what was to happen.
                let isRescue = event.kind == .unknown || event.kind == .handover
                return here(event.about) + (isRescue ? here(cause) : [])
            case .approvalReminded(let event): return here(event.approval, cause)
            case .approvalExpired(let event): return here(event.approval, cause)
            case .approvalWithdrawn(let event): return here(event.approval, cause)
            case .timerSet(let event): return here(event.about)
            case .effectPrepared(let event):
                return here(cause, maker(of: event.draft, before: item.version, in: history))
            case .effectStarted, .taskCompleted, .taskFailed, .jobCompleted, .jobFailed, .jobCancelled:
                return here(cause)
            }
        }
    }

    private static func context(
        of task: StreamVersion, before version: StreamVersion, in history: JobHistory
    ) -> StreamVersion? {
        history.items.prefix(Int(version)).last { $0.context?.task == task }?.version
    }

    /// The yes that an effect was begun with: to the question about it, or the edit that it was made of.
    private static func answer(to effect: StreamVersion, in history: JobHistory) -> StreamVersion? {
        guard let prepared = history.item(effect) else { return nil }
        if let edit = history.items.first(where: { $0.position == prepared.record.causation }), edit.decided != nil {
            return edit.version
        }
        return history.items.last { item in
            item.decided.flatMap { history.item($0.approval)?.asked }?.about == effect
        }?.version
    }

    private static func maker(
        of draft: Digest, before version: StreamVersion, in history: JobHistory
    ) -> StreamVersion? {
        history.items.prefix(Int(version))
            .last { $0.completed?.output == draft || $0.adopted?.output == draft }?.version
    }

    private static func lastDelivery(
        of step: String, before version: StreamVersion, in history: JobHistory
    ) -> StreamVersion? {
        history.items.prefix(Int(version)).last { $0.delivered != nil && $0.step == step }?.version
    }

    // MARK: - Order

    /// Events of one task, one question or one effect's deliveries stand together.
    private static func group(of item: JobHistory.Item, in history: JobHistory) -> String {
        func task(_ version: StreamVersion) -> String { "\(history.job) task \(version)" }
        func effect(_ version: StreamVersion) -> String { "\(history.job) effect \(version)" }
        switch item.event {
        case .observed(.contextAssembled(let event)): return task(event.task)
        case .observed(.callEnded(let event)): return task(history.item(event.call)?.call?.task ?? 0)
        case .observed(.approvalDecided(let event)): return "\(history.job) question \(event.approval)"
        case .observed(.effectLeased(let event)): return effect(event.effect)
        case .observed(.effectEnded(let event)): return effect(history.item(event.started)?.started?.effect ?? 0)
        case .decided(.taskRequested): return task(item.version)
        case .decided(.callRequested(let event)): return task(event.task)
        case .decided(.taskCompleted(let event)) where event.task > 0: return task(event.task)
        case .decided(.effectPrepared(let event)): return task(event.task)
        case .decided(.effectStarted(let event)): return effect(event.effect)
        case .decided(.approvalRequested): return "\(history.job) question \(item.version)"
        case .observed(.jobQueued), .observed(.jobAdmitted): return "\(history.job) begins"
        default: return "\(history.job) \(item.version)"
        }
    }

    private static func ordered(_ found: [Position: Node]) -> [Node] {
        var nodes = found
        // What an event rests on stands before it, so this meets every event behind all that rest on it.
        for position in found.keys.sorted(by: >) {
            guard let node = nodes[position] else { continue }
            for parent in node.because {
                guard let other = nodes[parent] else { continue }
                nodes[parent]?.depth = max(other.depth, node.depth + (other.group == node.group ? 0 : 1))
            }
        }
        var groups: [String: (first: Position, depth: Int)] = [:]
        for (position, node) in nodes {
            let group = groups[node.group] ?? (position, node.depth)
            groups[node.group] = (max(group.first, position), max(group.depth, node.depth))
        }
        return nodes.values.map { node in
            var node = node
            node.depth = groups[node.group]?.depth ?? node.depth
            return node
        }.sorted { a, b in
            let (left, right) = (groups[a.group]?.first ?? 0, groups[b.group]?.first ?? 0)
            return (left, a.item.position) > (right, b.item.position)
        }
    }
}
