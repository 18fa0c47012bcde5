import Events
import Jobs
import Wire

/// Reads one step.
struct StepReader {
    static let attemptsDefault: UInt32 = 3
    static let attemptsMax: UInt32 = 10
    static let agentTimeoutDefault: UInt64 = 600_000
    static let readTimeoutDefault: UInt64 = 60_000
    static let backoffDefault: UInt64 = 1_000

    /// What each kind of step may say, beside `id`, `needs` and the kind itself.
    static let keys: [StepDraft.Kind: [String]] = [
        .agent: ["with", "recall", "remember", "retry", "timeout", "ladder"],
        .read: ["items_max", "retry", "timeout"],
        .review: ["shows", "on_respond", "expires"],
        .effect: ["with", "retry"],
    ]

    static let refusals: Fields.Refusals = [
        "wait": "this version has agent, read, review and effect steps",
        "team": "this version has agent, read, review and effect steps",
        "plan": "this version has agent, read, review and effect steps",
        "model": "the models of a step stand in its `ladder`, or in the agent's file",
    ]

    let file: TextFile
    let context: FlowContext
    let inputs: KnownNames
    var needs: [StepMention] = []
    var expressions: [StepMention] = []

    init(file: TextFile, context: FlowContext, inputs: KnownNames) {
        self.file = file
        self.context = context
        self.inputs = inputs
    }

    /// Nil, once it is reported, if the step has no id or no kind.
    consuming func step(_ node: YAMLNode) -> StepDraft? {
        let kinds = [StepDraft.Kind.agent, .read, .review, .effect]
        guard case .mapping(let pairs) = node.content else {
            file.error("a step is a mapping, and this is \(node.kindName)", at: node.position, hint: "`- id: draft`")
            return nil
        }
        let present = kinds.filter { kind in pairs.contains { $0.key == kind.rawValue } }
        let refused = pairs.first { Self.refusals[$0.key] != nil }
        guard let kind = present.first, present.count == 1 else {
            if present.isEmpty, let refused {
                file.error(
                    "`\(refused.key)` is not taken", at: refused.position, hint: Self.refusals[refused.key])
            } else {
                let names = present.map { "`\($0.rawValue)`" }.joined(separator: " and ")
                file.error(
                    present.isEmpty ? "a step says what it does" : "a step does one thing, and this has \(names)",
                    at: node.position, hint: "one of `agent:`, `read:`, `review:`, `effect:`")
            }
            return nil
        }
        let errors = file.collector.errorCount
        let keys = ["id", "needs", kind.rawValue] + (Self.keys[kind] ?? [])
        let article = kind == .agent || kind == .effect ? "an" : "a"
        guard
            let fields = Fields(
                node, of: "\(article) \(kind.rawValue) step", in: file, keys: keys, refusals: Self.refusals),
            let idNode = fields.required("id", hint: "`id: draft`"),
            let id = file.identifier(idNode, "id", dots: false)
        else { return nil }
        if let node = fields["needs"] { readNeeds(node) }
        var draft = StepDraft(id: id, position: idNode.position, kind: kind)
        switch kind {
        case .agent: draft.work = agent(fields).map { .agent($0) }
        case .read: draft.work = reading(fields).map { .read($0) }
        case .review: draft.work = review(fields).map { .review($0) }
        case .effect: draft.work = effect(fields).map { .effect($0) }
        }
        if file.collector.errorCount > errors { draft.work = nil }
        draft.needs = needs
        draft.expressions = expressions
        draft.showsPosition = fields["shows"]?.position
        return draft
    }

    private mutating func readNeeds(_ node: YAMLNode) {
        guard let elements = file.list(node, "needs", max: FlowFile.stepsMax) else { return }
        for element in elements {
            guard let step = file.text(element, "needs") else { continue }
            needs.append(StepMention(step: step, position: element.position))
        }
    }

    /// A text with expressions in it; nil once a problem is reported.
    mutating func template(_ node: YAMLNode, _ key: String) -> (text: String, parsed: ExpressionTemplate)? {
        guard let text = file.text(node, key) else { return nil }
        let parsed: ExpressionTemplate
        do throws(ExpressionError) {
            parsed = try ExpressionTemplate(parsing: text)
        } catch {
            file.error(
                error.message, at: file.position(ofByte: error.offset, in: node),
                hint: "an expression looks like this: \"${{ steps.plan.questions }}\"")
            return nil
        }
        var isSound = true
        for path in parsed.paths {
            let position = file.position(ofByte: path.offset, in: node)
            if let step = path.step {
                expressions.append(StepMention(step: step, position: position, path: path.components.dropFirst(2)))
            }
            guard let input = path.input else { continue }
            if !inputs.contains(input) {
                file.error(
                    "unknown input \"\(input)\"", at: position,
                    hint: NearestName.hint(for: input, among: inputs.names)
                        ?? "declare it: `on: {manual: {inputs: {\(input): {type: text}}}}`")
                isSound = false
            } else if path.components.count > 2 {
                file.error("an input is a text and has nothing inside", at: position)
                isSound = false
            }
        }
        return isSound ? (text, parsed) : nil
    }

    func retry(_ fields: Fields) -> RetryPolicy? {
        guard let node = fields["retry"] else {
            return RetryPolicy(attempts: Self.attemptsDefault, backoffMs: Self.backoffDefault)
        }
        guard let retry = Fields(node, of: "`retry`", in: file, keys: ["max", "backoff"]),
            let attempts = settled(
                retry["max"].map { file.integer($0, "max", in: 1...Self.attemptsMax) }, or: Self.attemptsDefault),
            let backoff = settled(retry["backoff"].map { file.duration($0, "backoff") }, or: Self.backoffDefault)
        else { return nil }
        return RetryPolicy(attempts: attempts, backoffMs: backoff)
    }

    func timeout(_ fields: Fields, or standard: UInt64) -> UInt64? {
        settled(fields["timeout"].map { file.duration($0, "timeout") }, or: standard)
    }
}
