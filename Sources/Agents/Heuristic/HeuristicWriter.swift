import Wire

/// Fills a shape from the material of one request. What a field gets follows from its name and its kind.
struct HeuristicWriter {
    /// Elements of a list.
    static let elementsMax = 5
    /// What is written about if nothing better is known.
    static let topicDefault = "small changes"

    let notes: [String]
    let wishes: Wishes
    let ranking: Ranking
    let past: [Passage]
    let topic: String
    let draft: Draft
    /// What the questions of the step's inputs ask.
    let questions: [String]
    /// Subjects of earlier issues that readers opened, the most opened first.
    let opened: [String]
    private let with: JSON

    init(_ request: HeuristicRequest) {
        notes = request.notes
        with = request.with
        wishes = Wishes(request.notes)
        let passages = Passage.all(of: request)
        past = passages.filter { $0.role == .past }
        questions = Self.questions(in: request.with)
        opened = TopicChoice.openedSubjects(of: passages)
        let asked = TopicChoice.asked(in: request.with)
        let query = Set(Terms.of(asked ?? "") + questions.flatMap { Terms.of($0) } + wishes.terms)
        let choices = [Passage.Role.material, .background, .past].map { role in passages.filter { $0.role == role } }
        ranking = Ranking(choices.first { !$0.isEmpty } ?? [], query: query)
        let found = asked ?? TopicChoice.best(ranking, passages: passages)
        topic = found.isEmpty ? Self.topicDefault : found.onOneLine
        draft = Draft(ranking, topic: topic, wishes: wishes)
    }

    /// The value of a field.
    /// - Parameters:
    ///   - name: the field's; a list's elements have the list's.
    ///   - subject: what the object around the field is about.
    func value(of shape: OutputShape, named name: String, about subject: Excerpt?) -> JSON {
        switch shape {
        case .text(let max): .string(text(named: name, max: max, about: subject))
        case .markdown(let max): .string(markdown(named: name, max: max, about: subject))
        case .url(let max): .string(url(max: max, about: subject))
        case .number: number(named: name) ?? .number("0")
        case .boolean: .bool(false)
        case .list(let element): .array(elements(of: element, named: name, about: subject))
        case .object(let fields): object(fields, about: subject)
        }
    }

    private func object(_ fields: [OutputShape.Field], about subject: Excerpt?) -> JSON {
        .object(
            fields.compactMap { field in
                let value = value(of: field.shape, named: field.name, about: subject)
                return field.isOptional && isVoid(value, of: field) ? nil : JSON.Field(field.name, value)
            })
    }

    /// Whether an optional field says nothing and can be left out.
    private func isVoid(_ value: JSON, of field: OutputShape.Field) -> Bool {
        switch field.shape {
        case .text, .markdown, .list(.text): value == .string("") || value == .array([]) || isIdle(field.name)
        case .number: number(named: field.name) == nil
        case .boolean: true
        case .url: value == .string("")
        case .list: value == .array([])
        case .object: value == .object([])
        }
    }

    /// Whether this is where notes are acknowledged, and there are none.
    private func isIdle(_ name: String) -> Bool { notes.isEmpty && Self.isNotes(name.lowercased()) }

    /// What can be counted, and the agent's own confidence: no other number is known here.
    private func number(named name: String) -> JSON? {
        switch name.lowercased() {
        // From 0.20 to 0.50, by how much there was to go by: sentences in a row are not yet a thought.
        case "confidence": .number("0.\(20 + 5 * min(ranking.passages.count, 6))")
        case "read", "seen", "considered", "sources": .number(ranking.passages.count)
        case "kept", "chosen", "selected", "findings": .number(findings.count)
        default: nil
        }
    }

    /// The questions that the step's inputs hold, wherever they stand.
    private static func questions(in value: JSON) -> [String] {
        switch value {
        case .string(let text): text.trimmed.hasSuffix("?") && text.count < 300 ? [text.trimmed] : []
        case .array(let elements): elements.flatMap { questions(in: $0) }
        case .object(let fields): fields.flatMap { questions(in: $0.value) }
        case .null, .bool, .number: []
        }
    }

    /// A text that the step's inputs hold under one of these names.
    func given(_ names: [String]) -> String? {
        for place in [with] + (with.members ?? []).map(\.value) {
            for name in names {
                if let text = place[name]?.text?.onOneLine, !text.isEmpty { return text }
            }
        }
        return nil
    }
}
