/// What blank lines and headings part in Markdown; a fenced code block is one.
struct MarkdownBlock {
    /// Without blanks at its edges.
    let bytes: Range<Int>
    /// 1 to 6 for a heading, 0 for anything else.
    let level: Int

    /// The words of a heading.
    func heading(in text: [UInt8]) -> String {
        let line = bytes.prefix { !Blank.isNewline(text[$0]) }
        var range = line.startIndex..<line.endIndex
        range = (range.first { text[$0] != UInt8(ascii: "#") } ?? range.upperBound)..<range.upperBound
        range = Blank.skip(text, range)..<range.upperBound
        while let last = range.last, text[last] == UInt8(ascii: "#") || Blank.isBlank(text[last]) {
            range = range.dropLast()
        }
        var end = min(range.upperBound, range.lowerBound + Chunker.headingBytesMax)
        while end < range.upperBound, end > range.lowerBound, text[end] & 0xC0 == 0x80 { end -= 1 }
        return String(decoding: text[range.lowerBound..<end], as: UTF8.self)
    }

    /// Calls the body with each block in order; returns where lines begin.
    static func forEach(in text: [UInt8], _ body: (MarkdownBlock) -> Void) -> [Int] {
        var starts: [Int] = []
        var open: Range<Int>?
        var linesOpen = 0
        var fence: (byte: UInt8, count: Int)?
        func close(level: Int = 0) {
            if let block = open { body(MarkdownBlock(bytes: block, level: level)) }
            open = nil
            linesOpen = 0
        }
        var place = 0
        while place < text.count {
            starts.append(place)
            let end = text[place...].firstIndex(where: Blank.isNewline) ?? text.count
            let line = Blank.skip(text, place..<end)..<end
            let content = line.lowerBound..<Blank.trim(text, line)
            func extend() {
                open = (open?.lowerBound ?? content.lowerBound)..<content.upperBound
                linesOpen += 1
            }
            let run = sameBytes(text, content)
            if let mark = fence {
                if !content.isEmpty { extend() }
                if run.count == content.count, run.byte == mark.byte, run.count >= mark.count { fence = nil }
            } else if run.count >= 3, run.byte == UInt8(ascii: "`") || run.byte == UInt8(ascii: "~") {
                extend()
                fence = run
            } else if content.isEmpty {
                close()
            } else if run.byte == UInt8(ascii: "#"), run.count <= 6,
                run.count == content.count || Blank.isBlank(text[content.lowerBound + run.count])
            {
                // CommonMark 0.31, ATX headings.
                close()
                body(MarkdownBlock(bytes: content, level: run.count))
            } else if linesOpen == 1, run.count == content.count, run.count >= 3,
                run.byte == UInt8(ascii: "=") || run.byte == UInt8(ascii: "-")
            {
                // The same, setext headings, of one line.
                extend()
                close(level: run.byte == UInt8(ascii: "=") ? 1 : 2)
            } else {
                extend()
            }
            place = end + (end + 1 < text.count && text[end] == 0x0D && text[end + 1] == 0x0A ? 2 : 1)
        }
        close()
        return starts
    }

    /// With what byte a line begins, and how often it is repeated.
    private static func sameBytes(_ text: [UInt8], _ line: Range<Int>) -> (byte: UInt8, count: Int) {
        guard let first = line.first.map({ text[$0] }) else { return (0, 0) }
        return (first, line.prefix { text[$0] == first }.count)
    }
}
