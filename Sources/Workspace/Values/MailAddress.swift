/// E-mail addresses, more strictly than RFC 5321 has them: no quotes, no comments, no address literals.
///
/// What is refused here is delivered nowhere in practice, and is the classic way to smuggle in a header.
enum MailAddress {
    /// Nil unless this is `local@domain`.
    static func parse(_ text: some StringProtocol) -> String? {
        guard text.utf8.count <= 254, let at = text.lastIndex(of: "@") else { return nil }
        let local = text[..<at]
        let atoms = local.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...64).contains(local.utf8.count), atoms.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(isAtom) })
        else { return nil }
        return isHost(text[text.index(after: at)...], labels: 2) ? String(text) : nil
    }

    /// `The Lever <lever@example.com>`, or a bare address. Nil if a header could not hold it as it is.
    static func parseMailbox(_ text: String) -> String? {
        guard text.hasSuffix(">"), let open = text.lastIndex(of: "<") else { return parse(text) }
        let name = text[..<open]
        let special: Set<Character> = ["<", ">", "@", "\"", ",", ";", ":", "\\", "(", ")", "[", "]"]
        guard name.hasSuffix(" "), name.utf8.count <= 200, name.contains(where: \.isLetter),
            !name.contains(where: { special.contains($0) || $0.isNewline }),
            name.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7f })
        else { return nil }
        return parse(text[text.index(after: open)...].dropLast()) == nil ? nil : text
    }

    /// A host name of at least so many labels (RFC 1123).
    static func isHost(_ text: some StringProtocol, labels: Int) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count >= labels, text.utf8.count <= 253 else { return false }
        return parts.allSatisfy { part in
            (1...63).contains(part.utf8.count) && !part.hasPrefix("-") && !part.hasSuffix("-")
                && part.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
        }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: false
        }
    }

    private static func isAtom(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || "!#$%&'*+-/=?^_{|}~".utf8.contains(byte)
    }
}
