import Wire

/// `inputs.topic`, `steps.plan.questions`: a way through the job's folded state.
public struct ExpressionPath: Hashable, Sendable {
    public let components: [String]
    /// Bytes from the start of the text that holds it.
    public let offset: Int

    /// The first components that a path may have.
    public static let roots = ["inputs", "steps"]

    init(parsing text: String, at start: Int) throws(ExpressionError) {
        let lead = text.utf8.prefix { $0 == UInt8(ascii: " ") }.count
        offset = start + lead
        let trimmed = text.split(separator: " ").joined(separator: " ")
        guard !trimmed.isEmpty else { throw ExpressionError(message: "an empty expression", offset: start) }
        components = trimmed.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard components.allSatisfy(Self.isName) else {
            throw ExpressionError(
                message: "`\(trimmed)` is not a path; write for example `steps.plan.questions`", offset: offset)
        }
        guard Self.roots.contains(components[0]) else {
            let hint =
                ["secrets", "now", "env"].contains(components[0])
                ? "an agent is never given `\(components[0])`"
                : "`\(components[0])` is unknown; begin with `inputs` or `steps`"
            throw ExpressionError(message: hint, offset: offset)
        }
        guard components.count >= 2 else {
            throw ExpressionError(message: "`\(trimmed)` needs a name behind it", offset: offset)
        }
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    /// The step it leads to, if it leads to one.
    public var step: String? { components[0] == "steps" ? components[1] : nil }

    /// The input it leads to, if it leads to one.
    public var input: String? { components[0] == "inputs" ? components[1] : nil }

    func value(in scope: JSON) throws(ExpressionError) -> JSON {
        var value = scope
        for (depth, component) in components.enumerated() {
            if let next = value[component] {
                value = next
            } else if let elements = value.elements, let index = Int(component), elements.indices.contains(index) {
                value = elements[index]
            } else {
                let place = components[..<depth].joined(separator: ".")
                throw ExpressionError(message: "`\(place)` has no `\(component)`", offset: offset)
            }
        }
        return value
    }
}
