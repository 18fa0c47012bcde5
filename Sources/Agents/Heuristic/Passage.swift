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
        /// The step's own inputs.
        case material
        /// Notes that were recalled: material where the inputs hold none.
        case background
        /// What was written before: material where there is nothing else.
        case past
        /// How earlier issues did.
        case outcomes
        /// Who reads it.
        case audience
    }

    /// How the text is named for a reader: its title, or where it is from.
    var name: String { title.isEmpty ? source : title }

    /// Its address, or what else it is called.
    var origin: String { url.isEmpty ? source : url }
}

extension Passage {
    /// The passages of a request, the step's inputs first, in their order; what is from one place is one passage.
    static func all(of request: HeuristicRequest) -> [Passage] {
        var passages: [Passage] = []
        collect(request.with, name: "", into: &passages)
        passages += request.context.map { item in
            let heading = item.text.split(separator: "\n").first.map(String.init) ?? ""
            let title =
                item.title.isEmpty && heading.hasPrefix("#") ? heading.drop { "# ".contains($0) } : item.title[...]
            // Chunks of an entry are called `pricing@2 1/4`.
            let source = String(item.source.prefix { $0 != " " })
            return Passage(
                title: String(title), text: item.text, url: isWebAddress(source) ? source : "", source: source,
                role: Role(label: item.label, source: source))
        }
        return merged(passages)
    }

    /// What asks, plans or has been noted is no material.
    private static let askingNames: Set = ["plan", "questions", "question", "topic", "angle", "avoid"]
    private static let textNames = [
        "text", "body", "content", "summary", "claim", "finding", "fact", "quote", "statement", "description",
    ]
    private static let titleNames = ["title", "headline", "name", "subject"]
    private static let addressNames = ["url", "source", "link", "href", "id"]
    /// A plain string this long is material; a shorter one says what is wanted.
    private static let materialLength = 120

    private static func collect(_ value: JSON, name: String, into passages: inout [Passage]) {
        guard !askingNames.contains(name) else { return }
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
                        source: first(["source"]) ?? (address.isEmpty ? name : address), role: .material))
            }
            for field in fields where first(textNames) == nil || field.value.text == nil {
                collect(field.value, name: field.name, into: &passages)
            }
        case .string(let text) where text.count >= materialLength && !text.hasSuffix("?"):
            passages.append(Passage(title: "", text: text, url: "", source: name, role: .material))
        case .string, .number, .bool, .null: break
        }
    }

    private static func merged(_ passages: [Passage]) -> [Passage] {
        var places: [String: Int] = [:]
        var seen: Set<String> = []
        var merged: [Passage] = []
        for passage in passages where seen.insert(passage.text).inserted {
            // Rows of figures stay rows.
            guard let place = places[passage.origin], !passage.origin.isEmpty, passage.role != .outcomes,
                merged[place].role == passage.role, merged[place].title == passage.title
            else {
                places[passage.origin] = merged.count
                merged.append(passage)
                continue
            }
            let before = merged[place]
            merged[place] = Passage(
                title: before.title, text: before.text + "\n\n" + passage.text, url: before.url, source: before.source,
                role: before.role)
        }
        return merged
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
                .background
            }
    }
}
