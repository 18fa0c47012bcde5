import Testing
import Wire

@Suite struct `A digest` {
    /// FIPS 180-4's example: SHA-256 of "abc".
    static let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    @Test func `is the SHA-256 of the bytes`() {
        #expect(Digest.of(Array("abc".utf8)).description == Self.abc)
        #expect(
            Digest.of([UInt8]()).description == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test func `of a message is that of its canonical bytes`() {
        let point = Point(x: 3, y: -4)
        #expect(Digest.of(point) == Digest.of(point.wireBytes))
    }

    @Test func `is read from its 64 digits, in either case`() throws {
        let digest = try #require(Digest(hex: Self.abc))
        #expect(digest.description == Self.abc)
        #expect(digest.short == "ba7816bf")
        #expect(Digest(hex: Self.abc.uppercased()) == digest)
        #expect(Digest(digest.bytes.span.bytes) == digest)
    }

    static let notDigits: [String] = [
        "", "ba", String(abc.dropLast()), String(abc.dropLast(2)), "\(abc)00", "g\(abc.dropFirst())",
        " \(abc.dropFirst())", "+\(abc.dropFirst())", "é\(abc.dropFirst(2))", "１\(abc.dropFirst(3))",
    ]

    @Test(arguments: notDigits)
    func `is nothing else`(text: String) {
        #expect(Digest(hex: text) == nil)
    }

    @Test func `needs exactly 32 bytes`() {
        for count in [0, 31, 33] {
            #expect(Digest(Array(repeating: 1, count: count).span.bytes) == nil)
        }
    }

    @Test func `is ordered as its digits are`() {
        var chance = Chance(seed: 1)
        let digests = (0..<200).map { _ in
            Digest(a: chance.next() & 0xff, b: chance.next(), c: chance.next(), d: chance.next())
        }
        #expect(digests.sorted().map(\.description) == digests.map(\.description).sorted())
    }

    @Test func `and any bytes survive their digits`() {
        var chance = Chance(seed: 2)
        for count in 0..<70 {
            let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: chance.next()) }
            #expect([UInt8](hex: bytes.hex) == bytes)
        }
        #expect([UInt8](hex: "abc") == nil)
    }
}
