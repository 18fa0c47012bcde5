import EventSourcing
import Events
import Jobs
import Wire

/// Everything that the ledger knows about one step of a job.
struct StepAudit {
    let history: JobHistory
    let step: String
    let artifacts: any ArtifactReader
    /// What was cut from contexts is listed too.
    let showsCut: Bool

    var job: String { history.job }
    var name: String { "\(history.job).\(step)" }

    /// One page a call, a question to a person, an effect, or an output that was taken over.
    var pages: [AuditPage] {
        let items = history.items.filter { $0.step == step }
        return items.compactMap { item in
            if item.task != nil, definition(at: item)?.effectWork == nil { return CallAudit(item, in: self)?.page }
            if item.asked != nil { return ReviewAudit(item, in: self)?.page }
            if item.prepared != nil { return EffectAudit(item, in: self).page }
            if let adopted = item.adopted { return page(of: adopted, item) }
            return nil
        }
    }

    func definitions(at item: JobHistory.Item) -> PinnedDefinitions? {
        history.definitions(at: item.version, from: artifacts)
    }

    func definition(at item: JobHistory.Item) -> StepDefinition? { definitions(at: item)?.step(step) }

    private func page(of adopted: StepAdopted, _ item: JobHistory.Item) -> AuditPage {
        let source = "\(adopted.sourceJob).\(adopted.step)"
        return AuditPage(
            heading: AuditPage.heading(name, note: "taken over", item, item, time: Format.time(item.record.time)),
            sections: [
                .init("Asked", "nobody: this step was not made anew"),
                .init("Made", "\(adopted.output.short)\(summary(adopted.output)), in \(source)"),
                .init("Cost", "nothing"),
                .init("Seal", "as complete as that of \(source): daybook audit \(source)"),
            ],
            json: .fields(
                ("kind", "adopted"), ("job", .string(job)), ("step", .string(step)),
                ("position", .number(item.position)),
                ("output", .string(adopted.output.description)), ("source_job", .string(adopted.sourceJob))))
    }

    func json(_ digest: Digest) -> JSON? { artifacts.bytes(digest).flatMap { try? JSON(parsing: $0) } }

    /// `, 612 words`; empty for what says nothing of itself.
    func summary(_ digest: Digest) -> String {
        let words = json(digest).map { OutputSummary.text($0) } ?? (artifacts.isErased(digest) ? "erased" : "")
        return words.isEmpty ? "" : ", \(words)"
    }

    func text(_ digest: Digest?) -> String? {
        digest.flatMap { artifacts.bytes($0) }.map { String(decoding: $0, as: UTF8.self) }
    }
}
