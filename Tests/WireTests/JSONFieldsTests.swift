import Testing
import Wire

@Suite struct `The fields of a message as JSON` {
    @Test func `leave out what has implicit presence and holds the default`() {
        var object = JSONFields(style: .proto3)
        object.field("text", "")
        object.field("flag", false)
        object.field("number", UInt32(0))
        object.field("list", [String]())
        #expect(object.json == .object([]))
        object.present("number", UInt64(0))
        object.empty("nothing")
        #expect(object.json.description == #"{"number":"0","nothing":{}}"#)
    }

    @Test func `are numbers for people and texts for programs where they have 64 bits`() {
        #expect(UInt64.max.json == "18446744073709551615")
        #expect(Int64.min.json == "-9223372036854775808")
        #expect(UInt32.max.json == .number("4294967295"))
        #expect(UInt64.max.displayJSON == .number("18446744073709551615"))
        #expect(Int64.min.displayJSON == .number("-9223372036854775808"))
    }

    @Test func `have digests in base64 for programs`() {
        // `python3 -c "import base64; print(base64.b64encode(bytes(range(32))))"`
        let bytes: [UInt8] = Array(0..<32)
        let digest = Digest(bytes.span.bytes)
        #expect(digest?.json == "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
        #expect(digest?.displayJSON == "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")
    }
}
