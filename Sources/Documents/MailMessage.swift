/// One message as a document: who wrote it, when, and what it says. Attachments are named, not taken in.
struct MailMessage {
    static let titleMax = 200
    static let attachmentsMax = 20

    private let headers: MailHeaders
    private let body: MailBody
    private let path: String
    private let line: Int

    /// - Parameters:
    ///   - text: the message, header fields first.
    ///   - line: where it begins, counted from 1.
    init(
        _ text: ArraySlice<UInt8>, path: String, line: Int, _ options: DocumentOptions
    ) throws(DocumentProblem) {
        var rest = text
        guard let headers = MailHeaders(&rest) else {
            throw DocumentProblem(
                path: path, line: line, "its header has more than \(MailHeaders.bytesMax) bytes")
        }
        guard !headers.isEmpty else { throw DocumentProblem(path: path, line: line, "this is no message") }
        self.headers = headers
        self.path = path
        self.line = line
        body = MailBody(headers, rest)
    }

    /// - Parameter isFile: whether it is a file of its own.
    func document(isFile: Bool) throws(DocumentProblem) -> Document {
        guard !body.text.isEmpty || body.unknownCharset == nil else {
            throw DocumentProblem(
                path: path, line: line, "its charset \((body.unknownCharset ?? "").excerpt) is not known",
                hint: "save the message as UTF-8", extent: isFile ? .file : .record)
        }
        let subject = headers.text("subject").map { String($0.prefix(Self.titleMax)) } ?? "(no subject)"
        let own = headers.ids("message-id").first
        let key = own ?? [headers.raw("date"), headers.raw("from"), subject].compactMap { $0 }.joined(separator: "\n")
        let id =
            isFile
            ? EntryName.suggestion(forFile: path) : EntryName.suggestion(for: Self.plain(subject), key: key)
        var fields: [Document.Field] = []
        func add(_ name: String, _ text: String?) {
            guard let text, !text.isEmpty else { return }
            fields.append(Document.Field(name: name, value: .text(text)))
        }
        let time = headers.raw("date").flatMap { CalendarTime.microseconds(ofMail: $0) }
        add("from", headers.text("from"))
        add("to", headers.text("to").map { String($0.prefix(Self.titleMax)) })
        add("date", time.map(CalendarTime.text) ?? headers.text("date"))
        add("message_id", own)
        add("thread", thread)
        let attachments = body.attachments.prefix(Self.attachmentsMax).map { String($0.prefix(Self.titleMax)) }
        add("attachments", attachments.joined(separator: ", "))
        return Document(
            id: id.isEmpty ? EntryName.suggestion(for: "mail", key: key) : id, title: subject, kind: .document,
            text: body.text, fields: fields,
            origin: Document.Origin(path: path, line: line, record: isFile ? nil : id))
    }

    /// The id of the message that its conversation began with (RFC 5322, 3.6.4); nil for one that answers none.
    private var thread: String? { headers.ids("references").first ?? headers.ids("in-reply-to").first }

    /// Without `Re:` and its like: answers have the name of what they answer.
    private static func plain(_ subject: String) -> String {
        var rest = subject[...]
        while let colon = rest.firstIndex(of: ":"),
            ["re", "aw", "sv", "fwd", "fw", "wg", "antw"].contains(rest[..<colon].trimmedBlanks.lowercased())
        {
            rest = rest[rest.index(after: colon)...]
        }
        return rest.trimmedBlanks
    }
}
