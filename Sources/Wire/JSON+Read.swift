/// Why a text is not JSON that Daybook takes, and where.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, in words.
    public let message: String
    /// Bytes from the start.
    public let offset: Int
    /// Counted from 1.
    public let line: Int
    /// Bytes from the start of the line, counted from 1.
    public let column: Int

    public var description: String { "\(message) at line \(line), column \(column)" }

    init(_ message: String, at offset: Int, in bytes: [UInt8]) {
        let before = bytes.prefix(offset)
        self.message = message
        self.offset = offset
        line = 1 + before.count { $0 == UInt8(ascii: "\n") }
        column = 1 + before.reversed().prefix { $0 != UInt8(ascii: "\n") }.count
    }
}

extension JSON {
    /// The largest text, in bytes.
    public static let bytesMax = 4 << 20
    /// The deepest nesting.
    public static let depthMax = 64

    /// Reads a whole text, strictly (RFC 8259): UTF-8, no trailing commas, nothing behind it; no field twice, and also
    /// no two that differ only in how Unicode composes them.
    ///
    /// - Throws: `JSONError` with the place, also for more than `bytesMax` bytes or `depthMax` levels.
    public init(parsing bytes: [UInt8], bytesMax: Int = Self.bytesMax) throws(JSONError) {
        guard bytes.count <= bytesMax else {
            throw JSONError("larger than \(bytesMax) bytes", at: bytesMax, in: bytes)
        }
        var parser = JSONParser(bytes: bytes)
        self = try parser.document()
    }

    /// Reads a whole text, as strictly as its bytes.
    public init(parsing text: String) throws(JSONError) {
        try self.init(parsing: Array(text.utf8))
    }
}

/// A parser by recursive descent; `depthMax` bounds the descent.
private struct JSONParser {
    let bytes: [UInt8]
    private var offset = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    private func fail(_ message: String) -> JSONError { JSONError(message, at: offset, in: bytes) }

    /// The byte at hand, or nil at the end.
    private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    mutating func document() throws(JSONError) -> JSON {
        let value = try value(depth: 0)
        skipSpace()
        guard next == nil else { throw fail("there is something behind the value") }
        return value
    }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { offset += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        offset += 1
        return true
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSON {
        skipSpace()
        guard depth < JSON.depthMax else { throw fail("nested deeper than \(JSON.depthMax) levels") }
        guard let byte = next else { throw fail("the text ends where a value should be") }
        switch byte {
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
            throw fail("this is no value")
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSON {
        offset += 1
        var fields: [JSON.Field] = []
        var names: Set<String> = []
        skipSpace()
        if take("}") { return .object([]) }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw fail("a field's name in quotes should be here") }
            let name = try string()
            guard names.insert(name).inserted else { throw fail("the field \"\(name)\" is there twice") }
            skipSpace()
            guard take(":") else { throw fail("a colon should be here") }
            fields.append(JSON.Field(name, try value(depth: depth + 1)))
            skipSpace()
            if take("}") { return .object(fields) }
            guard take(",") else { throw fail("a comma or a closing brace should be here") }
        }
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSON {
        offset += 1
        var elements: [JSON] = []
        skipSpace()
        if take("]") { return .array([]) }
        while true {
            elements.append(try value(depth: depth + 1))
            skipSpace()
            if take("]") { return .array(elements) }
            guard take(",") else { throw fail("a comma or a closing bracket should be here") }
        }
    }

    private mutating func digits() -> Int {
        let start = offset
        while let byte = next, UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte { offset += 1 }
        return offset - start
    }

    private mutating func number() throws(JSONError) -> JSON {
        let start = offset
        _ = take("-")
        let leading = offset
        let count = digits()
        guard count > 0 else { throw fail("a digit should be here") }
        guard count == 1 || bytes[leading] != UInt8(ascii: "0") else { throw fail("a number begins with a zero") }
        if take("."), digits() == 0 { throw fail("no digits behind the point") }
        if take("e") || take("E") {
            _ = take("+") || take("-")
            if digits() == 0 { throw fail("no digits in the exponent") }
        }
        return .number(String(decoding: bytes[start..<offset], as: UTF8.self))
    }

    private mutating func string() throws(JSONError) -> String {
        offset += 1
        var content: [UInt8] = []
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: content, as: UTF8.self) else { throw fail("this is not UTF-8") }
                offset += 1
                return text
            case UInt8(ascii: "\\"): try escape(into: &content)
            case 0..<0x20: throw fail("a control character in a string: write it as an escape")
            default:
                content.append(byte)
                offset += 1
            }
        }
        throw fail("the string does not end")
    }

    private mutating func escape(into content: inout [UInt8]) throws(JSONError) {
        offset += 1
        guard let byte = next else { throw fail("the string does not end") }
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
                unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00)
            }
            guard let scalar = UnicodeScalar(unit) else { throw fail("half a surrogate pair") }
            content += UTF8.encode(scalar).map { Array($0) } ?? []
        default: throw fail("an unknown escape")
        }
    }

    private mutating func hexUnit() throws(JSONError) -> UInt32 {
        guard offset + 4 <= bytes.count,
            let unit = UInt32(String(decoding: bytes[offset..<offset + 4], as: UTF8.self), radix: 16),
            bytes[offset] != UInt8(ascii: "+"), bytes[offset] != UInt8(ascii: "-")
        else { throw fail("no four hexadecimal digits") }
        offset += 4
        return unit
    }
}
