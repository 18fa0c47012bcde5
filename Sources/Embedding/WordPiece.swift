import CKernels

/// Cuts texts into the tokens of BERT: the same as Hugging Face's `BertTokenizer` for uncased models.
///
/// A text is cleaned, its accents and cases are dropped (`ck_normalise`); it falls into words at white space, and
/// punctuation and ideographs are words of their own; of every word the longest beginning that is a token is taken,
/// then that of the rest. Names of special tokens in the text become those tokens, as there.
struct WordPiece: Sendable {
    /// A longer word is unknown, in Unicode scalars.
    static let wordScalarsMax = 100

    private let vocabulary: Vocabulary
    private let begin: UInt32
    private let end: UInt32
    let unknown: UInt32
    private let special: [(name: [UInt8], number: UInt32)]

    init(_ vocabulary: Vocabulary) throws(ModelPackError) {
        var special: [(name: [UInt8], number: UInt32)] = []
        for name in ["[CLS]", "[SEP]", "[UNK]", "[PAD]", "[MASK]"] {
            guard let number = vocabulary.number(of: name) else { throw .damaged("it has no token \(name)") }
            special.append((Array(name.utf8), number))
        }
        self.vocabulary = vocabulary
        self.special = special
        (begin, end, unknown) = (special[0].number, special[1].number, special[2].number)
    }

    /// Appends the tokens of a text, with one that begins it and one that ends it.
    ///
    /// - Parameter tokensMax: at most so many, with these two; what is left over is left out.
    func encode(_ text: String, tokensMax: Int, into tokens: inout [UInt32]) {
        let limit = tokens.count + tokensMax - 1
        tokens.append(begin)
        var text = text
        text.withUTF8 { bytes in
            var word = Word()
            var place = 0
            while place < bytes.count, tokens.count < limit {
                if bytes[place] == UInt8(ascii: "["), let special = special(in: bytes, at: place) {
                    close(&word, into: &tokens)
                    tokens.append(special.number)
                    place += special.name.count
                    continue
                }
                let (scalar, length) = Self.scalar(in: bytes, at: place)
                place += length
                add(scalar, to: &word, into: &tokens)
            }
            close(&word, into: &tokens)
        }
        if tokens.count > limit { tokens.removeLast(tokens.count - limit) }
        tokens.append(end)
    }

    private func add(_ scalar: UInt32, to word: inout Word, into tokens: inout [UInt32]) {
        // Most texts are made of these; the table says the same of them.
        if UInt8(ascii: "a")...UInt8(ascii: "z") ~= UInt8(truncatingIfNeeded: scalar), scalar < 0x80 {
            return word.append(scalar)
        }
        let normal = ck_normalise(scalar)
        switch normal.kind {
        case CK_REMOVED: break
        case CK_SPACE: close(&word, into: &tokens)
        case CK_ALONE:
            close(&word, into: &tokens)
            word.append(normal.scalars.0)
            close(&word, into: &tokens)
        default:
            word.append(normal.scalars.0)
            if normal.count > 1 { word.append(normal.scalars.1) }
            if normal.count > 2 { word.append(normal.scalars.2) }
        }
    }

    /// Cuts a word into tokens, and begins a new one.
    private func close(_ word: inout Word, into tokens: inout [UInt32]) {
        guard word.scalars > 0 else { return }
        defer { word.clear() }
        guard word.scalars <= Self.wordScalarsMax else { return tokens.append(unknown) }
        let count = tokens.count
        word.bytes.withUnsafeBufferPointer { bytes in
            var start = 0
            while start < bytes.count {
                guard let (number, length) = longest(in: UnsafeBufferPointer(rebasing: bytes[start...]), start > 0)
                else {
                    tokens.removeLast(tokens.count - count)
                    return tokens.append(unknown)
                }
                tokens.append(number)
                start += length
            }
        }
    }

    /// The longest token that these bytes begin with; within a word, of those that begin with two number signs.
    private func longest(in bytes: UnsafeBufferPointer<UInt8>, _ isWithin: Bool) -> (number: UInt32, length: Int)? {
        let signs = isWithin ? 2 : 0
        var hash = Vocabulary.Hash()
        for _ in 0..<signs { hash.add(UInt8(ascii: "#")) }
        var found: (number: UInt32, length: Int)?
        for end in 0..<min(bytes.count, vocabulary.bytesMax - signs) {
            hash.add(bytes[end])
            let isBoundary = end + 1 == bytes.count || bytes[end + 1] & 0xc0 != 0x80
            let part = UnsafeBufferPointer(rebasing: bytes[...end])
            if isBoundary, let number = vocabulary.number(prefix: signs, of: part, hash: hash) {
                found = (number, end + 1)
            }
        }
        return found
    }

    private func special(in bytes: UnsafeBufferPointer<UInt8>, at place: Int) -> (name: [UInt8], number: UInt32)? {
        special.first { bytes[place...].starts(with: $0.name) }
    }

    /// The scalar that begins here, and its bytes. The text is valid.
    private static func scalar(
        in bytes: UnsafeBufferPointer<UInt8>, at place: Int
    ) -> (scalar: UInt32, length: Int) {
        let first = UInt32(bytes[place])
        let length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
        var scalar = length == 1 ? first : first & (0x7f >> UInt32(length))
        for next in place + 1..<place + length { scalar = scalar << 6 | UInt32(bytes[next]) & 0x3f }
        return (scalar, length)
    }
}

/// A word that is being read, in UTF-8.
private struct Word {
    var bytes: [UInt8] = []
    /// How many it has; its bytes end where it is too long.
    var scalars = 0

    mutating func append(_ scalar: UInt32) {
        scalars += 1
        guard scalars <= WordPiece.wordScalarsMax else { return }
        switch scalar {
        case ..<0x80: bytes.append(UInt8(scalar))
        case ..<0x800:
            bytes.append(0xc0 | UInt8(scalar >> 6))
            bytes.append(Self.tail(scalar))
        case ..<0x10000:
            bytes.append(0xe0 | UInt8(scalar >> 12))
            bytes.append(Self.tail(scalar >> 6))
            bytes.append(Self.tail(scalar))
        default:
            bytes.append(0xf0 | UInt8(scalar >> 18))
            bytes.append(Self.tail(scalar >> 12))
            bytes.append(Self.tail(scalar >> 6))
            bytes.append(Self.tail(scalar))
        }
    }

    mutating func clear() {
        bytes.removeAll(keepingCapacity: true)
        scalars = 0
    }

    private static func tail(_ scalar: UInt32) -> UInt8 { 0x80 | UInt8(scalar & 0x3f) }
}
