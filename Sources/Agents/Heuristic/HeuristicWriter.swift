import Wire

/// Fills a shape from the material of one request. What a field gets follows from its name and its kind.
struct HeuristicWriter {
    /// Elements of a list.
    static let elementsMax = 5

    let notes: [String]
    let wishes: Wishes
    let ranking: Ranking
    let topic: String
    let draft: Draft
    /// What the questions of the step's inputs ask.
    let questions: [String]
    private let with: JSON

    init(_ request: HeuristicRequest) {
        notes = request.notes
        with = request.with
        wishes = Wishes(request.notes)
        let passages = Passage.all(of: request)
        let asked = TopicChoice.asked(in: request.with)
        questions = Self.questions(in: request.with)
        let query = Set(Terms.of(asked ?? "") + questions.flatMap { Terms.of($0) } + wishes.terms)
        let material = passages.filter { $0.role == .material }
        ranking = Ranking(material.isEmpty ? passages.filter { $0.role == .past } : material, query: query)
        topic = (asked ?? TopicChoice.best(ranking, passages: passages)).replacing("\n", with: " ")
        draft = Draft(ranking, topic: topic, wishes: wishes)
    }

    /// The value of a field.
    /// - Parameters:
    ///   - name: the field's; a list's elements have the list's.
    ///   - subject: the sentence that the object around the field is about.
    func value(of shape: OutputShape, named name: String, about subject: Sentence?) -> JSON {
        switch shape {
        case .text(let max): .string(text(named: name, max: max, about: subject))
        case .markdown(let max): .string(markdown(named: name, max: max, about: subject))
        case .url(let max): .string(url(max: max, about: subject))
        case .number: .number(Self.isConfidence(name) ? confidence : "0")
        case .boolean: .bool(false)
        case .list(let element): .array(elements(of: element, named: name, about: subject))
        case .object(let fields): object(fields, about: subject)
        }
    }

    private func object(_ fields: [OutputShape.Field], about subject: Sentence?) -> JSON {
        .object(
            fields.compactMap { field in
                let value = value(of: field.shape, named: field.name, about: subject)
                return field.isOptional && isVoid(value, of: field) ? nil : JSON.Field(field.name, value)
            })
    }

    /// Whether an optional field says nothing and can be left out.
    private func isVoid(_ value: JSON, of field: OutputShape.Field) -> Bool {
        switch field.shape {
        case .number: !Self.isConfidence(field.name)
        case .boolean: true
        case .text, .markdown, .url: value == .string("")
        case .list: value == .array([])
        case .object: value == .object([])
        }
    }

    private static func isConfidence(_ name: String) -> Bool { name.lowercased().hasSuffix("confidence") }

    /// From 0.2 to 0.5, by how much material there was: sentences in a row are not yet a thought.
    private var confidence: String {
        "0.\(20 + 5 * min(ranking.bestPassages(6).count, 6))"
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
                if let text = place[name]?.text?.trimmed, !text.isEmpty { return text }
            }
        }
        return nil
    }
}
