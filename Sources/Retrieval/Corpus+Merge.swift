import EventSourcing
import Wire

extension Corpus {
    /// A version on its way into a new segment.
    private struct Moving {
        let segment: Int
        let version: Int
        let name: String
        let born: Position
        let died: Position
    }

    /// One segment in place of several that follow each other: with everything that they hold, in the same order.
    ///
    /// Columns of others move with their documents; documents that have none get zeros, and of columns of one name that
    /// differ in width the newest stays.
    ///
    /// - Parameter range: segments that follow each other. Those that come from files have to be checked before.
    public func merged(_ range: Range<Int>) -> SegmentImage {
        precondition(!range.isEmpty && range.upperBound <= segments.count, "merges segments that are there")
        var image = SegmentImage(chunker: segments[range.upperBound - 1].chunker)
        var columns = SegmentColumns()
        var moved = range.map { [UInt32](repeating: .max, count: segments[$0].documents) }
        var strings = range.map { segments[$0] }.map(StringMove.init)
        image.through = range.reduce(0) { max($0, segments[$1].through) }
        let closed = closed(in: range)
        var versions = moving(range)[...]
        for (name, position) in closed.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            columns.beginEntry(image.strings.id(of: name), closed: position)
            while let version = versions.first, version.name == name {
                versions.removeFirst()
                move(version, range.lowerBound, &columns, &image, &strings, &moved)
            }
        }
        columns.finish(&image)
        PostingsMerge(range.map { segments[$0] }, moved: moved, lengths: columns.documentLength).write(&image)
        addOpaque(range, moved, &image)
        return image
    }

    /// Every entry of the segments, and where it begins in them.
    private func closed(in range: Range<Int>) -> [String: Position] {
        var closed: [String: Position] = [:]
        for segment in segments[range] {
            for entry in 0..<segment.entries {
                let name = segment.string(segment.entryName[entry])
                closed[name] = min(closed[name] ?? .max, segment.entryClosed[entry])
            }
        }
        return closed
    }

    /// All versions of the segments, by entry and position.
    private func moving(_ range: Range<Int>) -> [Moving] {
        var moving: [Moving] = []
        for index in range {
            let segment = segments[index]
            var ended = ended[index][...]
            for version in 0..<segment.versions {
                var died = segment.versionDied[version]
                if let first = ended.first, first.version == version {
                    // What a segment outside the range ends, it ends for the new segment as well.
                    died = first.at
                    ended.removeFirst()
                }
                let name = segment.name(of: version)
                moving.append(
                    Moving(
                        segment: index, version: version, name: name, born: segment.versionBorn[version], died: died))
            }
        }
        return moving.sorted {
            $0.name == $1.name ? $0.born < $1.born : $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
        }
    }

    private func move(
        _ version: Moving, _ first: Int, _ columns: inout SegmentColumns, _ image: inout SegmentImage,
        _ strings: inout [StringMove], _ moved: inout [[UInt32]]
    ) {
        let segment = segments[version.segment]
        let slot = version.segment - first
        let row = version.version
        let place = Int(segment.versionFacet[row]) * SegmentFormat.facetNumbers
        let owner = segment.facets[place + 1]
        let firstTag = Int(segment.facets[place + 3])
        let facet = SegmentColumns.Facet(
            collection: segment.string(segment.facets[place]),
            customer: owner == 0 ? nil : segment.string(owner - 1),
            kind: segment.string(segment.facets[place + 2]),
            tags: (0..<Int(segment.facets[place + 4])).map { segment.string(segment.facetTags[firstTag + $0]) })
        let from = segment.versionValidFrom[row]
        columns.beginVersion(
            number: segment.versionNumber[row], born: version.born, died: version.died,
            time: segment.versionTime[row], validity: from..<max(from, segment.versionValidUntil[row]),
            facet: columns.facet(facet, &image.strings),
            title: strings[slot].move(segment.versionTitle[row], to: &image.strings),
            content: segment.content(of: row))
        for document in segment.documents(of: row) {
            moved[slot][document] = UInt32(columns.documents)
            let start = segment.documentStart[document]
            let line = segment.documentFirstLine[document]
            columns.addDocument(
                length: segment.documentLength[document], bytes: start..<max(start, segment.documentEnd[document]),
                lines: line...max(line, segment.documentLastLine[document]),
                headings: strings[slot].move(segment.documentHeadings[document], to: &image.strings))
        }
    }

    private func addOpaque(_ range: Range<Int>, _ moved: [[UInt32]], _ image: inout SegmentImage) {
        var strides: [String: Int] = [:]
        for segment in segments[range] {
            for name in segment.columnNames { strides[name] = segment.column(name)?.stride }
        }
        let segments = Array(segments[range])
        for (name, stride) in strides.sorted(by: { $0.key < $1.key }) {
            image.add(column: name, stride: stride) { room in
                for (segment, places) in zip(segments, moved) {
                    guard let (width, bytes) = segment.column(name), width == stride else { continue }
                    for (old, new) in places.enumerated() where new != .max {
                        UnsafeMutableRawBufferPointer(rebasing: room[Int(new) * stride..<(Int(new) + 1) * stride])
                            .copyMemory(
                                from: UnsafeRawBufferPointer(rebasing: bytes[old * stride..<(old + 1) * stride]))
                    }
                }
            }
        }
    }
}

