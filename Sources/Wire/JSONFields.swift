/// Gathers the fields of a message as JSON, as `WireWriter` gathers their bytes.
public struct JSONFields: Sendable {
    private let style: JSONStyle
    private var fields: [JSON.Field] = []

    /// No fields yet.
    public init(style: JSONStyle) { self.style = style }

    /// The object of all fields so far.
    public var json: JSON { .object(fields) }

    /// A field that is always shown.
    public mutating func present(_ name: String, _ value: some JSONRepresentable) {
        fields.append(JSON.Field(name, value.json(style: style)))
    }

    /// A message without fields.
    public mutating func empty(_ name: String) {
        fields.append(JSON.Field(name, .object([])))
    }

    /// A field with implicit presence: zero and false are left out.
    public mutating func field(_ name: String, _ value: some WireScalar & JSONRepresentable) {
        if value.varint != 0 { present(name, value) }
    }

    /// A field with implicit presence: no text is left out.
    public mutating func field(_ name: String, _ value: String) {
        if !value.isEmpty { present(name, value) }
    }

    /// A repeated field: an empty one is left out.
    public mutating func field(_ name: String, _ values: [some JSONRepresentable]) {
        if !values.isEmpty { fields.append(JSON.Field(name, .array(values.map { $0.json(style: style) }))) }
    }
}
