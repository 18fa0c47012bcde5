import Events

/// Looks at the steps of a flow together.
struct FlowChecks {
    let file: TextFile
    let context: FlowContext
    let drafts: [StepDraft]
    /// False if a step has no usable id: a name that is missing then proves nothing.
    let isComplete: Bool
    let byID: [String: StepDraft]

    init(file: TextFile, context: FlowContext, drafts: [StepDraft?]) {
        self.file = file
        self.context = context
        self.drafts = drafts.compactMap(\.self)
        isComplete = self.drafts.count == drafts.count
        byID = Dictionary(self.drafts.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The steps in an order in which each comes after those it needs; nil if something is wrong.
    func run() -> [StepDefinition]? {
        let errors = file.collector.errorCount
        checkIDs()
        guard file.collector.errorCount == errors else { return nil }
        for draft in drafts {
            for mention in draft.needs + draft.expressions { checkMention(mention, in: draft) }
            for mention in draft.expressions { checkPath(mention) }
        }
        guard file.collector.errorCount == errors, isComplete else { return nil }
        if let cycle = firstCycle() {
            file.error(
                "steps wait for each other in a circle: \(cycle.joined(separator: " -> "))",
                at: byID[cycle[0]]?.position, hint: "each arrow is a need; take one away")
            return nil
        }
        guard drafts.allSatisfy({ $0.work != nil }) else { return nil }
        checkGates()
        guard file.collector.errorCount == errors else { return nil }
        return ordered().compactMap { draft in
            draft.work.map { StepDefinition(id: draft.id, needs: draft.neededSteps.sorted(), work: $0) }
        }
    }

    private func checkIDs() {
        var seen: [String: SourcePosition] = [:]
        for draft in drafts {
            if let first = seen[draft.id] {
                file.error(
                    "two steps are called \"\(draft.id)\", the first in line \(first.line)", at: draft.position,
                    hint: "give one of them another id")
            } else {
                seen[draft.id] = draft.position
            }
        }
    }

    private func checkMention(_ mention: StepMention, in draft: StepDraft) {
        if mention.step == draft.id {
            file.error("step \"\(draft.id)\" needs itself", at: mention.position, hint: "name a step before it")
        } else if byID[mention.step] == nil, isComplete {
            file.error(
                "no step is called \"\(mention.step.excerpt)\"", at: mention.position,
                hint: NearestName.hint(for: mention.step, among: byID.keys.filter { $0 != draft.id }))
        }
    }

    /// Whether an expression leads to something that its step makes.
    private func checkPath(_ mention: StepMention) {
        guard let draft = byID[mention.step] else { return }
        if draft.kind == .effect {
            file.error(
                "\"\(draft.id)\" sends something and makes nothing that a step could be given", at: mention.position)
        } else if let shape = output(of: draft),
            let refusal = shape.refusal(of: mention.path, in: "steps.\(draft.id)")
        {
            file.error(refusal.message, at: mention.position, hint: refusal.hint)
        }
    }

    /// The shape of what a step makes, where that is known.
    func output(of draft: StepDraft) -> Shape? {
        switch draft.work {
        case .agent(let work): context.agents[work.agent]?.output
        case .review(let work): byID[work.of].flatMap { $0.kind == .agent ? output(of: $0) : nil }
        default: nil
        }
    }

    /// `[plan, draft, plan]`: the first circle, from its first step in the file; nil if there is none.
    private func firstCycle() -> [String]? {
        var finished: Set<String> = []
        func walk(_ id: String, _ path: [String]) -> [String]? {
            if let start = path.firstIndex(of: id) { return Array(path[start...]) }
            guard !finished.contains(id) else { return nil }
            for need in byID[id]?.neededSteps.sorted() ?? [] {
                if let cycle = walk(need, path + [id]) { return cycle }
            }
            finished.insert(id)
            return nil
        }
        for draft in drafts {
            guard let cycle = walk(draft.id, []) else { continue }
            let rank = Dictionary(uniqueKeysWithValues: drafts.enumerated().map { ($1.id, $0) })
            let start = cycle.indices.min { rank[cycle[$0], default: 0] < rank[cycle[$1], default: 0] } ?? 0
            return cycle[start...] + cycle[..<start] + [cycle[start]]
        }
        return nil
    }

    /// As in the file, except where a step would come before one that it needs.
    private func ordered() -> [StepDraft] {
        var rest = drafts
        var done: Set<String> = []
        var result: [StepDraft] = []
        while let index = rest.firstIndex(where: { $0.neededSteps.isSubset(of: done) }) {
            let next = rest.remove(at: index)
            done.insert(next.id)
            result.append(next)
        }
        return result
    }

    /// The steps that must have ended before this one can begin.
    func ancestors(of id: String) -> Set<String> {
        var found: Set<String> = []
        var open = byID[id]?.neededSteps.sorted() ?? []
        while let next = open.popLast() {
            if found.insert(next).inserted { open += byID[next]?.neededSteps.sorted() ?? [] }
        }
        return found
    }
}
