extension [UInt8] {
    /// The first thing that keeps this from being a text: no UTF-8, or a control character.
    var textProblem: (message: String, position: SourcePosition)? {
        do {
            _ = try UTF8Span(validating: span)
        } catch {
            return ("not UTF-8", position(ofByte: error.byteOffsets.lowerBound))
        }
        let control = firstIndex { ($0 < 0x20 && $0 != 0x09 && $0 != 0x0a && $0 != 0x0d) || $0 == 0x7f }
        return control.map { ("a control character", position(ofByte: $0)) }
    }

    /// Columns count Unicode scalars.
    func position(ofByte offset: Int) -> SourcePosition {
        let before = self[..<offset]
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        return SourcePosition(line: line, column: before[start...].count { $0 & 0xc0 != 0x80 } + 1)
    }

    var withoutByteOrderMark: [UInt8] { starts(with: [0xef, 0xbb, 0xbf]) ? Array(dropFirst(3)) : self }
}

extension String {
    /// What a message quotes of a text that a person may have pasted in by mistake: its beginning, on one line, and
    /// never the user and password of a URL.
    var excerpt: String {
        var text = self
        if let start = text.firstRange(of: "://")?.upperBound, let at = text.lastIndex(of: "@"), start < at {
            text.replaceSubrange(start..<at, with: "...")
        }
        let clean = text.unicodeScalars.prefix(40).map { $0.value < 0x20 ? " " : $0 }
        return String(String.UnicodeScalarView(clean)) + (text.unicodeScalars.count > 40 ? "..." : "")
    }
}
