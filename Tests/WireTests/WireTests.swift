import Testing
import Wire

@Suite struct `A varint` {
    /// From protobuf's encoding guide, and around each length.
    static let known: [(UInt64, [UInt8])] = [
        (1, [0x01]), (127, [0x7f]), (128, [0x80, 0x01]), (150, [0x96, 0x01]), (16_383, [0xff, 0x7f]),
        (16_384, [0x80, 0x80, 0x01]), (UInt64.max, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]),
        (1 << 63, [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01]),
    ]

    @Test(arguments: known)
    func `has the known bytes`(number: UInt64, bytes: [UInt8]) throws {
        var everything = Everything()
        everything.number = number
        #expect(everything.wireBytes == [0x18] + bytes)
        #expect(try Everything(wireBytes: [0x18] + bytes) == everything)
    }

    @Test func `survives around every power of two`() throws {
        for shift in 0..<64 {
            for offset in [UInt64.max, 0, 1] {
                var everything = Everything()
                everything.number = (1 << shift) &+ offset
                #expect(try Everything(wireBytes: everything.wireBytes) == everything)
            }
        }
    }

    @Test func `that ends too early is truncated`() {
        for length in 1...10 {
            let bytes = [0x18] + Array(repeating: UInt8(0xff), count: length - 1)
            #expect(throws: WireError.truncated) { try Everything(wireBytes: bytes) }
        }
    }

    @Test func `that is longer than it needs to be is refused`() {
        #expect(throws: WireError.overlong) { try Everything(wireBytes: [0x18, 0x81, 0x00]) }
        #expect(throws: WireError.overlong) { try Everything(wireBytes: [0x18, 0x80, 0x80, 0x00]) }
        #expect(throws: WireError.overlong) { try Everything(wireBytes: [0x98, 0x00, 0x01]) }
    }

    @Test func `of more than 64 bits is refused`() {
        let nine = Array(repeating: UInt8(0xff), count: 9)
        #expect(throws: WireError.overlong) { try Everything(wireBytes: [0x18] + nine + [0x02]) }
        #expect(throws: WireError.overlong) { try Everything(wireBytes: [0x18] + nine + [0x80, 0x01]) }
    }

    @Test func `that does not fit its field is refused`() {
        #expect(throws: WireError.unknownValue(1 << 32)) {
            try Point(wireBytes: [0x08, 0x80, 0x80, 0x80, 0x80, 0x10])
        }
        #expect(throws: WireError.unknownValue(2)) { try Everything(wireBytes: [0x10, 0x02]) }
        #expect(throws: WireError.unknownValue(3)) { try Everything(wireBytes: [0x2a, 0x01, 0x03]) }
        // A tag of more than 32 bits.
        #expect(throws: WireError.unknownValue(0x1_0000_0008)) {
            try Point(wireBytes: [0x88, 0x80, 0x80, 0x80, 0x10, 0x01])
        }
    }

    @Test func `of a negative number has ten bytes`() throws {
        let point = Point(x: 0, y: -1)
        #expect(point.wireBytes.count == 11)
        #expect(try Point(wireBytes: point.wireBytes) == point)
    }
}

@Suite struct `A message` {
    @Test func `without content has no bytes`() throws {
        #expect(Everything().wireBytes == [])
        #expect(try Everything(wireBytes: []) == Everything())
    }

    @Test(arguments: [0, 1, 10, 125, 126, 127, 128, 129, 300, 16_383, 16_384, 70_000])
    func `moves up behind the length of what it holds`(length: Int) throws {
        var everything = Everything()
        everything.texts = [String(repeating: "x", count: length), "behind"]
        everything.points = (0..<length % 500).map { Point(x: UInt32($0), y: 7) }
        everything.colours = Array(repeating: .blue, count: length)
        #expect(try Everything(wireBytes: everything.wireBytes) == everything)
    }

    @Test func `survives with anything in it`() throws {
        var chance = Chance(seed: 3)
        for _ in 0..<500 {
            let everything = Everything.random(&chance)
            let bytes = everything.wireBytes
            #expect(try Everything(wireBytes: bytes).wireBytes == bytes)
        }
    }

