/// One header field, rendered: ASCII, folded, without its last line end.
struct MailHeader {
    /// Lines are folded here where they can be, in bytes: RFC 5322, 2.1.1 asks for 78, RFC 2047, 2 for 76.
    static let lineBytes = 76
    /// An encoded word is no longer, in bytes: it fits behind the name of each of our headers.
    static let encodedWordBytes = 60

    let text: String

    /// A field of words that may be folded between them.
    init(_ name: String, words: [String]) {
        var text = "\(name):"
        var line = text.utf8.count
        for word in words {
            if line + 1 + word.utf8.count > Self.lineBytes, line > name.utf8.count + 1 {
                text += "\r\n"
                line = 0
            }
            text += " " + word
            line += 1 + word.utf8.count
        }
        self.text = text
    }

    /// Free text, such as a subject: as it stands if it is plain ASCII, as encoded words otherwise.
    init(_ name: String, text: String) {
        self.init(name, words: Self.words(of: text))
    }

    /// An address with its name.
    init(_ name: String, _ mailbox: Mailbox) {
        let address = mailbox.name.isEmpty ? mailbox.address : "<\(mailbox.address)>"
        self.init(name, words: Self.phrase(mailbox.name) + [address])
    }

    /// A display name: atoms, a quoted string, or encoded words (RFC 5322, 3.2.5).
    private static func phrase(_ name: String) -> [String] {
        guard !name.isEmpty else { return [] }
        let isPlain = name.utf8.allSatisfy { $0 == UInt8(ascii: " ") || Mailbox.isAtomByte($0) }
        if isPlain, !name.contains("=?"), !name.contains("  ") { return words(of: name) }
        let isASCII = name.utf8.allSatisfy { 0x20..<0x7f ~= $0 }
        guard isASCII, !name.contains("=?"), name.utf8.count <= encodedWordBytes - 2 else {
            return encodedWords(of: name)
        }
        let escaped = name.flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] }
        return ["\"\(String(escaped))\""]
    }

    private static func words(of text: String) -> [String] {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        // Folding keeps single spaces only, and a text that looks encoded must not be decoded.
        let isPlain =
            text.utf8.allSatisfy { 0x20..<0x7f ~= $0 } && !text.contains("=?")
            && words.allSatisfy { (1..<encodedWordBytes).contains($0.utf8.count) }
        return isPlain ? words.map(String.init) : encodedWords(of: text)
    }

    /// Encoded words in the Q encoding (RFC 2047, 4.2), never cut inside a character.
    static func encodedWords(of text: String) -> [String] {
        let (open, close) = ("=?utf-8?q?", "?=")
        let room = encodedWordBytes - open.utf8.count - close.utf8.count
        var words: [String] = []
        var word = ""
        for scalar in text.unicodeScalars {
            let piece = String(scalar).utf8.map(encoded).joined()
            if word.utf8.count + piece.utf8.count > room {
                words.append(open + word + close)
                word = ""
            }
            word += piece
        }
        return words + [open + word + close]
    }

    /// Only what RFC 2047, 5 (3) lets stand in a display name stands for itself.
    private static func encoded(_ byte: UInt8) -> String {
        switch byte {
        case UInt8(ascii: " "): "_"
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "!"), UInt8(ascii: "*"), UInt8(ascii: "+"),
            UInt8(ascii: "-"), UInt8(ascii: "/"):
            String(UnicodeScalar(byte))
        default: QuotedPrintable.escape(byte)
        }
    }
}
