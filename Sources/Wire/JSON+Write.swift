extension JSON: CustomStringConvertible {
    /// The canonical text: no spaces, fields in their order, only what must be escaped is.
    public var description: String { String(decoding: bytes, as: UTF8.self) }

    /// The canonical text as UTF-8.
    public var bytes: [UInt8] {
        var printer = JSONPrinter(isPretty: false)
        printer.write(self, depth: 0)
        return printer.text
    }

    /// For people: two spaces a level.
    public var pretty: String {
        var printer = JSONPrinter(isPretty: true)
        printer.write(self, depth: 0)
        return String(decoding: printer.text, as: UTF8.self)
    }
}

private struct JSONPrinter {
    let isPretty: Bool
    private(set) var text: [UInt8] = []

    init(isPretty: Bool) { self.isPretty = isPretty }

    mutating func write(_ value: JSON, depth: Int) {
        switch value {
        case .null: text += "null".utf8
        case .bool(let value): text += (value ? "true" : "false").utf8
        case .number(let digits): text += digits.utf8
        case .string(let value): quote(value)
        case .array(let elements):
            list(elements, "[", "]", depth: depth) { printer, element in printer.write(element, depth: depth + 1) }
        case .object(let fields):
            list(fields, "{", "}", depth: depth) { printer, field in
                printer.quote(field.name)
                printer.text += (printer.isPretty ? ": " : ":").utf8
                printer.write(field.value, depth: depth + 1)
            }
        }
    }

    private mutating func list<Element>(
        _ elements: [Element], _ open: Unicode.Scalar, _ close: Unicode.Scalar, depth: Int,
        _ write: (inout JSONPrinter, Element) -> Void
    ) {
        text.append(UInt8(ascii: open))
        for (index, element) in elements.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            newLine(depth: depth + 1)
            write(&self, element)
        }
        if !elements.isEmpty { newLine(depth: depth) }
        text.append(UInt8(ascii: close))
    }

    private mutating func newLine(depth: Int) {
        guard isPretty else { return }
        text.append(UInt8(ascii: "\n"))
        text += repeatElement(UInt8(ascii: " "), count: 2 * depth)
    }

    /// Control characters, quotes and backslashes are escaped (RFC 8259, section 7), and nothing else.
    private mutating func quote(_ value: String) {
        text.append(UInt8(ascii: "\""))
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\""): text += #"\""#.utf8
            case UInt8(ascii: "\\"): text += #"\\"#.utf8
            case UInt8(ascii: "\n"): text += #"\n"#.utf8
            case UInt8(ascii: "\r"): text += #"\r"#.utf8
            case UInt8(ascii: "\t"): text += #"\t"#.utf8
            case 0..<0x20: text += "\\u00\([byte].hex)".utf8
            default: text.append(byte)
            }
        }
        text.append(UInt8(ascii: "\""))
    }
}
