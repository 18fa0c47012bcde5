/// Makes lines of pieces.
struct LineCutter: Sendable {
    /// One line with its end, which the last one may lack.
    struct Line {
        let bytes: ArraySlice<UInt8>
        /// Counted from 1.
        let number: Int
        /// Whether it was longer than it may be, and is only the beginning of it.
        let isCut: Bool

        /// Without its end.
        var content: ArraySlice<UInt8> {
            var content = bytes
            if content.last == UInt8(ascii: "\n") { content.removeLast() }
            if content.last == UInt8(ascii: "\r") { content.removeLast() }
            return content
        }
    }

    let bytesMax: Int
    private var rest: [UInt8] = []
    /// How much of `rest` is known to hold no line end.
    private var searched = 0
    private var number = 1
    /// Within a line that was too long already.
    private var isSkipping = false

    init(bytesMax: Int) { self.bytesMax = bytesMax }

    mutating func take(_ bytes: some Collection<UInt8>, _ body: (Line) -> Void) {
        rest += bytes
        var start = 0
        var place = searched
        while let end = rest[place...].firstIndex(of: UInt8(ascii: "\n")) {
            pass(start..<end + 1, body)
            number += 1
            isSkipping = false
            start = end + 1
            place = start
        }
        if rest.count - start > bytesMax {
            pass(start..<rest.count, body)
            isSkipping = true
            start = rest.count
        }
        rest.removeSubrange(..<start)
        searched = rest.count
    }

    mutating func finish(_ body: (Line) -> Void) {
        if !rest.isEmpty { pass(0..<rest.count, body) }
        rest = []
        searched = 0
    }

    private func pass(_ range: Range<Int>, _ body: (Line) -> Void) {
        guard !isSkipping else { return }
        let isCut = range.count > bytesMax
        body(Line(bytes: rest[range].prefix(bytesMax), number: number, isCut: isCut))
    }
}

/// What makes documents of lines.
protocol LineParser {
    mutating func take(_ line: LineCutter.Line, into items: inout [DocumentItem])
    mutating func finish(into items: inout [DocumentItem])
}
