public import EventSourcing

/// All segments of an index, the oldest first, and what later ones end in earlier ones.
public struct Corpus: Sendable {
    /// The most segments that lie beside each other.
    public static let segmentsMax = 64

    /// A document of one of the segments.
    public struct Document: Sendable, Hashable {
        public let segment: Int
        /// Its number within the segment.
        public let number: Int

        public init(segment: Int, number: Int) {
            self.segment = segment
            self.number = number
        }
    }

    /// What is searched: the documents of each segment that may be seen.
    public struct Scope: Sendable {
        public let segments: [VisibleDocuments]
        /// How many may be seen.
        public let count: Int
        let meanLength: Double

        init(_ segments: [VisibleDocuments]) {
            self.segments = segments
            count = segments.reduce(0) { $0 + $1.count }
            meanLength = count == 0 ? 1 : max(1, Double(segments.reduce(0) { $0 + $1.length }) / Double(count))
        }
    }

    public private(set) var segments: [Segment] = []
    /// For each segment: versions that a later segment ends, by number, and where.
    private(set) var ended: [[(version: Int, at: Position)]] = []

    /// - Parameter segments: the oldest first; at most `segmentsMax`.
    public init(_ segments: [Segment] = []) {
        for segment in segments { append(segment) }
    }

    /// How many chunks it holds, of all versions.
    public var documents: Int { segments.reduce(0) { $0 + $1.documents } }

    /// What the log said up to this position is in it.
    public var through: Position { segments.reduce(0) { max($0, $1.through) } }

    /// Adds what came since: versions that live on in earlier segments end where the new segment goes on with their
    /// entry.
    public mutating func append(_ segment: Segment) {
        add(segment)
        for entry in 0..<segment.entries {
            let name = segment.string(segment.entryName[entry])
            for earlier in segments.indices.dropLast().reversed() {
                guard let found = segments[earlier].entry(named: name) else { continue }
                // Only the last version of the newest segment that has any is still alive.
                guard let last = segments[earlier].versions(of: found).last else { continue }
                end(last, of: earlier, at: segment.entryClosed[entry])
                break
            }
        }
    }

    /// Lays a segment beside the others, with the texts of versions that are hollow in them: it ends nothing.
    public mutating func overlay(_ segment: Segment) { add(segment) }

    private mutating func add(_ segment: Segment) {
        precondition(segments.count < Self.segmentsMax, "at most \(Self.segmentsMax) segments: merge some first")
        segments.append(segment)
        ended.append([])
    }

    /// Puts one segment in place of several that follow each other.
    ///
    /// - Parameter segment: made by `merged` of these very segments.
    public mutating func replace(_ range: Range<Int>, with segment: Segment) {
        segments.replaceSubrange(range, with: [segment])
        // What later ones end in it is in it already.
        ended.replaceSubrange(range, with: [[]])
    }

    private mutating func end(_ version: Int, of segment: Int, at position: Position) {
        guard position < segments[segment].versionDied[version] else { return }
        var place = ended[segment].count
        // Entries come in order, so it is nearly always the last place.
        while place > 0, ended[segment][place - 1].version >= version { place -= 1 }
        if place < ended[segment].count, ended[segment][place].version == version {
            ended[segment][place].at = min(ended[segment][place].at, position)
        } else {
            ended[segment].insert((version, position), at: place)
        }
    }

    // MARK: - Scope

    /// The documents that may be seen.
    public func scope(_ visibility: Visibility) -> Scope {
        Scope(segments.indices.map { visible(in: $0, visibility) })
    }

    private func visible(in index: Int, _ visibility: Visibility) -> VisibleDocuments {
        let segment = segments[index]
        let facets = visibility.facets(of: segment)
        let named = Self.entries(visibility.entries, in: segment)
        let within = Self.entries(visibility.within ?? [], in: segment)
        let now = visibility.asOf ?? .max
        var words = [UInt64](repeating: 0, count: (segment.documents + 63) / 64)
        var length = 0
        var ended = ended[index][...]
        for version in 0..<segment.versions {
            var died = segment.versionDied[version]
            if let first = ended.first, first.version == version {
                died = first.at
                ended.removeFirst()
            }
            let isAlive = segment.versionBorn[version] <= now && (visibility.asOf == nil ? died == .max : died > now)
            let facet = Int(segment.versionFacet[version])
            guard isAlive, facet < facets.count, facets[facet].isOpen else { continue }
            let entry = segment.versionEntry[version]
            guard facets[facet].isReadable || named.contains(entry), facets[facet].isWithin || within.contains(entry)
            else { continue }
            if let time = visibility.validAt {
                guard segment.versionValidFrom[version] <= time, time < segment.versionValidUntil[version] else {
                    continue
                }
            }
            for document in segment.documents(of: version) { words[document >> 6] |= 1 << UInt64(document & 63) }
            length += Int(segment.versionLength[version])
        }
        return VisibleDocuments(words: words, documents: segment.documents, length: length)
    }

    private static func entries(_ names: Set<String>, in segment: Segment) -> Set<UInt32> {
        Set(names.compactMap { segment.entry(named: $0).map(UInt32.init) })
    }

    // MARK: - Order

    /// Whether a document comes before another: by entry, then version, then chunk.
    func precedes(_ a: Document, _ b: Document) -> Bool {
        if a.segment == b.segment { return a.number < b.number }
        let first = segments[a.segment]
        let second = segments[b.segment]
        let one = Int(first.documentVersion[a.number])
        let other = Int(second.documentVersion[b.number])
        let name = first.name(of: one)
        let otherName = second.name(of: other)
        guard name == otherName else { return name.utf8.lexicographicallyPrecedes(otherName.utf8) }
        guard first.versionBorn[one] == second.versionBorn[other] else {
            return first.versionBorn[one] < second.versionBorn[other]
        }
        return a.number - first.documents(of: one).lowerBound < b.number - second.documents(of: other).lowerBound
    }
}
