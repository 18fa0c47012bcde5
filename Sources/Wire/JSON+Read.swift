/// Why a text is not JSON that Daybook takes, and where.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    public let message: String
    /// Bytes from the start.
    public let offset: Int
    public var description: String { "\(message) at byte \(offset)" }
}

extension JSON {
    /// The largest text, in bytes.
    public static let bytesMax = 4 << 20
    /// The deepest nesting.
    public static let depthMax = 64

    /// Reads a whole text, strictly: UTF-8, no duplicate fields, no trailing commas, nothing behind it.
    public init(parsing bytes: [UInt8]) throws(JSONError) {
        guard bytes.count <= Self.bytesMax else {
            throw JSONError(message: "larger than \(Self.bytesMax) bytes", offset: Self.bytesMax)
        }
        var parser = JSONParser(bytes: bytes)
        self = try parser.document()
    }

    /// Reads a whole text, strictly.
    public init(parsing text: String) throws(JSONError) {
        try self.init(parsing: Array(text.utf8))
    }
}

private struct JSONParser {
    let bytes: [UInt8]
    var offset = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    func fail(_ message: String) -> JSONError { JSONError(message: message, offset: offset) }

    mutating func document() throws(JSONError) -> JSON {
        let value = try value(depth: 0)
        skipSpace()
        guard offset == bytes.count else { throw fail("something behind the value") }
        return value
    }

    mutating func skipSpace() {
        while offset < bytes.count, [0x20, 0x0a, 0x0d, 0x09].contains(bytes[offset]) { offset += 1 }
    }

    mutating func take(_ byte: Character) -> Bool {
        guard offset < bytes.count, bytes[offset] == byte.asciiValue else { return false }
        offset += 1
        return true
    }

    mutating func value(depth: Int) throws(JSONError) -> JSON {
        guard depth < JSON.depthMax else { throw fail("nested deeper than \(JSON.depthMax)") }
        skipSpace()
        guard offset < bytes.count else { throw fail("the text ends here") }
        switch bytes[offset] {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default:
            for (word, value) in [("null", JSON.null), ("true", .bool(true)), ("false", .bool(false))]
            where bytes[offset...].starts(with: word.utf8) {
                offset += word.utf8.count
                return value
            }
            throw fail("no value")
        }
    }

    mutating func object(depth: Int) throws(JSONError) -> JSON {
        offset += 1
        var fields: [JSON.Field] = []
        var names: Set<String> = []
        skipSpace()
        if take("}") { return .object([]) }
        while true {
            skipSpace()
            guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") else { throw fail("no field name") }
            let name = try string()
            guard names.insert(name).inserted else { throw fail("the field \"\(name)\" stands twice") }
            skipSpace()
            guard take(":") else { throw fail("no colon") }
            fields.append(JSON.Field(name, try value(depth: depth + 1)))
            skipSpace()
            if take("}") { return .object(fields) }
            guard take(",") else { throw fail("no comma or brace") }
        }
    }

    mutating func array(depth: Int) throws(JSONError) -> JSON {
        offset += 1
        var elements: [JSON] = []
        skipSpace()
        if take("]") { return .array([]) }
        while true {
            elements.append(try value(depth: depth + 1))
            skipSpace()
            if take("]") { return .array(elements) }
            guard take(",") else { throw fail("no comma or bracket") }
        }
    }

    mutating func digits() -> Int {
        let start = offset
        while offset < bytes.count, UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[offset] { offset += 1 }
        return offset - start
    }

    mutating func number() throws(JSONError) -> JSON {
        let start = offset
        _ = take("-")
        let leading = offset
        let count = digits()
        guard count > 0, count == 1 || bytes[leading] != UInt8(ascii: "0") else { throw fail("no number") }
        if take("."), digits() == 0 { throw fail("no digits behind the point") }
        if take("e") || take("E") {
            _ = take("+") || take("-")
            if digits() == 0 { throw fail("no digits in the exponent") }
        }
        return .number(String(decoding: bytes[start..<offset], as: UTF8.self))
    }

    mutating func string() throws(JSONError) -> String {
        offset += 1
        var content: [UInt8] = []
        while offset < bytes.count {
            let byte = bytes[offset]
            switch byte {
            case UInt8(ascii: "\""):
                offset += 1
                guard let text = String(validating: content, as: UTF8.self) else { throw fail("not UTF-8") }
                return text
            case UInt8(ascii: "\\"): try escape(into: &content)
            case 0..<0x20: throw fail("a control character in a string")
            default:
                content.append(byte)
                offset += 1
            }
        }
        throw fail("the string does not end")
    }

    mutating func escape(into content: inout [UInt8]) throws(JSONError) {
        offset += 1
        guard offset < bytes.count else { throw fail("the string does not end") }
        let byte = bytes[offset]
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(byte)
        case UInt8(ascii: "n"): content.append(0x0a)
        case UInt8(ascii: "r"): content.append(0x0d)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "f"): content.append(0x0c)
        case UInt8(ascii: "u"):
            var unit = try hexUnit()
            if 0xd800..<0xdc00 ~= unit {
                guard take("\\"), take("u") else { throw fail("half a surrogate pair") }
                let low = try hexUnit()
                guard 0xdc00..<0xe000 ~= low else { throw fail("half a surrogate pair") }
                unit = 0x10000 + (unit - 0xd800) << 10 + (low - 0xdc00)
            }
            guard let scalar = UnicodeScalar(unit) else { throw fail("half a surrogate pair") }
            content += Array(String(Character(scalar)).utf8)
        default: throw fail("an unknown escape")
        }
    }

    mutating func hexUnit() throws(JSONError) -> UInt32 {
        guard offset + 4 <= bytes.count,
            let unit = UInt32(String(decoding: bytes[offset..<offset + 4], as: UTF8.self), radix: 16),
            bytes[offset] != UInt8(ascii: "+"), bytes[offset] != UInt8(ascii: "-")
        else { throw fail("no four hexadecimal digits") }
        offset += 4
        return unit
    }
}
