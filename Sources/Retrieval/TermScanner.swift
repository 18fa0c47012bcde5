/// Cuts a text into terms: words in lower case, without accents and the most frequent ones, each cut to its stem.
/// Pure; the same for texts and for queries.
///
/// A name, a code or an amount is also one exact term as a whole, so that whoever asks for it finds it first:
/// `SKU-2201` gives `sku`, `2201` and `sku-2201`; `$39.50` gives `39`, `50` and `39.50`; `LexicalIndex` gives
/// `lexical`, `index` and `lexicalindex`; an e-mail address gives its words and itself. `1,299` is `1299`. A
/// capitalised word that stemming would change is also kept as it stands, behind an equals sign (`Banks` gives `bank`
/// and `=banks`). Text without spaces between words (Chinese, Japanese, Korean) gives all pairs of neighbours.
struct TermScanner {
    /// Words and wholes longer than this are cut or left out, in bytes: nobody looks for them.
    static let termBytesMax = 64
    /// Says how terms are made: a stored index of another number is built again.
    static let version: UInt32 = 2

    /// Whether every word is also looked for as it stands.
    let isQuery: Bool

    /// A run of letters, or of digits, within a word.
    private struct Piece {
        let start: Int
        var end: Int
        let isCapital: Bool
        /// Whether it is the first behind a connector.
        let opensPart: Bool
    }

    /// The word that is being read, folded, with its connectors.
    private var word: [UInt8] = []
    private var pieces: [Piece] = []
    private var last = ScalarClass.other
    private var lastStart = 0
    private var capitals = 0
    private var isThousands = false
    /// The ideograph before, for pairs, and how many there were.
    private var ideograph: [UInt8] = []
    private var ideographs = 0
    private var folded: [UInt8] = []
    private var scratch: [UInt8] = []

    init(isQuery: Bool = false) { self.isQuery = isQuery }

    /// The terms of a text in its order, repeats included.
    static func terms(of text: String, isQuery: Bool = false) -> [String] {
        var scanner = TermScanner(isQuery: isQuery)
        var terms: [String] = []
        var text = text
        text.withUTF8 { bytes in
            scanner.scan(bytes) { term, _ in terms.append(String(decoding: term, as: UTF8.self)) }
        }
        return terms
    }

    /// The terms of an entry's name: its words, and the name as a whole. Numbers in it are none by themselves, for
    /// `note-22` has nothing to do with 22 euro.
    static func terms(ofName name: String) -> [String] {
        let terms = terms(of: name)
        return terms.filter { $0 == terms.last || !$0.utf8.allSatisfy { 0x30...0x39 ~= $0 } }
    }

    /// Calls the body with every term; `isExtra` for those that repeat what other terms say.
    @inline(__always)
    mutating func scan(
        _ text: UnsafeBufferPointer<UInt8>, _ body: (_ term: UnsafeBufferPointer<UInt8>, _ isExtra: Bool) -> Void
    ) {
        var place = 0
        while place < text.count {
            let byte = text[place]
            if byte < 0x80 {
                let kind = ScalarFold.asciiClass(byte)
                if kind != .other {
                    if ideographs > 0 { endIdeographs(body) }
                    open(kind, isLastOfPlural: isLastOfPlural(text, place))
                    word.append(kind == .upper ? byte | 0x20 : byte)
                    place += 1
                } else {
                    place = connect(byte, text, place, body)
                }
            } else {
                place = scanBeyondASCII(text, place, body)
            }
        }
        endWord(body)
        endIdeographs(body)
    }

    // MARK: - Scalars

    private mutating func scanBeyondASCII(
        _ text: UnsafeBufferPointer<UInt8>, _ place: Int, _ body: (UnsafeBufferPointer<UInt8>, Bool) -> Void
    ) -> Int {
        guard let (scalar, next) = decode(text, place) else { return place + 1 }
        // A typographic apostrophe.
        if scalar.value == 0x2019 { return connect(UInt8(ascii: "'"), text, next - 1, body) }
        folded.removeAll(keepingCapacity: true)
        switch ScalarFold.fold(scalar, into: &folded) {
        case .ignored: break
        case .other:
            endWord(body)
            endIdeographs(body)
        case .ideograph:
            endWord(body)
            addIdeograph(body)
        case let kind:
            endIdeographs(body)
            open(kind, isLastOfPlural: false)
            word.append(contentsOf: folded)
        }
        return next
    }

