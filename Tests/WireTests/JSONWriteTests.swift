import Testing
import Wire

@Suite struct `JSON is written` {
    @Test func `in one canonical way`() {
        let value = JSON.fields(
            ("a", 1), ("b", [true, .null, "x"]), ("c", .object([])), ("d", []), ("e", .number("0.50")))
        #expect(value.description == #"{"a":1,"b":[true,null,"x"],"c":{},"d":[],"e":0.50}"#)
        #expect(value.bytes == Array(value.description.utf8))
    }

    @Test func `with only those escapes that must be`() {
        let text = JSON.string("\"\\/\u{8}\u{c}\n\r\t\u{0}\u{1f}\u{7f}é\u{2028}🎉")
        #expect(text.description == #""\"\\/\u0008\u000c\n\r\t\u0000\u001f"# + "\u{7f}é\u{2028}🎉\"")
    }

    @Test func `for people with two spaces a level`() {
        let value = JSON.fields(("a", [1, .fields(("b", "x"))]), ("c", []), ("d", .object([])))
        #expect(
            value.pretty == """
                {
                  "a": [
                    1,
                    {
                      "b": "x"
                    }
                  ],
                  "c": [],
                  "d": {}
                }
                """)
        #expect(JSON.null.pretty == "null")
    }

    @Test func `so that it is read as it was, byte for byte`() throws {
        var chance = Chance(seed: 5)
        for _ in 0..<2_000 {
            let value = JSON.random(&chance, depth: 0)
            #expect(try JSON(parsing: value.bytes).bytes == value.bytes)
            #expect(try JSON(parsing: value.pretty) == value)
        }
    }

    @Test func `from damaged text without a trap, and canonically if at all`() throws {
        var chance = Chance(seed: 6)
        for _ in 0..<5_000 {
            var bytes = JSON.random(&chance, depth: 0).bytes
            for _ in 0..<(1 + chance.number(below: 3)) {
                let place = chance.number(below: bytes.count)
                switch chance.number(below: 3) {
                case 0: bytes[place] = chance.one(of: Array(#"{}[],:"\u01eE-+.nt "#.utf8))
                case 1: bytes.insert(UInt8(chance.number(below: 256)), at: place)
                default: if bytes.count > 1 { bytes.remove(at: place) }
                }
            }
            guard let value = try? JSON(parsing: bytes) else { continue }
            #expect(try JSON(parsing: value.bytes).bytes == value.bytes)
        }
    }
}

@Suite struct `A JSON value` {
    let value = JSON.fields(("a", 1), ("b", "x"), ("c", [true, .null]))

    @Test func `is asked for its parts`() {
        #expect(value["a"]?.integer == 1)
        #expect(value["b"]?.text == "x")
        #expect(value["c"]?.elements == [true, .null])
        #expect(value.members?.map(\.name) == ["a", "b", "c"])
        #expect(value["d"] == nil)
    }

    @Test func `has no parts of another kind`() {
        #expect(value.text == nil && value.elements == nil && value.integer == nil)
        #expect(JSON.string("1").integer == nil && JSON.string("x")["a"] == nil && JSON.null.members == nil)
        #expect(JSON.number("1.0").integer == nil && JSON.number("1e2").integer == nil)
        #expect(JSON.number("9223372036854775808").integer == nil)
        #expect(JSON.number("-9223372036854775808").integer == .min)
    }

    @Test func `takes a field in its place or at the end`() {
        #expect(value.setting("a", to: 2).description == #"{"a":2,"b":"x","c":[true,null]}"#)
        #expect(value.setting("d", to: []).description == #"{"a":1,"b":"x","c":[true,null],"d":[]}"#)
        #expect(JSON.null.setting("a", to: 1).description == #"{"a":1}"#)
    }

    @Test func `keeps the digits of its numbers`() throws {
        #expect(
            try JSON(parsing: "[1.10,1e400,123456789012345678901234567890]").description
                == "[1.10,1e400,123456789012345678901234567890]")
    }
}

extension JSON {
    static func random(_ chance: inout Chance, depth: Int) -> JSON {
        switch chance.number(below: depth < 4 ? 7 : 5) {
        case 0: return .null
        case 1: return .bool(chance.number(below: 2) == 0)
        case 2: return .number(chance.one(of: ["0", "-0", "-12.50", "1e5", "3E-7", "18446744073709551616"]))
        case 3: return .number(Int64(truncatingIfNeeded: chance.next()))
        case 4: return .string(randomText(&chance))
        case 5: return .array((0..<chance.number(below: 4)).map { _ in .random(&chance, depth: depth + 1) })
        default:
            return .object(
                (0..<chance.number(below: 4)).map {
                    Field("\($0)" + randomText(&chance), .random(&chance, depth: depth + 1))
                })
        }
    }

    private static func randomText(_ chance: inout Chance) -> String {
        let letters = Array("aZ09\"\\/\n\t\u{0}\u{1f}\u{7f}é漢🎉\u{2028}\u{fffd}\u{10ffff}".unicodeScalars)
        var text = ""
        for _ in 0..<chance.number(below: 8) { text.unicodeScalars.append(chance.one(of: letters)) }
        return text
    }
}
