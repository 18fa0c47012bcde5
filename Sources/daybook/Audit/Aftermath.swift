import EventSourcing
import Events
import Jobs
import Wire

/// What followed from an output: who used it, what a person said, what went out, what came of it.
struct Aftermath {
    private let audit: StepAudit
    private let completed: JobHistory.Item
    private let output: Digest

    /// - Parameter completed: of a TaskCompleted.
    init?(of completed: JobHistory.Item, in audit: StepAudit) {
        guard let output = completed.completed?.output else { return nil }
        self.audit = audit
        self.completed = completed
        self.output = output
    }

    private var later: ArraySlice<JobHistory.Item> { audit.history.items.dropFirst(Int(completed.version)) }

    var consequences: [Consequence] {
        var drafts = [output]
        var found: [Consequence] = uses
        for question in later {
            guard let asked = question.asked, subject(asked)?.draft == output else { continue }
            let end = ReviewAudit.end(of: question, in: audit.history)
            found.append(
                Consequence(
                    position: (end ?? question).position, words: ReviewAudit.words(end, asked.kind, seen: output, audit)
                ))
            if case .edit(let edit)? = end?.decided?.verdict { drafts.append(edit.draft) }
        }
        for effect in later where effect.prepared.map({ drafts.contains($0.draft) }) ?? false {
            found += EffectAudit(effect, in: audit).consequences
        }
        return found.sorted { $0.position < $1.position }
    }

    /// Later steps that this went into; a review is told in words of its own.
    private var uses: [Consequence] {
        later.compactMap { item in
            guard let task = item.task, task.why != .prepare,
                task.inputs.contains(where: { $0.version == completed.version })
            else { return nil }
            return Consequence(position: item.position, words: "went into \(audit.job).\(task.step) @\(item.position)")
        }
    }

    private func subject(_ asked: ApprovalRequested) -> ApprovalSubject? {
        audit.artifacts.bytes(asked.subject).flatMap { try? ApprovalSubject(wireBytes: $0) }
    }
}

extension CallAudit {
    /// What followed from this attempt, in the order of the events.
    var consequences: [Consequence] {
        if let result, result.completed != nil { return Aftermath(of: result, in: audit)?.consequences ?? [] }
        if let result, let failed = result.failed {
            return [Consequence(position: result.position, words: "given up @\(result.position): \(failed.detail)")]
        }
        guard let next, let again = next.task else { return [] }
        let wait = again.notBeforeUs > 0 ? ", not before \(Format.time(again.notBeforeUs))" : ""
        let words =
            switch again.why {
            case .fallback: "falls back to \(again.executor) @\(next.position)"
            case .redo: "made anew @\(next.position)"
            case .first, .retry, .prepare: "tried again @\(next.position)\(wait)"
            }
        return [Consequence(position: next.position, words: words)]
    }
}
