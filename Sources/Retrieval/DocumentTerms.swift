/// Counts terms document by document, and writes them out term by term.
struct DocumentTerms {
    private var table = TermTable()
    private var scanner = TermScanner()
    /// For each document the terms it has and how often, one document after the other.
    private var found: [UInt32] = []
    private var counts: [UInt16] = []
    /// Where the next document's begin.
    private var ends: [Int] = []
    /// For each term: the document that had it last, plus one, and where in `found`.
    private var lastDocument: [UInt32] = []
    private var lastPlace: [Int] = []

    /// Counts the terms of the next document: of its title, the headings above it, and a range of a text.
    ///
    /// - Parameters:
    ///   - name: the terms of the entry's name, which make no document longer.
    /// - Returns: its length in terms.
    mutating func add(
        name: [String], title: String, headings: [String], text: [UInt8], range: Range<Int>
    ) -> UInt16 {
        for term in name {
            var term = term
            term.withUTF8 { count(table.id(of: $0)) }
        }
        var length = 0
        for context in [title] + headings {
            var context = context
            context.withUTF8 { length += count($0) }
        }
        text.withUnsafeBufferPointer { length += count(UnsafeBufferPointer(rebasing: $0[range])) }
        ends.append(found.count)
        return UInt16(clamping: length)
    }

    private mutating func count(_ text: UnsafeBufferPointer<UInt8>) -> Int {
        var length = 0
        // Taken out, so that its use and that of the table do not overlap.
        var scanner = scanner
        self.scanner = TermScanner()
        scanner.scan(text) { term, _ in
            count(table.id(of: term))
            length += 1
        }
        self.scanner = scanner
        DigitRuns.forEach(in: text) { digits, _ in count(table.id(of: digits)) }
        return length
    }

    private mutating func count(_ term: UInt32) {
        let document = UInt32(ends.count + 1)
        let id = Int(term)
        if id == lastDocument.count {
            lastDocument.append(0)
            lastPlace.append(0)
        }
        if lastDocument[id] == document {
            let place = lastPlace[id]
            if counts[place] < .max { counts[place] += 1 }
        } else {
            lastDocument[id] = document
            lastPlace[id] = found.count
            found.append(term)
            counts.append(1)
        }
    }

    /// Turns the documents' terms into the terms' documents.
    func writePostings(lengths: [UInt16], _ image: inout SegmentImage) {
        var starts = [Int](repeating: 0, count: table.count + 1)
        for term in found { starts[Int(term) + 1] += 1 }
        for term in 0..<table.count { starts[term + 1] += starts[term] }
        var next = starts
        var documents = [UInt32](repeating: 0, count: found.count)
        var occurrences = [UInt16](repeating: 0, count: found.count)
        var place = 0
        for (document, end) in ends.enumerated() {
            while place < end {
                let term = Int(found[place])
                documents[next[term]] = UInt32(document)
                occurrences[next[term]] = counts[place]
                next[term] += 1
                place += 1
            }
        }
        var writer = PostingsWriter()
        table.bytes.withUnsafeBytes { bytes in
            documents.withUnsafeBufferPointer { documents in
                occurrences.withUnsafeBufferPointer { occurrences in
                    for term in table.sorted() {
                        let range = starts[Int(term)]..<starts[Int(term) + 1]
                        writer.add(
                            UnsafeRawBufferPointer(rebasing: bytes[table.range(term)]),
                            documents: UnsafeBufferPointer(rebasing: documents[range]),
                            occurrences: UnsafeBufferPointer(rebasing: occurrences[range]), lengths: lengths)
                    }
                }
            }
        }
        writer.finish(&image)
    }
}
