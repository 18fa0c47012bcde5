/// The words that are looked for, with their weights in what may be seen.
public struct LexicalQuery: Sendable {
    /// The most different terms of a query that count; the first ones.
    public static let termsMax = 64

    /// A term of the query.
    struct Term: Sendable {
        let text: String
        /// A name or a code as a whole, or a word as it stands: finds more, and is missed by nobody.
        let isExtra: Bool
        /// Its number in each segment; nil where it does not occur.
        let numbers: [Int?]
        /// In how many documents that may be seen it occurs.
        let documents: Int
        /// `idf · (k1 + 1)`: more than it can ever add to a score.
        let weight: Double
        /// The terms of the query that a document has if it has this: itself, and all that a whole is made of. One bit
        /// each, by their places.
        let covers: UInt64

        /// Whether it is among what a document has to have: a word, or a whole that some document has. `A-991` is more
        /// than 991; a word as it stands is no more than the word.
        var counts: Bool { !isExtra || documents > 0 && text.utf8.first != UInt8(ascii: "=") }
    }

    let terms: [Term]
    /// The score of a document that had every word of the query without end: bounds all scores.
    let bound: Double
    /// The weights of all its words, whether they occur or not, and of the wholes that do.
    let wordsWeight: Double

    /// - Parameters:
    ///   - text: whatever somebody asks.
    ///   - scope: what may be seen of the corpus.
    public init(_ text: String, in corpus: Corpus, _ scope: Corpus.Scope) {
        var seen: Set<String> = []
        var words: [Word] = []
        var scanner = TermScanner(isQuery: true)
        var text = text
        text.withUTF8 { bytes in
            scanner.scan(bytes) { term, isExtra in
                let term = String(decoding: term, as: UTF8.self)
                guard words.count < Self.termsMax, seen.insert(term).inserted else { return }
                words.append(Word(text: term, whole: isExtra ? term : nil))
            }
            DigitRuns.forEach(in: bytes) { digits, place in
                let term = String(decoding: digits, as: UTF8.self)
                guard words.count < Self.termsMax, seen.insert(term).inserted else { return }
                words.append(Word(text: term, whole: String(decoding: bytes[place], as: UTF8.self)))
            }
        }
        self.init(words, corpus, scope)
    }

    /// - Parameter terms: as they stand in the index; different ones, of which the first `termsMax` count.
    public init(terms: [String], in corpus: Corpus, _ scope: Corpus.Scope) {
        self.init(terms.prefix(Self.termsMax).map { Word(text: $0, whole: nil) }, corpus, scope)
    }

    /// A term, and for one that is extra what it was made of.
    private struct Word {
        let text: String
        let whole: String?
    }

    private init(_ words: [Word], _ corpus: Corpus, _ scope: Corpus.Scope) {
        var places: [String: Int] = [:]
        for (place, word) in words.enumerated() where word.whole == nil { places[word.text] = place }
        let own = words.enumerated().map { place, word in
            let parts = word.whole.map { TermScanner.terms(of: $0).compactMap { places[$0] } + [place] } ?? [place]
            return Term(
                word.text, isExtra: word.whole != nil, covers: parts.reduce(0) { $0 | 1 << UInt64($1) }, corpus, scope)
        }
        terms = own + Self.compounds(of: own, in: corpus, scope)
        bound = terms.reduce(0) { $1.isExtra && $1.documents == 0 ? $0 : $0 + $1.weight }
        wordsWeight = own.reduce(0) { $1.counts ? $0 + $1.weight : $0 }
    }

    /// Which of the words these are, weighted by how rare they are, from 0 to 1.
    func coverage(_ covered: UInt64) -> Double {
        guard wordsWeight > 0 else { return 0 }
        var weight = 0.0
        for (place, term) in terms.prefix(Self.termsMax).enumerated()
        where term.counts && covered & 1 << UInt64(place) != 0 {
            weight += term.weight
        }
        return min(1, weight / wordsWeight)
    }

    /// In how many documents of a segment that may be seen a term occurs.
    fileprivate static func documents(with term: Int, in segment: Segment, _ visible: VisibleDocuments) -> Int {
        if visible.isEverything { return Int(segment.termCounts[term]) }
        if visible.count == 0 { return 0 }
        return withUnsafeTemporaryAllocation(byteCount: PostingsCursor.roomBytes, alignment: 8) { room in
            guard let base = room.baseAddress else { return 0 }
            var cursor = PostingsCursor(term, in: segment, room: base)
            var documents = 0
            while !cursor.isAtEnd {
                let block = cursor.header(cursor.block)
                let first = Int(block.first)
                let last = min(Int(block.last), segment.documents - 1)
                // A block is unpacked only if some of its range may be seen, and some not.
                let seen = first <= last ? visible.count(from: first, through: last) : 0
                if seen == last - first + 1 {
                    documents += block.documents
                } else if seen > 0 {
                    cursor.unpack()
                    for index in 0..<cursor.size where visible.contains(Int(cursor.documents[index])) { documents += 1 }
                }
                cursor.nextBlock()
            }
            return documents
        }
    }
}

extension LexicalQuery.Term {
    init(_ text: String, isExtra: Bool, covers: UInt64, _ corpus: Corpus, _ scope: Corpus.Scope) {
        var text = text
        let numbers = text.withUTF8 { bytes in
            corpus.segments.map { $0.term(UnsafeRawBufferPointer(bytes)) }
        }
        let documents = zip(zip(corpus.segments, scope.segments), numbers).reduce(0) { sum, place in
            place.1.map { sum + LexicalQuery.documents(with: $0, in: place.0.0, place.0.1) } ?? sum
        }
        self.init(
            text: text, isExtra: isExtra, numbers: numbers, documents: documents,
            weight: BM25.idf(documents: scope.count, with: documents) * (BM25.k1 + 1), covers: covers)
    }
}
