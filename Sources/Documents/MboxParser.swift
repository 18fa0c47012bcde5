/// Messages one after the other (RFC 4155): each begins with a line `From `, and such a line inside of a message is
/// written `>From `; mboxrd also quotes what is quoted already, and mboxo does not.
struct MboxParser: LineParser, Sendable {
    private let path: String
    private let options: DocumentOptions
    private var message: [UInt8] = []
    /// Where the open message begins; 0 outside of one.
    private var start = 0
    private var isAfterBlank = true
    private var isTooLarge = false

    init(path: String, _ options: DocumentOptions) {
        self.path = path
        self.options = options
    }

    mutating func take(_ line: LineCutter.Line, into items: inout [DocumentItem]) {
        defer { isAfterBlank = line.content.isEmpty }
        var bytes = line.bytes
        if line.number == 1, bytes.starts(with: [0xef, 0xbb, 0xbf]) { bytes = bytes.dropFirst(3) }
        if isAfterBlank, Self.isMark(bytes) {
            close(into: &items)
            start = line.number
            return
        }
        guard start > 0 else {
            guard line.content.isEmpty else {
                items.append(
                    .problem(
                        DocumentProblem(
                            path: path, line: line.number, "a mailbox begins with a line `From `",
                            hint: "a file with one message is named *.eml", extent: .file)))
                return
            }
            return
        }
        guard !isTooLarge else { return }
        guard message.count + bytes.count <= DocumentReader.messageBytesMax else {
            items.append(
                .problem(
                    DocumentProblem(
                        path: path, line: start,
                        "the message is larger than \(DocumentReader.messageBytesMax) bytes")))
            isTooLarge = true
            message = []
            return
        }
        let quotes = bytes.prefix { $0 == UInt8(ascii: ">") }.count
        if quotes > 0, bytes.dropFirst(quotes).starts(with: "From ".utf8) { bytes = bytes.dropFirst() }
        message += bytes
    }

    mutating func finish(into items: inout [DocumentItem]) { close(into: &items) }

    private mutating func close(into items: inout [DocumentItem]) {
        defer {
            message = []
            isTooLarge = false
            start = 0
        }
        guard start > 0, !isTooLarge else { return }
        do throws(DocumentProblem) {
            let mail = try MailMessage(message[...], path: path, line: start, options)
            let document = try mail.document(isFile: false)
            guard !document.text.isEmpty else {
                items.append(.note(path: path, message: "line \(start): a message without text is left out"))
                return
            }
            items.append(.document(document))
        } catch {
            items.append(.problem(error))
        }
    }

    /// `From ana@example.com Mon Nov  2 09:13:41 2026`: a time tells it from a sentence that begins so.
    private static func isMark(_ line: ArraySlice<UInt8>) -> Bool {
        guard line.starts(with: "From ".utf8) else { return false }
        let parts = line.prefix(200).split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        return zip(parts, parts.dropFirst()).contains { before, after in
            func isDigits(_ digits: some Collection<UInt8>) -> Bool {
                digits.count == 2 && digits.allSatisfy { 0x30...0x39 ~= $0 }
            }
            return isDigits(before.suffix(2)) && isDigits(after.prefix(2))
        }
    }
}
