/// The fields above a message or a part of one (RFC 5322, 2.2; RFC 2045).
struct MailHeaders {
    /// The most bytes of all fields.
    static let bytesMax = 256 << 10
    static let fieldsMax = 1_000

    private var fields: [(name: String, value: [UInt8])] = []

    /// Takes the fields off the front of a text; what follows the empty line is left.
    ///
    /// Nil if they are more than the limits allow.
    init?(_ text: inout ArraySlice<UInt8>) {
        let start = text.startIndex
        while !text.isEmpty {
            let end = text.firstIndex(of: 0x0a).map { $0 + 1 } ?? text.endIndex
            var line = text[..<end]
            guard end - start <= Self.bytesMax, fields.count < Self.fieldsMax else { return nil }
            while let last = line.last, last == 0x0a || last == 0x0d { line.removeLast() }
            if line.isEmpty {
                text = text[end...]
                return
            }
            if line.first == 0x20 || line.first == 0x09 {
                guard !fields.isEmpty else { return }
                fields[fields.count - 1].value += line
            } else if let colon = line.firstIndex(of: UInt8(ascii: ":")),
                line[..<colon].allSatisfy({ 0x21...0x7e ~= $0 })
            {
                fields.append(
                    (String(decoding: line[..<colon], as: UTF8.self).lowercased(), Array(line[(colon + 1)...])))
            } else {
                // No field: the body begins without an empty line.
                return
            }
            text = text[end...]
        }
    }

    var isEmpty: Bool { fields.isEmpty }

    /// As it stands, unfolded; nil if there is none.
    func raw(_ name: String) -> String? {
        guard let value = fields.first(where: { $0.name == name })?.value else { return nil }
        let text = Charset.windows1252.text(of: value) ?? ""
        return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// With its encoded words decoded (RFC 2047); nil if there is none, or nothing in it.
    func text(_ name: String) -> String? {
        guard let text = raw(name).map(EncodedWord.decoded) else { return nil }
        let scalars = text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7f }
        let clean = String(String.UnicodeScalarView(scalars)).trimmedBlanks
        return clean.isEmpty ? nil : clean
    }

    /// The ids in angle brackets.
    func ids(_ name: String) -> [String] {
        (raw(name) ?? "").split(separator: "<").compactMap { part in
            part.firstIndex(of: ">").map { String(part[..<$0]) }
        }.filter { !$0.isEmpty && $0.utf8.count <= 250 }
    }

    /// `text/plain`, and its parameters by lower-case name.
    func parameters(of name: String) -> (value: String, parameters: [String: String]) {
        var parts = Self.parts(raw(name) ?? "")
        guard !parts.isEmpty else { return ("", [:]) }
        let value = parts.removeFirst().lowercased()
        var parameters: [String: String] = [:]
        for part in parts {
            guard let mark = part.firstIndex(of: "=") else { continue }
            var key = part[..<mark].trimmedBlanks.lowercased()
            var text = part[part.index(after: mark)...].trimmedBlanks
            if key.hasSuffix("*") {
                // RFC 2231: charset'language'text with percent signs.
                key.removeLast()
                let pieces = text.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
                if pieces.count == 3 { text = Self.percentDecoded(pieces[2], charset: String(pieces[0])) }
            }
            if parameters[key] == nil { parameters[key] = EncodedWord.decoded(text) }
        }
        return (value, parameters)
    }

    /// What stands between semicolons outside of quotes, without the quotes.
    private static func parts(_ text: String) -> [String] {
        var parts: [String] = []
        var part = String.UnicodeScalarView()
        var (isQuoted, isEscaped) = (false, false)
        for scalar in text.unicodeScalars {
            if isEscaped {
                part.append(scalar)
                isEscaped = false
            } else if scalar == "\\", isQuoted {
                isEscaped = true
            } else if scalar == "\"" {
                isQuoted.toggle()
            } else if scalar == ";", !isQuoted {
                parts.append(String(part).trimmedBlanks)
                part = String.UnicodeScalarView()
            } else {
                part.append(scalar)
            }
        }
        return parts + [String(part).trimmedBlanks]
    }

    private static func percentDecoded(_ text: Substring, charset: String) -> String {
        let bytes = TransferEncoding.quotedPrintable(Array(text.utf8.map { $0 == 0x25 ? 0x3d : $0 })[...])
        return (Charset(name: charset) ?? .utf8).text(of: bytes) ?? String(text)
    }
}

/// `=?utf-8?Q?Gr=C3=BC=C3=9Fe?=` (RFC 2047).
enum EncodedWord {
    static func decoded(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        var wasWord = false
        while let start = rest.firstRange(of: "=?") {
            let before = rest[..<start.lowerBound]
            guard let (word, end) = word(rest[start.upperBound...]) else {
                result += rest[..<start.upperBound]
                rest = rest[start.upperBound...]
                wasWord = false
                continue
            }
            // White space between two of them is not part of the text.
            if !wasWord || !before.allSatisfy(\.isWhitespace) { result += before }
            result += word
            rest = rest[end...]
            wasWord = true
        }
        return result + rest
    }

    private static func word(_ text: Substring) -> (String, Substring.Index)? {
        guard let first = text.firstIndex(of: "?"), let charset = Charset(name: text[..<first].prefix { $0 != "*" })
        else { return nil }
        let form = text[text.index(after: first)...]
        guard let second = form.firstIndex(of: "?") else { return nil }
        let content = form[form.index(after: second)...]
        guard let end = content.firstRange(of: "?=") else { return nil }
        let encoded = Array(content[..<end.lowerBound].utf8)
        let bytes: [UInt8]
        switch form[..<second].lowercased() {
        case "q": bytes = TransferEncoding.quotedPrintable(encoded[...], isHeader: true)
        case "b": bytes = TransferEncoding.base64(encoded)
        default: return nil
        }
        return charset.text(of: bytes).map { ($0, end.upperBound) }
    }
}
