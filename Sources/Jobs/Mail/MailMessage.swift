public import EventSourcing
public import Wire

/// A mail, rendered: the exact bytes that a person approves and a connector delivers.
///
/// An Internet Message (RFC 5322) with the Markdown as `text/plain` and as `text/html`, both quoted-printable. Equal
/// pieces give equal bytes: the boundary and the Message-ID derive from the idempotency key, and the time is given.
public struct MailMessage: Hashable, Sendable {
    /// The longest body, in bytes of UTF-8.
    public static let bodyBytesMax = 1 << 20
    /// The longest subject, in bytes of UTF-8.
    public static let subjectBytesMax = 900
    /// The longest URL in a header; such a line cannot be folded, and ends at 998 (RFC 5322, 2.1.1).
    public static let urlBytesMax = 900

    /// ASCII with CRLF line ends.
    public let bytes: [UInt8]

    /// - Parameters:
    ///   - from: the sender, `Name <name@example.org>`.
    ///   - replyTo: empty for none.
    ///   - to: the recipient.
    ///   - subject: one line.
    ///   - body: Markdown.
    ///   - date: microseconds since 1970, UTC.
    ///   - idempotencyKey: the delivery's, for the Message-ID.
    ///   - unsubscribe: an http(s) URL, a `mailto:` URL or an address for List-Unsubscribe (RFC 2369); with an https
    ///     URL also List-Unsubscribe-Post (RFC 8058). Empty for none.
    public init(
        from: String, replyTo: String, to: String, subject: String, body: String, date: Timestamp,
        idempotencyKey: Digest, unsubscribe: String
    ) throws(MailError) {
        let sender = try Mailbox(parsing: from, header: "From")
        let recipient = try Mailbox(parsing: to, header: "To")
        try Self.check(subject: subject, body: body)
        let key = idempotencyKey.description
        let boundary = "=_daybook_\(key.prefix(32))"

        var headers = [MailHeader("From", sender), MailHeader("To", recipient)]
        if !replyTo.isEmpty {
            headers.append(MailHeader("Reply-To", try Mailbox(parsing: replyTo, header: "Reply-To")))
        }
        headers += [
            MailHeader("Subject", text: subject.trimmingSpaces),
            MailHeader("Date", words: [UTCTime(date).header]),
            // On a line of its own: an identifier is not folded.
            MailHeader("Message-ID", words: ["<\(key.prefix(40))@\(sender.domain.lowercased())>"]),
        ]
        headers += try Self.unsubscribeHeaders(unsubscribe)
        headers += [
            MailHeader("MIME-Version", words: ["1.0"]),
            MailHeader("Content-Type", words: ["multipart/alternative;", "boundary=\"\(boundary)\""]),
        ]

        let markdown = Self.cleaned(body)
        let html = MarkdownDocument(markdown).html(title: subject.trimmingSpaces)
        let text =
            headers.map { $0.text + "\r\n" }.joined()
            + "\r\n"
            + Self.part("text/plain", markdown, boundary: boundary)
            + Self.part("text/html", html, boundary: boundary)
            + "--\(boundary)--\r\n"
        bytes = Array(text.utf8)
    }

    private static func part(_ type: String, _ content: String, boundary: String) -> String {
        "--\(boundary)\r\nContent-Type: \(type); charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
            + QuotedPrintable.encode(content)
            // The line end before a boundary belongs to the boundary (RFC 2046, 5.1.1).
            + "\r\n"
    }

    private static func check(subject: String, body: String) throws(MailError) {
        guard !subject.unicodeScalars.contains(where: \.isControl) else { throw .controlCharacter(header: "Subject") }
        guard !subject.trimmingSpaces.isEmpty else { throw .noSubject }
        guard subject.utf8.count <= subjectBytesMax else {
            throw .tooLong(part: "the subject", bytesMax: subjectBytesMax)
        }
        guard body.utf8.count <= bodyBytesMax else { throw .tooLong(part: "the body", bytesMax: bodyBytesMax) }
    }

    private static func unsubscribeHeaders(_ text: String) throws(MailError) -> [MailHeader] {
        guard !text.isEmpty else { return [] }
        guard text.utf8.allSatisfy({ 0x21...0x7e ~= $0 && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") }) else {
            throw .unsubscribe(text)
        }
        guard text.utf8.count <= urlBytesMax else { throw .tooLong(part: "unsubscribe", bytesMax: urlBytesMax) }
        let lowered = text.lowercased()
        if lowered.hasPrefix("https://") {
            return [
                MailHeader("List-Unsubscribe", words: ["<\(text)>"]),
                MailHeader("List-Unsubscribe-Post", words: ["List-Unsubscribe=One-Click"]),
            ]
        }
        if lowered.hasPrefix("http://") { return [MailHeader("List-Unsubscribe", words: ["<\(text)>"])] }
        let address = lowered.hasPrefix("mailto:") ? String(text.dropFirst(7)) : text
        guard (try? Mailbox(parsing: String(address.prefix { $0 != "?" }), header: "")) != nil else {
            throw .unsubscribe(text)
        }
        return [MailHeader("List-Unsubscribe", words: ["<mailto:\(address)>"])]
    }

    /// One kind of line end, a line end at the end, and no control characters: those are shown as what they are not.
    private static func cleaned(_ body: String) -> String {
        var text = ""
        var previous: UnicodeScalar?
        for scalar in body.unicodeScalars {
            switch scalar {
            case "\n" where previous == "\r": break
            case "\n", "\r": text += "\n"
            case "\t": text += "\t"
            default: text.unicodeScalars.append(scalar.isControl ? "\u{fffd}" : scalar)
            }
            previous = scalar
        }
        return text.hasSuffix("\n") ? text : text + "\n"
    }
}
