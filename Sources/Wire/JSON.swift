/// A JSON value (RFC 8259) that keeps the order of its fields and the digits of its numbers.
///
/// Numbers stay text: nothing is rounded, and no float enters a decision.
public enum JSON: Hashable, Sendable {
    case null
    case bool(Bool)
    /// As it stands: `0.50` is not `0.5`.
    case number(String)
    case string(String)
    case array([JSON])
    case object([Field])

    /// One field of an object.
    public struct Field: Hashable, Sendable {
        public let name: String
        public let value: JSON

        public init(_ name: String, _ value: JSON) {
            self.name = name
            self.value = value
        }
    }

    /// An object with these fields, in this order.
    public static func fields(_ fields: (String, JSON)...) -> JSON {
        .object(fields.map { Field($0.0, $0.1) })
    }

    public static func number(_ value: some BinaryInteger) -> JSON { .number(String(value)) }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int) { self = .number(String(value)) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
}

extension JSON {
    /// The value of an object's field; nil if this is no object or has no such field.
    public subscript(_ name: String) -> JSON? {
        guard case .object(let fields) = self else { return nil }
        return fields.first { $0.name == name }?.value
    }

    /// The text of a string.
    public var text: String? { if case .string(let text) = self { text } else { nil } }

    /// The elements of an array.
    public var elements: [JSON]? { if case .array(let elements) = self { elements } else { nil } }

    /// The fields of an object.
    public var members: [Field]? { if case .object(let fields) = self { fields } else { nil } }

    /// A number that is a whole one and fits.
    public var integer: Int64? { if case .number(let digits) = self { Int64(digits) } else { nil } }

    /// The same object with this field set, in its place or at the end.
    public func setting(_ name: String, to value: JSON) -> JSON {
        guard case .object(var fields) = self else { return .object([Field(name, value)]) }
        if let index = fields.firstIndex(where: { $0.name == name }) {
            fields[index] = Field(name, value)
        } else {
            fields.append(Field(name, value))
        }
        return .object(fields)
    }
}