    @Test func `cut off anywhere is never the same, and never traps`() throws {
        var chance = Chance(seed: 4)
        for _ in 0..<50 {
            let bytes = Everything.random(&chance).wireBytes
            for length in 0..<bytes.count {
                guard let shorter = try? Everything(wireBytes: Array(bytes[..<length])) else { continue }
                #expect(shorter.wireBytes == Array(bytes[..<length]))
            }
        }
    }

    @Test func `with fields out of order or twice is refused`() {
        #expect(throws: WireError.notCanonical) { try Point(wireBytes: [0x10, 0x01, 0x08, 0x01]) }
        #expect(throws: WireError.notCanonical) { try Point(wireBytes: [0x08, 0x01, 0x08, 0x01]) }
        // A repeated field that comes back later.
        #expect(throws: WireError.notCanonical) { try Everything(wireBytes: [0x32, 0x00, 0x42, 0x00, 0x32, 0x00]) }
    }

    @Test func `with a default spelled out is refused`() {
        #expect(throws: WireError.notCanonical) { try Point(wireBytes: [0x08, 0x00]) }
        #expect(throws: WireError.notCanonical) { try Everything(wireBytes: [0x0a, 0x00]) }
        #expect(throws: WireError.notCanonical) { try Everything(wireBytes: [0x21] + Array(repeating: 0, count: 8)) }
        #expect(throws: WireError.notCanonical) { try Everything(wireBytes: [0x2a, 0x00]) }
    }

    @Test func `with a length beyond its end is truncated`() {
        #expect(throws: WireError.truncated) { try Everything(wireBytes: [0x0a, 0x05, 0x61]) }
        #expect(throws: WireError.truncated) { try Everything(wireBytes: [0x21, 0x01]) }
        let endless = [UInt8(0x0a)] + Array(repeating: 0xff, count: 9) + [0x01]
        #expect(throws: WireError.truncated) { try Everything(wireBytes: endless) }
    }

    @Test func `with a text that is not UTF-8 is refused`() {
        for text: [UInt8] in [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80]] {
            #expect(throws: WireError.notUTF8) { try Everything(wireBytes: [0x0a, UInt8(text.count)] + text) }
        }
    }

    @Test func `with a digest of another length is refused`() {
        #expect(throws: WireError.notADigest) { try Everything(wireBytes: [0x3a, 0x01, 0x00]) }
    }
}

@Suite struct `A writer` {
    @Test func `knows what it holds`() {
        for count in [0, 1, 7, 8, 9, 16, 31] {
            var writer = WireWriter(capacity: 1)
            let text = String(repeating: "x", count: count)
            writer.present(0x0a, text)
            let bytes = [0x0a, UInt8(count)] + Array(text.utf8)
            let longer = bytes + [0]
            let (isSame, isLonger) = (writer.holds(bytes.span.bytes), writer.holds(longer.span.bytes))
            #expect(isSame && !isLonger)
            for index in bytes.indices {
                var other = bytes
                other[index] ^= 1
                let isOther = writer.holds(other.span.bytes)
                #expect(!isOther)
            }
        }
    }

    @Test func `begins anew in the same memory`() {
        var writer = WireWriter()
        writer.field(0x08, UInt32(5))
        writer.removeAll()
        writer.field(0x08, UInt32(6))
        let bytes = writer.bytes.withUnsafeBytes { Array($0) }
        #expect(bytes == [0x08, 0x06])
    }
}

extension Everything {
    static func random(_ chance: inout Chance) -> Everything {
        var value = Everything()
        value.text = String(repeating: "é", count: chance.number(below: 3) * 50)
        value.flag = chance.number(below: 2) == 0
        value.number = chance.next() >> UInt64(chance.number(below: 64))
        value.fixed = chance.number(below: 2) == 0 ? 0 : chance.next()
        value.colours = (0..<chance.number(below: 4)).map { _ in chance.one(of: Colour.allCases) }
        value.texts = (0..<chance.number(below: 3)).map { _ in chance.one(of: ["", "a", "漢字"]) }
        value.digests = (0..<chance.number(below: 3)).map { _ in Digest(a: chance.next(), b: 0, c: 1, d: 2) }
        value.points = (0..<chance.number(below: 3)).map { _ in Point(x: UInt32(chance.number(below: 3)), y: -1) }
        value.far = (0..<chance.number(below: 3)).map { _ in Point(x: 0, y: Int64(chance.number(below: 300))) }
        return value
    }
}