/// Moves texts of one segment to another, each once.
private struct StringMove {
    private let segment: Segment
    private var moved: [UInt32: UInt32] = [:]

    init(_ segment: Segment) { self.segment = segment }

    mutating func move(_ id: UInt32, to strings: inout StringPool) -> UInt32 {
        if let known = moved[id] { return known }
        let new = strings.id(of: segment.string(id))
        moved[id] = new
        return new
    }
}

/// Writes the terms of several segments as those of one.
private struct PostingsMerge {
    private let segments: [Segment]
    /// The new number of each segment's documents; `.max` for those left out.
    private let moved: [[UInt32]]
    private let lengths: [UInt16]

    init(_ segments: [Segment], moved: [[UInt32]], lengths: [UInt16]) {
        self.segments = segments
        self.moved = moved
        self.lengths = lengths
    }

    func write(_ image: inout SegmentImage) {
        var writer = PostingsWriter()
        var next = segments.map { _ in 0 }
        var found: [(document: UInt32, count: UInt16)] = []
        while let term = least(next) {
            found.removeAll(keepingCapacity: true)
            var sources = 0
            for (index, segment) in segments.enumerated() where next[index] < segment.terms {
                guard segment.termBytes(of: next[index]).elementsEqual(term) else { continue }
                read(next[index], index, &found)
                next[index] += 1
                sources += 1
            }
            guard !found.isEmpty else { continue }
            // The documents of one segment stay in their order.
            if sources > 1 { found.sort { $0.document < $1.document } }
            let documents = found.map(\.document)
            let counts = found.map(\.count)
            documents.withUnsafeBufferPointer { documents in
                counts.withUnsafeBufferPointer {
                    writer.add(term, documents: documents, occurrences: $0, lengths: lengths)
                }
            }
        }
        writer.finish(&image)
    }

    /// The least of the terms that come next.
    private func least(_ next: [Int]) -> UnsafeRawBufferPointer? {
        var least: UnsafeRawBufferPointer?
        for (index, segment) in segments.enumerated() where next[index] < segment.terms {
            let term = segment.termBytes(of: next[index])
            if least.map({ term.lexicographicallyPrecedes($0) }) ?? true { least = term }
        }
        return least
    }

    private func read(_ term: Int, _ index: Int, _ found: inout [(document: UInt32, count: UInt16)]) {
        withUnsafeTemporaryAllocation(byteCount: PostingsCursor.roomBytes, alignment: 8) { room in
            guard let base = room.baseAddress else { return }
            var cursor = PostingsCursor(term, in: segments[index], room: base)
            while !cursor.isAtEnd {
                cursor.unpack()
                for place in 0..<cursor.size {
                    let new = moved[index][Int(cursor.documents[place])]
                    if new != .max { found.append((new, cursor.counts[place])) }
                }
                cursor.nextBlock()
            }
        }
    }
}
