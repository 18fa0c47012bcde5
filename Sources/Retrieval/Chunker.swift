/// Cuts Markdown into parts along its structure: headings, then paragraphs, then lines, then words. Pure.
///
/// A heading stays with what follows it. Short sections share a chunk, but the rest of a longer one stands alone: what
/// is read before a heading would be taken for what it is about. Nothing is left out but blanks at the edges. Chunks
/// overlap only where one paragraph had to be cut: then the next chunk begins with the last words of the one before.
public struct Chunker: Sendable, Hashable {
    /// Says how texts are cut: an index of texts that were cut otherwise is made again.
    public static let version: UInt32 = 2
    /// The most tokens of a chunk, unless told otherwise.
    public static let tokensMaxDefault: UInt32 = 200
    /// The most tokens that two chunks share, unless told otherwise.
    public static let overlapTokensMaxDefault: UInt32 = 24
    /// Chunks share at most this part of what they may hold.
    static let overlapShare: UInt32 = 8
    /// The most bytes of a heading that chunks below it carry; headings are cut behind.
    static let headingBytesMax = 120

    let tokensMax: UInt32
    let overlapTokensMax: UInt32

    /// What tells one way of cutting from another.
    public var limits: (tokensMax: UInt32, overlapTokensMax: UInt32) { (tokensMax, overlapTokensMax) }

    private var bytesMax: Int { Int(tokensMax) * 4 }
    private var overlapBytesMax: Int { Int(overlapTokensMax) * 4 }

    /// - Parameters:
    ///   - tokensMax: the most tokens of a chunk, at least 1.
    ///   - overlapTokensMax: the most tokens that two chunks share; never more than an eighth of a chunk.
    public init(
        tokensMax: UInt32 = Chunker.tokensMaxDefault, overlapTokensMax: UInt32 = Chunker.overlapTokensMaxDefault
    ) {
        precondition(tokensMax > 0, "a chunk holds at least one token")
        self.tokensMax = tokensMax
        self.overlapTokensMax = min(overlapTokensMax, tokensMax / Self.overlapShare)
    }

    /// The chunks of a text, in order; none for a text without words.
    public func chunks(of markdown: String) -> [Chunk] {
        let bytes = Array(markdown.utf8)
        let passages = passages(of: bytes)
        return passages.enumerated().map { index, passage in
            Chunk(
                index: UInt32(index + 1), count: UInt32(passages.count),
                text: String(decoding: bytes[passage.bytes], as: UTF8.self), tokens: passage.tokens,
                bytes: passage.bytes, lines: passage.lines, headings: passage.headings)
        }
    }

    /// Where a chunk stands.
    struct Passage {
        let bytes: Range<Int>
        let lines: ClosedRange<Int>
        let headings: [String]

        var tokens: UInt32 { tokenEstimate(ofBytes: bytes.count) }
    }

    /// The chunks of a text, without copies of it.
    func passages(of text: [UInt8]) -> [Passage] {
        var cutter = Cutter(chunker: self, text: text)
        let lines = MarkdownBlock.forEach(in: text) { cutter.add($0) }
        return cutter.finish(lineStarts: lines)
    }

    /// The chunks as far as they are known.
    private struct Cutter {
        let chunker: Chunker
        let text: [UInt8]
        var done: [(bytes: Range<Int>, headings: [String])] = []
        /// The chunk that may still grow, and the headings above it.
        var open: Range<Int>?
        var openHeadings: [String] = []
        /// Whether it begins within a section.
        var isRest = false
        /// Headings that wait for their first paragraph, and those above them.
        var waiting: Range<Int>?
        var waitingHeadings: [String] = []
        /// The headings that hold now, one a level.
        var path: [(level: Int, text: String)] = []

        init(chunker: Chunker, text: [UInt8]) {
            self.chunker = chunker
            self.text = text
        }

        mutating func add(_ block: MarkdownBlock) {
            if block.level > 0 {
                // A section begins a chunk, unless the one before is still short, and whole or one that holds this one.
                let isWithin = path.last.map { block.level > $0.level } ?? false
                if waiting == nil, let open, open.count >= chunker.bytesMax / 2 || isRest && !isWithin { close() }
                path.removeAll { $0.level >= block.level }
                if waiting == nil { waitingHeadings = path.map(\.text) }
                path.append((block.level, block.heading(in: text)))
                waiting = (waiting?.lowerBound ?? block.bytes.lowerBound)..<block.bytes.upperBound
                return
            }
            place((waiting?.lowerBound ?? block.bytes.lowerBound)..<block.bytes.upperBound)
            waiting = nil
        }

