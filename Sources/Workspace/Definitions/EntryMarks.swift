import Documents

/// What a file's frontmatter says about its entry beside title and text: `tags`, `customer`, `valid_from`, `valid_to`.
public struct EntryMarks: Hashable, Sendable {
    static let tagsMax = 16
    static let keys = ["tags", "customer", "valid_from", "valid_to"]

    /// Names such as `pricing`, each once.
    public var tags: [String] = []
    /// The id of the client whose jobs alone may see it; nil for everybody's.
    public var customer: String?
    /// In microseconds since 1970: from when it holds, and the first moment at which it does not any more.
    public var validFrom: Int64?
    public var validTo: Int64?

    /// Says nothing.
    public init() {}

    /// - Parameter isOurs: whether the file is one of the workspace. Other programs have tags of their own, which are
    ///   made names if they can be.
    /// Nil once a problem is reported.
    init?(_ fields: Fields, _ file: TextFile, isOurs: Bool) {
        let before = file.collector.errorCount
        if let node = fields["tags"] { tags = Self.tags(node, file, isOurs: isOurs) }
        if let node = fields["customer"] { customer = file.identifier(node, "customer") }
        validFrom = fields["valid_from"].flatMap { Self.moment($0, "valid_from", file) }
        validTo = fields["valid_to"].flatMap { Self.moment($0, "valid_to", file) }
        if let from = validFrom, let to = validTo, from >= to {
            file.error("it would end before it begins to hold", at: fields.position(of: "valid_to"))
        }
        guard file.collector.errorCount == before else { return nil }
    }

    private static func tags(_ node: YAMLNode, _ file: TextFile, isOurs: Bool) -> [String] {
        let nodes: [YAMLNode]
        switch node.content {
        case .sequence(let elements): nodes = elements
        case .scalar: nodes = [node]
        case .mapping:
            if isOurs { file.error("`tags` is a list: [a, b]", at: node.position) }
            return []
        }
        var tags: [String] = []
        for element in nodes {
            guard case .scalar(let scalar) = element.content else { continue }
            for word in scalar.text.split(separator: ",") {
                let tag = isOurs ? word.drop { $0 == " " }.lowercased() : EntryName.suggestion(for: word)
                guard !tag.isEmpty else { continue }
                guard Identifier.isValid(tag) else {
                    file.error("\"\(tag.excerpt)\" is no tag", at: element.position, hint: Identifier.rule(dots: true))
                    continue
                }
                if !tags.contains(tag) { tags.append(tag) }
            }
        }
        guard tags.count > tagsMax else { return tags }
        if isOurs { file.error("more than \(tagsMax) tags", at: node.position) }
        return Array(tags.prefix(tagsMax))
    }

    private static func moment(_ node: YAMLNode, _ key: String, _ file: TextFile) -> Int64? {
        file.parsed(node, key, hint: "a day such as 2026-11-02, or a time such as 2026-11-02T09:00:00Z") {
            CalendarTime.microseconds(of: $0)
        }
    }
}
