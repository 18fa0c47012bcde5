import Wire

/// What the answer must look like: the native form of an agent's `output`.
indirect enum OutputShape: Hashable {
    /// The deepest nesting.
    static let depthMax = 32
    /// The longest text where the shape sets no limit, in characters.
    static let textMaxDefault = 2_000
    /// The longest Markdown where the shape sets no limit, in characters.
    static let markdownMaxDefault = 60_000

    case text(max: Int)
    case markdown(max: Int)
    case url(max: Int)
    case number
    case boolean
    case list(OutputShape)
    case object([Field])

    struct Field: Hashable {
        let name: String
        let isOptional: Bool
        let shape: OutputShape
    }

    init(_ json: JSON, depth: Int) throws(HeuristicError) {
        guard depth < Self.depthMax else { throw HeuristicError("nests its shape deeper than \(Self.depthMax)") }
        func max(_ other: Int) -> Int {
            let max = json["max"]?.integer ?? 0
            return max > 0 ? Int(clamping: max) : other
        }
        switch json["kind"]?.text {
        case "text": self = .text(max: max(Self.textMaxDefault))
        case "markdown": self = .markdown(max: max(Self.markdownMaxDefault))
        case "url": self = .url(max: max(Self.textMaxDefault))
        case "number": self = .number
        case "boolean": self = .boolean
        case "list":
            guard let element = json["element"] else { throw HeuristicError("has a list of nothing in its shape") }
            self = .list(try OutputShape(element, depth: depth + 1))
        case "object":
            var fields: [Field] = []
            for field in json["fields"]?.elements ?? [] {
                guard let name = field["name"]?.text, let shape = field["shape"] else {
                    throw HeuristicError("has a field without name or shape")
                }
                fields.append(
                    Field(
                        name: name, isOptional: field["optional"] == .bool(true),
                        shape: try OutputShape(shape, depth: depth + 1)))
            }
            self = .object(fields)
        default: throw HeuristicError("has an unknown kind in its shape")
        }
    }
}
