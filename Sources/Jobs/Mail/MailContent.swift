/// What a rendered mail says: its subject and its Markdown, read back from the exact bytes.
///
/// It reads the form that `MailMessage` writes, not every mail of the world.
public struct MailContent: Hashable, Sendable {
    public let subject: String
    public let body: String

    /// Nil if these are not the bytes of a `MailMessage`.
    public init?(of message: [UInt8]) {
        let text = String(decoding: message, as: UTF8.self).replacing("\r\n ", with: " ")
        guard let headersEnd = text.firstRange(of: "\r\n\r\n"),
            let boundary = Self.value(of: "boundary=\"", until: "\"", in: text[..<headersEnd.lowerBound]),
            let subject = Self.value(of: "\r\nSubject: ", until: "\r\n", in: text[..<headersEnd.lowerBound])
        else { return nil }
        // Unfolding touched the headers alone on purpose; the parts are read from the bytes as they are.
        let whole = String(decoding: message, as: UTF8.self)
        let parts = whole.split(separator: "--\(boundary)\r\n")
        guard parts.count >= 2, let contentStart = parts[1].firstRange(of: "\r\n\r\n") else { return nil }
        // The last line end belongs to the boundary.
        let content = QuotedPrintable.decode(parts[1][contentStart.upperBound...].dropLast().utf8)
        self.subject = Self.decoded(subject)
        body = String(decoding: content, as: UTF8.self).replacing("\r\n", with: "\n")
    }

    private static func value(of start: String, until end: String, in text: Substring) -> String? {
        guard let start = text.firstRange(of: start) else { return nil }
        let rest = text[start.upperBound...]
        return String(rest[..<(rest.firstRange(of: end)?.lowerBound ?? rest.endIndex)])
    }

    /// Encoded words as `MailHeader` writes them; other text as it stands.
    private static func decoded(_ subject: String) -> String {
        guard subject.hasPrefix("=?utf-8?q?") else { return subject }
        let words = subject.split(separator: " ").map { word in
            QuotedPrintable.decode(word.dropFirst(10).dropLast(2).utf8.map { $0 == UInt8(ascii: "_") ? 0x20 : $0 })
        }
        return String(decoding: words.joined(), as: UTF8.self)
    }
}