    /// The scalar at a place, and where the next one begins; nil within one.
    private func decode(_ text: UnsafeBufferPointer<UInt8>, _ place: Int) -> (Unicode.Scalar, Int)? {
        let first = text[place]
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 0
        guard length > 0, place + length <= text.count else { return nil }
        var value = UInt32(first) & (0x7F >> UInt32(length))
        for offset in 1..<length { value = value << 6 | UInt32(text[place + offset] & 0x3F) }
        guard let scalar = Unicode.Scalar(value) else { return nil }
        return (scalar, place + length)
    }

    /// Whether this is the `s` of `PDFs`, which begins no new piece.
    private func isLastOfPlural(_ text: UnsafeBufferPointer<UInt8>, _ place: Int) -> Bool {
        text[place] == UInt8(ascii: "s")
            && (place + 1 == text.count || ScalarFold.asciiClass(text[place + 1]) == .other)
    }

    /// Makes room for a letter or a digit, and begins a piece where the case or the kind changes.
    private mutating func open(_ kind: ScalarClass, isLastOfPlural: Bool) {
        if last == .other {
            pieces.append(Piece(start: word.count, end: word.count, isCapital: kind == .upper, opensPart: true))
            capitals = 0
        } else if (last == .digit) != (kind == .digit) || (kind == .upper && last == .lower) {
            cut(at: word.count, isCapital: kind == .upper)
        } else if kind == .lower, last == .upper, capitals > 1, !isLastOfPlural {
            // The last capital belongs to what follows: `HTTPServer`.
            cut(at: lastStart, isCapital: true)
        }
        capitals = kind == .upper ? capitals + 1 : 0
        last = kind
        lastStart = word.count
    }

    private mutating func cut(at place: Int, isCapital: Bool) {
        pieces[pieces.count - 1].end = place
        pieces.append(Piece(start: place, end: place, isCapital: isCapital, opensPart: false))
    }

    // MARK: - Connectors

