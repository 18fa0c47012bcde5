/// The text of a message, and the names of what hangs on it (RFC 2046).
struct MailBody {
    /// How deep parts are taken apart, and how many there may be.
    static let depthMax = 16
    static let partsMax = 500
    /// The longest text that is kept, in bytes.
    static let textBytesMax = 2 << 20

    private(set) var texts: [String] = []
    private(set) var attachments: [String] = []
    /// A charset that is not known, if a text was lost by it.
    private(set) var unknownCharset: String?
    private var parts = 0

    init(_ headers: MailHeaders, _ content: ArraySlice<UInt8>) {
        read(headers, content, depth: 1)
    }

    /// Markdown.
    var text: String { texts.joined(separator: "\n\n") }

    private mutating func read(_ headers: MailHeaders, _ content: ArraySlice<UInt8>, depth: Int) {
        parts += 1
        guard parts <= Self.partsMax else { return }
        let (type, parameters) = headers.parameters(of: "content-type")
        let (disposition, more) = headers.parameters(of: "content-disposition")
        let name = more["filename"] ?? parameters["name"]
        if type.hasPrefix("multipart/"), let boundary = parameters["boundary"], !boundary.isEmpty {
            guard depth < Self.depthMax else { return }
            let parts = Self.parts(of: content, boundary: boundary)
            if type == "multipart/alternative" {
                readBest(parts, depth: depth)
            } else {
                for (headers, content) in parts { read(headers, content, depth: depth + 1) }
            }
            return
        }
        guard disposition != "attachment", type.isEmpty || type == "text/plain" || type == "text/html" else {
            attachments.append(name ?? (type == "message/rfc822" ? "a message" : type.isEmpty ? "a file" : type))
            return
        }
        let bytes = Self.decoded(content, headers).prefix(Self.textBytesMax)
        let charset = parameters["charset"]
        guard let text = Self.text(bytes, charset) else {
            unknownCharset = unknownCharset ?? charset ?? "none"
            return
        }
        let clean = text.replacing("\r\n", with: "\n")
        let words =
            type == "text/html"
            ? HTMLPage.markdown(of: clean)
            : parameters["format"]?.lowercased() == "flowed" ? Self.unflowed(clean) : clean
        if !words.trimmedBlanks.isEmpty { texts.append(words.trimmedBlanks) }
    }

    /// Of parts that say the same, plain text is the best; HTML will do.
    private mutating func readBest(_ parts: [(MailHeaders, ArraySlice<UInt8>)], depth: Int) {
        func rank(_ headers: MailHeaders) -> Int {
            let type = headers.parameters(of: "content-type").value
            return type == "text/plain" || type.isEmpty
                ? 0 : type.hasPrefix("multipart/") ? 1 : type == "text/html" ? 2 : 3
        }
        let before = texts.count
        for (headers, content) in parts.sorted(by: { rank($0.0) < rank($1.0) }) where texts.count == before {
            read(headers, content, depth: depth + 1)
        }
    }

    private static func parts(
        of content: ArraySlice<UInt8>, boundary: String
    ) -> [(MailHeaders, ArraySlice<UInt8>)] {
        let mark = Array("--\(boundary)".utf8)
        var parts: [(MailHeaders, ArraySlice<UInt8>)] = []
        var start: Int?
        var line = content.startIndex
        func close(at end: Int) {
            guard let start, start <= end, parts.count < partsMax else { return }
            var text = content[start..<end]
            // The line end before a mark belongs to the mark.
            if text.last == 0x0a { text.removeLast() }
            if text.last == 0x0d { text.removeLast() }
            guard let headers = MailHeaders(&text) else { return }
            parts.append((headers, text))
        }
        while line < content.endIndex {
            let next = content[line...].firstIndex(of: 0x0a).map { $0 + 1 } ?? content.endIndex
            if content[line..<next].starts(with: mark) {
                let rest = content[(line + mark.count)..<next]
                let isLast = rest.starts(with: "--".utf8)
                if isLast || rest.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0d || $0 == 0x0a }) {
                    close(at: line)
                    start = isLast ? nil : next
                    if isLast { return parts }
                }
            }
            line = next
        }
        close(at: content.endIndex)
        return parts
    }

    private static func decoded(_ content: ArraySlice<UInt8>, _ headers: MailHeaders) -> ArraySlice<UInt8> {
        switch headers.raw("content-transfer-encoding")?.lowercased() {
        case "base64": TransferEncoding.base64(content)[...]
        case "quoted-printable": TransferEncoding.quotedPrintable(content)[...]
        default: content
        }
    }

    /// Nil for a charset that is not known, and bytes that no charset explains.
    private static func text(_ bytes: ArraySlice<UInt8>, _ charset: String?) -> String? {
        let known = charset.map { Charset(name: $0) } ?? .windows1252
        let text =
            known.flatMap { $0.text(of: bytes) ?? ($0 == .utf8 ? Charset.windows1252.text(of: bytes) : nil) }
            ?? String(validating: bytes, as: UTF8.self)
        return text.map { text in
            String(
                String.UnicodeScalarView(
                    text.unicodeScalars.filter { $0.value >= 0x20 || "\n\r\t".unicodeScalars.contains($0) }))
        }
    }

    /// Lines that end with a blank go on in the next (RFC 3676).
    private static func unflowed(_ text: String) -> String {
        var lines: [String] = []
        var isOpen = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let line = line.hasPrefix(" ") ? line.dropFirst() : line
            if isOpen, !line.hasPrefix(">") { lines[lines.count - 1] += line } else { lines.append(String(line)) }
            isOpen = line.hasSuffix(" ") && line != "-- " && !line.hasPrefix(">")
        }
        return lines.joined(separator: "\n")
    }
}
