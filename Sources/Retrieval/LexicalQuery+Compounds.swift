// Languages that write compounds as one word.
extension LexicalQuery {
    /// A shorter word is part of many that have nothing to do with it, in bytes.
    static let compoundPartBytesMin = 8
    /// The words of a query that are looked for in compounds, and the compounds that count for each.
    static let compoundWordsMax = 4
    static let compoundsMax = 8

    /// The compounds that begin or end with a word of the query which no document that may be seen has by itself:
    /// `Fahrradversicherung` for `Versicherung`. Whoever has one has the word.
    static func compounds(of terms: [Term], in corpus: Corpus, _ scope: Corpus.Scope) -> [Term] {
        let words = terms.filter { term in
            !term.isExtra && term.documents == 0 && term.text.utf8.count >= compoundPartBytesMin
                && term.text.allSatisfy(\.isLetter)
        }
        var compounds: [Term] = []
        for word in words.prefix(compoundWordsMax) {
            let part = Array(word.text.utf8)
            let names = corpus.segments.indices.filter { scope.segments[$0].count > 0 }
                .reduce(into: Set<String>()) { $0.formUnion(corpus.segments[$1].compounds(with: part)) }
            // Chosen among those that may be seen alone: others change nothing.
            let seen = names.sorted().lazy
                .map { Term($0, isExtra: true, covers: word.covers, corpus, scope) }.filter { $0.documents > 0 }
            compounds += seen.prefix(min(compoundsMax, termsMax - terms.count - compounds.count))
        }
        return compounds
    }
}

extension Segment {
    /// The terms of letters alone that are longer than a part, and begin or end with it.
    fileprivate func compounds(with part: [UInt8]) -> [String] {
        part.withUnsafeBytes { part in
            (0..<terms).compactMap { term in
                let bytes = termBytes(of: term)
                guard bytes.count > part.count,
                    bytes.suffix(part.count).elementsEqual(part) || bytes.prefix(part.count).elementsEqual(part)
                else { return nil }
                let text = String(decoding: bytes, as: UTF8.self)
                return text.allSatisfy(\.isLetter) ? text : nil
            }
        }
    }
}