    /// Takes a byte that is no letter and no digit; returns where reading goes on.
    private mutating func connect(
        _ byte: UInt8, _ text: UnsafeBufferPointer<UInt8>, _ place: Int,
        _ body: (UnsafeBufferPointer<UInt8>, Bool) -> Void
    ) -> Int {
        let next = place + 1 < text.count ? text[place + 1] : 0
        let follows = next >= 0x80 ? ScalarClass.lower : ScalarFold.asciiClass(next)
        switch byte {
        case _ where last == .other: break
        case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "@"), UInt8(ascii: "&"):
            guard follows != .other, next < 0x80 else { break }
            return join(byte == UInt8(ascii: "_") ? UInt8(ascii: "-") : byte, place)
        case UInt8(ascii: ":"), UInt8(ascii: "/"):
            guard last == .digit, follows == .digit else { break }
            return join(byte, place)
        case UInt8(ascii: ","):
            guard last == .digit, follows == .digit else { break }
            if isGroupOfThousands(text, place + 1) {
                isThousands = true
                return place + 1
            }
            return join(byte, place)
        case UInt8(ascii: "'"):
            guard last != .digit, follows == .lower || follows == .upper else { break }
            let end = endOfShortEnding(text, place + 1)
            return end > 0 ? end : join(byte, place)
        case UInt8(ascii: "+") where next == byte, UInt8(ascii: "#"):
            // `C++`, `C#`, `F#`.
            guard pieces.count == 1, word.count <= 2, last != .digit else { break }
            let sign = byte == UInt8(ascii: "#") ? [byte] : [byte, byte]
            scratch = word + sign
            scratch.withUnsafeBufferPointer { body($0, true) }
            endWord(body)
            return place + sign.count
        default: break
        }
        endWord(body)
        endIdeographs(body)
        return place + 1
    }

    private mutating func join(_ connector: UInt8, _ place: Int) -> Int {
        pieces[pieces.count - 1].end = word.count
        word.append(connector)
        last = .other
        isThousands = false
        return place + 1
    }

    /// Whether three digits follow, and no fourth, behind one to three or behind other groups.
    private func isGroupOfThousands(_ text: UnsafeBufferPointer<UInt8>, _ place: Int) -> Bool {
        guard place + 3 <= text.count, let piece = pieces.last, piece.opensPart else { return false }
        let digits = (place..<place + 3).allSatisfy { ScalarFold.asciiClass(text[$0]) == .digit }
        let ends = place + 3 == text.count || ScalarFold.asciiClass(text[place + 3]) != .digit
        return digits && ends && (isThousands || word.count - piece.start <= 3)
    }

    /// Where `'s`, `'t`, `'ll` and their like end; 0 if a longer word follows, as in `O'Brien`.
    private func endOfShortEnding(_ text: UnsafeBufferPointer<UInt8>, _ place: Int) -> Int {
        var end = place
        while end < text.count, end < place + 3, ScalarFold.asciiClass(text[end]) != .other { end += 1 }
        return end - place <= 2 && (end == text.count || text[end] < 0x80) ? end : 0
    }

    // MARK: - Terms

    private mutating func endWord(_ body: (UnsafeBufferPointer<UInt8>, Bool) -> Void) {
        guard !pieces.isEmpty else { return }
        pieces[pieces.count - 1].end = word.count
        if pieces.count == 1 {
            let piece = pieces[0]
            emit(piece.start, piece.end, isCapital: piece.isCapital, isExtra: false, body)
        } else {
            var part = 0
            var parts = 0
            for (index, piece) in pieces.enumerated() {
                emit(piece.start, piece.end, isCapital: piece.isCapital, isExtra: false, body)
                if piece.opensPart {
                    part = index
                    parts += 1
                }
                // A part of several pieces is also a term as a whole.
                if index > part, index + 1 == pieces.count || pieces[index + 1].opensPart {
                    emit(pieces[part].start, piece.end, isCapital: false, isExtra: true, body)
                }
            }
            if parts > 1, word.count <= Self.termBytesMax {
                word.withUnsafeBufferPointer { body($0, true) }
            }
        }
        word.removeAll(keepingCapacity: true)
        pieces.removeAll(keepingCapacity: true)
        last = .other
        isThousands = false
    }

    private mutating func emit(
        _ start: Int, _ end: Int, isCapital: Bool, isExtra: Bool, _ body: (UnsafeBufferPointer<UInt8>, Bool) -> Void
    ) {
        var end = min(end, start + Self.termBytesMax)
        while end > start, end < word.count, word[end] & 0xC0 == 0x80 { end -= 1 }
        guard end > start else { return }
        let isStop = word.withUnsafeBufferPointer { EnglishStem.isStopWord(.init(rebasing: $0[start..<end])) }
        guard !isStop else { return }
        scratch.removeAll(keepingCapacity: true)
        scratch.append(contentsOf: word[start..<end])
        EnglishStem.cut(&scratch)
        scratch.withUnsafeBufferPointer { body($0, isExtra) }
        // The stem may differ in its last letter alone (`stories`), so lengths do not tell.
        guard isQuery || isCapital, !isExtra, !scratch.elementsEqual(word[start..<end]) else { return }
        scratch.removeAll(keepingCapacity: true)
        scratch.append(UInt8(ascii: "="))
        scratch.append(contentsOf: word[start..<end])
        scratch.withUnsafeBufferPointer { body($0, true) }
    }

    private mutating func addIdeograph(_ body: (UnsafeBufferPointer<UInt8>, Bool) -> Void) {
        if ideographs > 0 {
            ideograph.append(contentsOf: folded)
            ideograph.withUnsafeBufferPointer { body($0, false) }
        }
        swap(&ideograph, &folded)
        ideographs += 1
    }

    private mutating func endIdeographs(_ body: (UnsafeBufferPointer<UInt8>, Bool) -> Void) {
        if ideographs == 1 { ideograph.withUnsafeBufferPointer { body($0, false) } }
        ideographs = 0
    }
}
