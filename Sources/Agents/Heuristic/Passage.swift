import Wire

/// A piece of material: where it is from, and what it says.
struct Passage: Hashable {
    let title: String
    let text: String
    /// An http(s) URL, or empty.
    let url: String
    /// What it is called where there is no URL.
    let source: String
    let role: Role

    /// What a passage is good for.
    enum Role: Hashable {
        /// Fresh material: the step's inputs, and notes that were recalled.
        case material
        /// What was written before: only where there is nothing fresh.
        case past
        /// How earlier issues did.
        case outcomes
        /// Who reads it.
        case audience
    }

    /// How the text is named for a reader: its title, or where it is from.
    var name: String { title.isEmpty ? source : title }
}

extension Passage {
    private static let textNames = [
        "text", "body", "content", "summary", "claim", "finding", "fact", "quote", "statement", "description",
    ]
    private static let titleNames = ["title", "headline", "name", "subject"]
    private static let addressNames = ["url", "source", "link", "href"]
    /// A plain string this long is material; a shorter one says what is wanted.
    private static let materialLength = 120

    /// The passages of a request, the step's inputs first, in their order.
    static func all(of request: HeuristicRequest) -> [Passage] {
        var passages: [Passage] = []
        collect(request.with, name: "", into: &passages)
        passages += request.context.map { item in
            let heading = item.text.split(separator: "\n").first.map(String.init) ?? ""
            let title = item.title.isEmpty && heading.hasPrefix("#") ? heading.drop { "# ".contains($0) } : item.title[...]
            return Passage(
                title: String(title), text: item.text, url: isWebAddress(item.source) ? item.source : "",
                source: item.source, role: Role(label: item.label, source: item.source))
        }
        var seen: Set<String> = []
        return passages.filter { seen.insert($0.text).inserted }
    }

    private static func collect(_ value: JSON, name: String, into passages: inout [Passage]) {
        switch value {
        case .array(let elements):
            for element in elements { collect(element, name: name, into: &passages) }
        case .object(let fields):
            func first(_ names: [String]) -> String? {
                names.lazy.compactMap { value[$0]?.text }.first { !$0.isEmpty }
            }
            if let text = first(textNames) {
                let address = addressNames.lazy.compactMap { value[$0]?.text }.first(where: isWebAddress) ?? ""
                passages.append(
                    Passage(
                        title: first(titleNames) ?? "", text: text, url: address,
                        source: value["source"]?.text ?? (address.isEmpty ? name : address), role: .material))
            }
            for field in fields where field.value.members != nil || field.value.elements != nil {
                collect(field.value, name: field.name, into: &passages)
            }
            if first(textNames) == nil {
                for field in fields { collectText(field, into: &passages) }
            }
        case .string(let text) where text.count >= materialLength && !text.hasSuffix("?"):
            passages.append(Passage(title: "", text: text, url: "", source: name, role: .material))
        case .string, .number, .bool, .null: break
        }
    }

    private static func collectText(_ field: JSON.Field, into passages: inout [Passage]) {
        if case .string = field.value { collect(field.value, name: field.name, into: &passages) }
    }

    static func isWebAddress(_ text: String) -> Bool {
        (text.hasPrefix("https://") || text.hasPrefix("http://")) && !text.contains { $0.isWhitespace || $0 == ")" }
    }
}

extension Passage.Role {
    fileprivate init(label: String, source: String) {
        func isNamed(_ words: String...) -> Bool {
            words.contains { label.lowercased().hasPrefix($0) || source.lowercased().hasPrefix($0) }
        }
        self =
            if isNamed("result", "outcome", "metric", "figure") {
                .outcomes
            } else if isNamed("past", "issue", "archive", "previous") {
                .past
            } else if isNamed("persona", "audience", "reader") {
                .audience
            } else {
                .material
            }
    }
}
