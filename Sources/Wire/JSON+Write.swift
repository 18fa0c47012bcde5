extension JSON: CustomStringConvertible {
    /// The canonical text: no spaces, fields in their order, only what must be escaped is.
    public var description: String {
        var text = ""
        write(to: &text, indent: nil, depth: 0)
        return text
    }

    /// The canonical text as UTF-8.
    public var bytes: [UInt8] { Array(description.utf8) }

    /// For people: two spaces a level.
    public var pretty: String {
        var text = ""
        write(to: &text, indent: "  ", depth: 0)
        return text
    }

    private func write(to text: inout String, indent: String?, depth: Int) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .number(let digits): text += digits
        case .string(let value): Self.quote(value, to: &text)
        case .array(let elements):
            Self.list(elements, "[", "]", to: &text, indent: indent, depth: depth) { element, text in
                element.write(to: &text, indent: indent, depth: depth + 1)
            }
        case .object(let fields):
            Self.list(fields, "{", "}", to: &text, indent: indent, depth: depth) { field, text in
                Self.quote(field.name, to: &text)
                text += indent == nil ? ":" : ": "
                field.value.write(to: &text, indent: indent, depth: depth + 1)
            }
        }
    }

    private static func list<Element>(
        _ elements: [Element], _ open: String, _ close: String, to text: inout String, indent: String?, depth: Int,
        _ write: (Element, inout String) -> Void
    ) {
        text += open
        for (index, element) in elements.enumerated() {
            if index > 0 { text += "," }
            if let indent { text += "\n" + String(repeating: indent, count: depth + 1) }
            write(element, &text)
        }
        if let indent, !elements.isEmpty { text += "\n" + String(repeating: indent, count: depth) }
        text += close
    }

    private static func quote(_ value: String, to text: inout String) {
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{0}"..<" ":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
