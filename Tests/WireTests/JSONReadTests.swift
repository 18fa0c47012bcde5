import Testing
import Wire

@Suite struct `JSON is read` {
    static let accepted: [(text: String, value: JSON)] = [
        ("null", .null), ("true", true), ("false", false), ("0", 0), ("-0", .number("-0")), ("12", 12),
        (" \t\r\n1 ", 1),
        ("-1.50", .number("-1.50")), ("1e5", .number("1e5")), ("1E+5", .number("1E+5")),
        ("0.0e-12", .number("0.0e-12")),
        (#""""#, ""), (#""a\"\\\/\b\f\n\r\tb""#, "a\"\\/\u{8}\u{c}\n\r\tb"), (#""\u00e9""#, "é"),
        (#""\ud83c\udf89""#, "🎉"), (#""\uD83C\uDF89""#, "🎉"), (#""\u0000""#, "\u{0}"), ("\"\u{7f}\"", "\u{7f}"),
        (#""\ue000\uffff""#, "\u{e000}\u{ffff}"), ("[]", []), ("[ ]", []), ("[1,[2],{}]", [1, [2], .object([])]),
        ("{}", .object([])), (#"{ "a" : 1 , "b" : [ ] }"#, .fields(("a", 1), ("b", []))),
        (#"{"":{"":null}}"#, .fields(("", .fields(("", .null))))),
    ]

    @Test(arguments: accepted.indices)
    func `as RFC 8259 says`(index: Int) throws {
        #expect(try JSON(parsing: Self.accepted[index].text) == Self.accepted[index].value)
    }

    static let refused: [(text: String, says: String)] = [
        ("", "the text ends where a value should be at line 1, column 1"), ("  ", "ends where a value"),
        ("nul", "no value"), ("nulll", "something behind"), ("True", "no value"), ("NaN", "no value"),
        ("Infinity", "no value"), ("-Infinity", "a digit"), ("'a'", "no value"), ("\u{feff}1", "no value"),
        ("01", "begins with a zero"), ("-01", "begins with a zero"), ("+1", "no value"), ("-", "a digit"),
        (".5", "no value"), ("1.", "behind the point"), ("1.e1", "behind the point"), ("1e", "in the exponent"),
        ("1e+", "in the exponent"), ("0x10", "something behind"), ("1 2", "something behind"),
        ("1_000", "something behind"),
        ("[1,]", "no value"), ("[,1]", "no value"), ("[1 2]", "a comma"), ("[1", "a comma"),
        ("[", "ends where a value"),
        ("]", "no value"), ("{", "field's name"), ("{1:2}", "field's name"), (#"{"a"}"#, "a colon"),
        (#"{"a":}"#, "no value"), (#"{"a":1,}"#, "field's name"), (#"{"a":1"#, "a comma"), ("{a:1}", "field's name"),
        (#"{"a":1,"b":2,"a":3}"#, #"the field "a" is there twice at line 1, column 17"#),
        (#"{"a":1,"\u0061":3}"#, "twice"), (#"{"\u00e9":1,"e\u0301":3}"#, "twice"), ("// x\n1", "no value"),
        ("[1, /* x */ 2]", "no value"), ("\"a", "does not end"), (#""\"#, "does not end"), (#""\x""#, "unknown escape"),
        ("\"\n\"", "a control character"), ("\"\u{0}\"", "a control character"), ("\"\u{1f}\"", "a control character"),
        (#""\u12""#, "hexadecimal"), (#""\u12g4""#, "hexadecimal"), (#""\u+123""#, "hexadecimal"),
        (#""\u-123""#, "hexadecimal"),
        (#""\ud800""#, "surrogate"), (#""\ud800x""#, "surrogate"), (#""\ud800\n""#, "surrogate"),
        (#""\udc00""#, "surrogate"), (#""\ud800\ud800""#, "surrogate"), (#""\udc00\ud800""#, "surrogate"),
        ("{\n  \"a\": 1,\n  \"b\": x\n}", "this is no value at line 3, column 8"),
    ]

    @Test(arguments: refused.indices)
    func `and refused with the place`(index: Int) throws {
        let error = try #require(throws: JSONError.self) { try JSON(parsing: Self.refused[index].text) }
        #expect(error.description.contains(Self.refused[index].says))
    }

    @Test(
        arguments: [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]] as [[UInt8]])
    func `in UTF-8 only`(content: [UInt8]) throws {
        let quote = UInt8(ascii: "\"")
        let error = try #require(throws: JSONError.self) { try JSON(parsing: [quote] + content + [quote]) }
        #expect(error.message.contains("UTF-8"))
        #expect(throws: JSONError.self) { try JSON(parsing: content) }
    }

    @Test func `up to its depth`() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(throws: Never.self) { try JSON(parsing: nested(JSON.depthMax)) }
        let error = try #require(throws: JSONError.self) { try JSON(parsing: nested(JSON.depthMax + 1)) }
        #expect(error.message == "nested deeper than 64 levels")
        #expect(throws: JSONError.self) { try JSON(parsing: String(repeating: "{\"a\":", count: 100_000)) }
    }

    @Test func `up to its size`() throws {
        let largest = "\"" + String(repeating: "x", count: JSON.bytesMax - 2) + "\""
        #expect(throws: Never.self) { try JSON(parsing: largest) }
        let error = try #require(throws: JSONError.self) { try JSON(parsing: largest + " ") }
        #expect(error.message == "larger than 4194304 bytes")
    }
}
