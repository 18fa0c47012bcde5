import Events
import Jobs

extension FlowChecks {
    /// Nothing leaves before a person saw its exact bytes: each effect is shown by one review, and sends what that
    /// review approved.
    func checkGates() {
        let errors = file.collector.errorCount
        for draft in drafts { if case .review(let work) = draft.work { checkReview(work, draft) } }
        // An effect that a broken review meant to show would only be told twice.
        guard file.collector.errorCount == errors else { return }
        for draft in drafts { if case .effect(let work) = draft.work { checkEffect(work, draft) } }
    }

    private func checkReview(_ work: ReviewWork, _ draft: StepDraft) {
        if let of = byID[work.of], of.kind != .agent {
            file.error(
                "\"\(of.id)\" is a \(of.kind.rawValue) step; a person reviews what an agent made",
                at: draft.needs.first { $0.step == of.id }?.position,
                hint: NearestName.hint(for: of.id, among: ids(.agent)))
        }
        if let redo = work.onRespond?.redo, let step = byID[redo] {
            let before = ancestors(of: work.of).union([work.of])
            if step.kind != .agent || !before.contains(redo) {
                file.error(
                    "doing \"\(redo)\" again would not change \"\(work.of)\"",
                    at: draft.needs.last { $0.step == redo }?.position,
                    hint: NearestName.hint(for: redo, among: before.filter { byID[$0]?.kind == .agent }))
            }
        }
        guard !work.shows.isEmpty else { return }
        guard let shown = byID[work.shows] else {
            file.error(
                "no step is called \"\(work.shows.excerpt)\"", at: draft.showsPosition,
                hint: NearestName.hint(for: work.shows, among: ids(.effect)))
            return
        }
        if shown.kind != .effect {
            file.error(
                "\"\(shown.id)\" is \(shown.kind == .agent ? "an" : "a") \(shown.kind.rawValue) step; "
                    + "`shows` names the effect whose exact bytes are approved",
                at: draft.showsPosition, hint: NearestName.hint(for: shown.id, among: ids(.effect)))
        }
    }

    private func checkEffect(_ work: EffectWork, _ draft: StepDraft) {
        let reviews = drafts.filter { candidate in
            if case .review(let review) = candidate.work { review.shows == draft.id } else { false }
        }
        guard let review = reviews.first, reviews.count == 1 else {
            file.error(
                reviews.isEmpty
                    ? "nobody would see what \"\(draft.id)\" sends before it is sent"
                    : "two reviews show \"\(draft.id)\"; one decision binds one mail", at: draft.position,
                hint: "one review step says `shows: \(draft.id)`")
            return
        }
        guard let source = draft.expressions.last else { return }
        guard source.step == review.id, source.path.isEmpty else {
            file.error(
                "\"\(draft.id)\" would send something else than what \"\(review.id)\" approved", at: source.position,
                hint: "`mail: \"${{ steps.\(review.id) }}\"`")
            return
        }
        guard let shape = output(of: review) else { return }
        for name in ["subject", "body"] {
            let field = shape.fields.first { $0.name == name }
            if let field, !field.optional, [.text, .markdown].contains(field.shape.kind) { continue }
            file.error(
                "a mail has a `\(name)`, and the output that \"\(review.id)\" approves has none", at: source.position,
                hint: "the agent's `output: {subject: text(60), body: markdown}`")
            return
        }
    }

    private func ids(_ kind: StepDraft.Kind) -> [String] { drafts.filter { $0.kind == kind }.map(\.id) }
}
