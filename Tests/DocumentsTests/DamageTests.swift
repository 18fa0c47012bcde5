import Documents
import Testing

/// A generator that gives the same numbers for the same seed (splitmix64).
private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

@Suite struct `Damaged files` {
    private static let good: [(format: DocumentFormat, text: String)] = [
        (.csv, "id,name,price,tags\r\na,\"A, \"\"x\"\"\nb\",1.5,\"p,q\"\r\nb,B,-2,\r\n"),
        (.jsonLines, "{\"id\":\"a\",\"v\":{\"w\":[1,true,null,\"\\u00e4\"]}}\n{\"id\":\"b\",\"t\":\"x\"}\n"),
        (
            .mbox,
            "From a@b Mon Nov  2 09:13:41 2026\nSubject: =?utf-8?B?w6Q=?= =?q?\nContent-Type: multipart/mixed; "
                + "boundary=\"x;y\"\n\n--x;y\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n"
                + "<p>=C3=A4</p>\n--x;y\nContent-Disposition: attachment; filename*=utf-8''%41\n\nAA==\n--x;y--\n\n"
                + "From c@d Mon Nov  2 09:13:42 2026\nDate: Mon, 2 Nov 2026 09:13 GMT\n\n>From x\n"
        ),
        (
            .feed,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss><channel><item><title>a &amp; b</title><description>"
                + "<![CDATA[<p>x<b>y</p>]]></description><pubDate>Mon, 2 Nov 2026 09:13:41 +0100</pubDate></item>"
                + "</channel></rss>"
        ),
        (
            .html,
            "<html><head><meta charset=utf-8><title>t</title></head><body><h1>a</h1><ul><li>b<ol><li>c</ul>"
                + "<table><tr><td>d<td>e</table><pre>f</pre><a href='x'>g</a><code>h</code><blockquote>i</body></html>"
        ),
        (.message, "From: a@b\nSubject: x\nContent-Type: text/plain; charset=iso-8859-15\n\ntext\n"),
    ]

    /// Every document that comes of it can become an entry.
    private func check(_ bytes: [UInt8], _ format: DocumentFormat) {
        for item in DocumentReader.items(of: bytes, format, path: "f") {
            switch item {
            case .document(let document):
                #expect(EntryName.isValid(document.id), "\(document.id)")
                #expect(!document.title.isEmpty && (!document.text.isEmpty || !document.fields.isEmpty))
            case .problem(let problem): #expect(problem.line > 0 && problem.column > 0 && !problem.message.isEmpty)
            case .note(_, let message): #expect(!message.isEmpty)
            }
        }
    }

    @Test(arguments: good.indices) func `cut anywhere never end the reader`(_ index: Int) {
        let (format, text) = Self.good[index]
        #expect(!read(text, format).documents.isEmpty)
        for count in 0..<text.utf8.count { check(Array(text.utf8.prefix(count)), format) }
    }

    @Test(arguments: good.indices) func `with bytes changed never end the reader`(_ index: Int) {
        let (format, text) = Self.good[index]
        var random = Seeded(state: 4_711 + UInt64(index))
        for _ in 0..<2_000 {
            var bytes = Array(text.utf8)
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch UInt8.random(in: 0...2, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                default: bytes.insert(bytes[Int.random(in: 0..<bytes.count, using: &random)], at: place)
                }
            }
            check(bytes, format)
        }
    }

    @Test(arguments: good.indices) func `of chance alone never end the reader`(_ index: Int) {
        let format = Self.good[index].format
        var random = Seeded(state: 815 + UInt64(index))
        let marks = Array("\",;\n\r<>{}[]=:-&#From Content-Type: multipart/mixed; boundary=".utf8)
        for _ in 0..<1_000 {
            let bytes = (0..<Int.random(in: 0...300, using: &random)).map { _ in
                Bool.random(using: &random)
                    ? marks[Int.random(in: 0..<marks.count, using: &random)] : UInt8.random(in: 0...255, using: &random)
            }
            check(bytes, format)
        }
    }
}
