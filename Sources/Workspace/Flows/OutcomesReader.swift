import Events

/// `outcomes`: which figures of which effect are wanted, and when.
struct OutcomesReader {
    let file: TextFile
    let steps: [StepDraft]
    let context: FlowContext

    func read(_ fields: Fields) -> [OutcomeSource] {
        guard let node = fields["outcomes"] else { return [] }
        var nodes = [node]
        if case .sequence(let elements) = node.content { nodes = elements }
        let sources = nodes.compactMap { source($0) }
        fields.noteIdle("outcomes")
        return sources
    }

    private func source(_ node: YAMLNode) -> OutcomeSource? {
        guard let fields = Fields(node, of: "`outcomes`", in: file, keys: ["of", "from", "at"]) else { return nil }
        let of = fields.required("of", hint: "an effect step").flatMap { effectStep($0) }
        let from = fields.required("from", hint: "for example `newsletter.analytics`").flatMap { file.line($0, "from") }
        let at = fields.required("at", hint: "`at: [48h, 7d]`").flatMap { node -> [UInt64]? in
            guard let elements = file.list(node, "at", max: 8) else { return nil }
            let times = elements.compactMap { file.duration($0, "at") }
            return times.count == elements.count ? times : nil
        }
        guard let of, let from, let at else { return nil }
        return OutcomeSource(of: of, from: from, atMs: at)
    }

    private func effectStep(_ node: YAMLNode) -> String? {
        guard let name = file.text(node, "of") else { return nil }
        let effects = steps.filter { $0.kind == .effect }.map(\.id)
        if effects.contains(name) { return name }
        let isStep = steps.contains { $0.id == name }
        file.error(
            isStep ? "\"\(name)\" is no effect, and has no outcomes" : "no step is called \"\(name.excerpt)\"",
            at: node.position, hint: NearestName.hint(for: name, among: effects))
        return nil
    }
}
