/// The search of one segment, window by window.
struct SegmentSearch {
    /// A term of the query in this segment.
    private struct Clause {
        var cursor: PostingsCursor
        let weight: Double
        /// What its best block in the window can add.
        var bound: Int64 = 0
    }

    private let number: Int
    private let segment: Segment
    private let visible: VisibleDocuments
    private let norms: [Double]
    private let isFiltered: Bool
    private let lengths: UnsafePointer<UInt16>?
    private let sums: UnsafeMutablePointer<Int64>
    /// The documents of the window that have a word, as bits.
    private var touched = [UInt64](repeating: 0, count: LexicalIndex.window / 64)
    private var clauses: [Clause]
    /// Clauses by their bounds in the window, the least first.
    private var order: [Int]
    /// What each clause in that order and all before it can add.
    private var reach: [Int64]

    /// - Parameter room: for a cursor a term, and the sums of a window.
    init(
        _ number: Int, _ segment: Segment, _ visible: VisibleDocuments, _ terms: [(number: Int, weight: Double)],
        meanLength: Double, room: UnsafeMutableRawPointer
    ) {
        self.number = number
        self.segment = segment
        self.visible = visible
        isFiltered = !visible.isEverything
        norms = BM25.norms(lengthMax: segment.lengthMax, mean: meanLength)
        lengths = segment.documentLength.base
        sums = room.assumingMemoryBound(to: Int64.self)
        sums.initialize(repeating: 0, count: LexicalIndex.window)
        let cursors = room + MemoryLayout<Int64>.stride * LexicalIndex.window
        clauses = terms.enumerated().map { index, term in
            let cursor = PostingsCursor(term.number, in: segment, room: cursors + index * PostingsCursor.roomBytes)
            return Clause(cursor: cursor, weight: term.weight)
        }
        order = Array(terms.indices)
        reach = Array(repeating: 0, count: terms.count)
    }

    mutating func run(_ top: inout TopDocuments) {
        var start = 0
        while start < segment.documents {
            // On to where the next document with any word can be.
            let next = clauses.reduce(Int.max) { least, clause in
                clause.cursor.isAtEnd ? least : min(least, Int(clause.cursor.header(clause.cursor.block).first))
            }
            guard next < segment.documents else { return }
            start = max(start, next / 64 * 64)
            let end = min(start + LexicalIndex.window, segment.documents)
            search(start..<end, &top)
            start = end
            for index in clauses.indices { clauses[index].cursor.skip(to: start) }
        }
    }

    private mutating func search(_ window: Range<Int>, _ top: inout TopDocuments) {
        boundClauses(in: window)
        guard let all = reach.last, all >= top.leastUnits else { return }
        // Clauses that cannot lift a document among the best even all together are asked only about candidates.
        let essential = reach.firstIndex { $0 >= top.leastUnits } ?? reach.count
        for place in essential..<order.count {
            let others = all - clauses[order[place]].bound
            add(order[place], window, atLeast: top.leastUnits == .min ? .min : top.leastUnits - others)
        }
        collect(window, essential: essential, &top)
    }

    /// Finds what each clause can add in the window, and puts them in order.
    private mutating func boundClauses(in window: Range<Int>) {
        for index in clauses.indices {
            var bound: Int64 = 0
            var block = clauses[index].cursor.block
            while block < clauses[index].cursor.endBlock {
                let header = clauses[index].cursor.header(block)
                guard Int(header.first) < window.upperBound else { break }
                bound = max(bound, self.bound(header, clauses[index].weight))
                block += 1
            }
            clauses[index].bound = bound
        }
        // Few, and nearly in order: insertion keeps it without allocating.
        for place in order.indices.dropFirst() {
            var place = place
            while place > 0, clauses[order[place]].bound < clauses[order[place - 1]].bound {
                order.swapAt(place, place - 1)
                place -= 1
            }
        }
        var sum: Int64 = 0
        for (place, index) in order.enumerated() {
            sum += clauses[index].bound
            reach[place] = sum
        }
    }

    private func bound(_ block: PostingsBlock, _ weight: Double) -> Int64 {
        let norm = norms[min(Int(block.lengthMin), norms.count - 1)]
        return BM25.units(weight: weight, count: block.countMax, norm: norm) + BM25.slack
    }

    /// Adds what a clause gives to the documents of the window; blocks that cannot give enough are left out.
    private mutating func add(_ index: Int, _ window: Range<Int>, atLeast least: Int64) {
        guard let lengths else { return }
        let weight = clauses[index].weight
        while !clauses[index].cursor.isAtEnd {
            let header = clauses[index].cursor.header(clauses[index].cursor.block)
            guard Int(header.first) < window.upperBound else { return }
            if bound(header, weight) >= least {
                clauses[index].cursor.unpack()
                let cursor = clauses[index].cursor
                let norms = self.norms
                let lengthMax = norms.count - 1
                for place in 0..<cursor.size {
                    let document = Int(cursor.documents[place])
                    guard document >= window.lowerBound else { continue }
                    guard document < window.upperBound else { break }
                    let norm = norms[min(Int(lengths[document]), lengthMax)]
                    let slot = document - window.lowerBound
                    sums[slot] += BM25.units(weight: weight, count: cursor.counts[place], norm: norm)
                    touched[slot >> 6] |= 1 << UInt64(slot & 63)
                }
            }
            // The block may reach into the next window.
            guard Int(header.last) < window.upperBound else { return }
            clauses[index].cursor.nextBlock()
        }
    }

    /// Asks the other clauses about each candidate, and offers it.
    private mutating func collect(_ window: Range<Int>, essential: Int, _ top: inout TopDocuments) {
        for word in touched.indices where touched[word] != 0 {
            var bits = touched[word]
            touched[word] = 0
            let firstSlot = word << 6
            // Windows begin at a multiple of 64, so their words are the filter's.
            let seen = isFiltered ? visible.words[(window.lowerBound >> 6) + word] : .max
            while bits != 0 {
                let bit = bits.trailingZeroBitCount
                bits &= bits - 1
                var sum = sums[firstSlot + bit]
                sums[firstSlot + bit] = 0
                guard seen >> UInt64(bit) & 1 == 1 else { continue }
                guard sum + (essential > 0 ? reach[essential - 1] : 0) >= top.leastUnits else { continue }
                let document = window.lowerBound + firstSlot + bit
                if complete(&sum, document, essential: essential, top.leastUnits) {
                    top.offer(Corpus.Document(segment: number, number: document), units: sum)
                }
            }
        }
    }

    /// Adds what the clauses that are not essential give; false as soon as it cannot be enough.
    private mutating func complete(_ sum: inout Int64, _ document: Int, essential: Int, _ least: Int64) -> Bool {
        var place = essential
        while place > 0 {
            guard sum + reach[place - 1] >= least else { return false }
            place -= 1
            let index = order[place]
            let count = clauses[index].cursor.count(in: document)
            guard count > 0 else { continue }
            let length = min(Int(segment.documentLength[document]), norms.count - 1)
            sum += BM25.units(weight: clauses[index].weight, count: count, norm: norms[length])
        }
        return sum >= least
    }
}