        /// Puts a range into the open chunk, or into new ones.
        private mutating func place(_ range: Range<Int>) {
            let headings = waiting == nil ? path.map(\.text) : waitingHeadings
            for (index, piece) in chunker.pieces(of: range, in: text).enumerated() {
                if let open, piece.upperBound - open.lowerBound <= chunker.bytesMax {
                    self.open = open.lowerBound..<piece.upperBound
                    continue
                }
                close()
                isRest = index > 0 || waiting == nil && !done.isEmpty
                open = piece
                openHeadings = index == 0 ? headings : path.map(\.text)
            }
        }

        private mutating func close() {
            if let open { done.append((open, openHeadings)) }
            open = nil
        }

        mutating func finish(lineStarts: [Int]) -> [Passage] {
            if let waiting { place(waiting) }
            close()
            return done.map { bytes, headings in
                let first = Self.line(of: bytes.lowerBound, lineStarts)
                return Passage(
                    bytes: bytes, lines: first...max(first, Self.line(of: bytes.upperBound - 1, lineStarts)),
                    headings: headings)
            }
        }

        /// The line that a byte stands in, counted from 1.
        private static func line(of byte: Int, _ starts: [Int]) -> Int {
            var low = 0
            var high = starts.count
            while low < high {
                let middle = (low + high) / 2
                if starts[middle] <= byte { low = middle + 1 } else { high = middle }
            }
            return max(1, low)
        }
    }

    /// A range in pieces that each fit into a chunk, without blanks at their edges.
    private func pieces(of range: Range<Int>, in text: [UInt8]) -> [Range<Int>] {
        var pieces: [Range<Int>] = []
        var start = Blank.skip(text, range)
        var done = start
        while start < range.upperBound {
            let cut =
                range.upperBound - start <= bytesMax
                ? range.upperBound : cut(text, start..<range.upperBound, behind: max(start, done))
            done = cut
            let end = Blank.trim(text, start..<cut)
            if end > start { pieces.append(start..<end) }
            guard cut < range.upperBound else { break }
            start = Blank.skip(text, overlapping(text, start, cut)..<range.upperBound)
        }
        return pieces
    }

    /// Where a range that is too long is cut: behind a line, a sentence, a word, or a character.
    ///
    /// - Parameter done: what is in a chunk already; the cut lies behind it.
    private func cut(_ text: [UInt8], _ range: Range<Int>, behind done: Int) -> Int {
        let limit = range.lowerBound + bytesMax
        let window = done..<limit
        // Not in the first half: a heading would stay alone there.
        let half = max(done, range.lowerBound + bytesMax / 2)
        if let line = text[half..<max(half, limit)].lastIndex(where: Blank.isNewline) { return line + 1 }
        if Blank.isBlank(text[limit]) { return limit }
        let sentence = (half..<max(half, limit - 1)).last {
            Blank.isBlank(text[$0 + 1]) && ".!?".utf8.contains(text[$0])
        }
        if let sentence { return sentence + 2 }
        if let word = text[window].lastIndex(where: Blank.isBlank) { return word + 1 }
        let character = characterCut(text, range, limit)
        if character > done { return character }
        var end = limit
        while text[end] & 0xC0 == 0x80 { end -= 1 }
        return end
    }

    /// Behind the last character that fits; where the range begins if none does.
    private func characterCut(_ text: [UInt8], _ range: Range<Int>, _ limit: Int) -> Int {
        // What stands behind the limit may belong to the last character before it.
        let seen = min(range.upperBound, limit + bytesMax)
        var end = range.lowerBound
        for character in String(decoding: text[range.lowerBound..<seen], as: UTF8.self) {
            guard end + character.utf8.count <= limit else { break }
            end += character.utf8.count
        }
        return end
    }

    /// Where the piece behind a cut begins: a few words before it, at the beginning of a word.
    private func overlapping(_ text: [UInt8], _ start: Int, _ cut: Int) -> Int {
        let earliest = max(start + 1, cut - overlapBytesMax)
        guard earliest < cut, let blank = text[(earliest - 1)..<cut].firstIndex(where: Blank.isBlank) else {
            return cut
        }
        return blank + 1
    }
}

/// Spaces, tabs and ends of lines, as bytes.
enum Blank {
    @inline(__always)
    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || 0x09...0x0D ~= byte }

    static func isNewline(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

    /// The first byte of a range that is not blank.
    static func skip(_ text: [UInt8], _ range: Range<Int>) -> Int {
        var start = range.lowerBound
        while start < range.upperBound, isBlank(text[start]) { start += 1 }
        return start
    }

    /// Behind the last byte of a range that is not blank.
    static func trim(_ text: [UInt8], _ range: Range<Int>) -> Int {
        var end = range.upperBound
        while end > range.lowerBound, isBlank(text[end - 1]) { end -= 1 }
        return end
    }
}
