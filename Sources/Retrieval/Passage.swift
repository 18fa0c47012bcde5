public import EventSourcing
public import Wire

/// Where a document comes from: everything that is known of it but its words.
public struct Passage: Sendable, Hashable {
    public let entry: String
    public let version: StreamVersion
    /// Counted from 1.
    public let chunk: UInt32
    /// How many chunks the version has.
    public let chunks: UInt32
    public let collection: String
    public let customer: String?
    public let kind: String
    public let tags: [String]
    public let title: String
    /// The headings that it stands below, the outermost first.
    public let headings: [String]
    /// Where it stands in the text's UTF-8.
    public let bytes: Range<Int>
    /// Where it stands in the text, in lines counted from 1.
    public let lines: ClosedRange<Int>
    /// Where the text is kept, if somebody said.
    public let content: Digest?
    /// Where the version stands in the log.
    public let position: Position
    /// When the version was recorded.
    public let time: Timestamp
    /// When what it says holds.
    public let validity: Range<Timestamp>

    /// Estimated.
    public var tokens: UInt32 { tokenEstimate(ofBytes: bytes.count) }
}

extension Corpus {
    /// Where a document comes from.
    public func passage(_ document: Document) -> Passage {
        let segment = segments[document.segment]
        let version = Int(segment.documentVersion[document.number])
        let siblings = segment.documents(of: version)
        let facet = Int(segment.versionFacet[version]) * SegmentFormat.facetNumbers
        let owner = segment.facets[facet + 1]
        let firstTag = Int(segment.facets[facet + 3])
        let start = Int(segment.documentStart[document.number])
        let line = Int(segment.documentFirstLine[document.number])
        let headings = segment.string(segment.documentHeadings[document.number])
        return Passage(
            entry: segment.name(of: version), version: segment.versionNumber[version],
            chunk: UInt32(clamping: document.number - siblings.lowerBound + 1), chunks: UInt32(siblings.count),
            collection: segment.string(segment.facets[facet]),
            customer: owner == 0 ? nil : segment.string(owner - 1),
            kind: segment.string(segment.facets[facet + 2]),
            tags: (0..<Int(segment.facets[facet + 4])).map { segment.string(segment.facetTags[firstTag + $0]) },
            title: segment.string(segment.versionTitle[version]),
            headings: headings.isEmpty
                ? [] : headings.split(separator: SegmentColumns.headingSeparator).map(String.init),
            bytes: start..<max(start, Int(segment.documentEnd[document.number])),
            lines: line...max(line, Int(segment.documentLastLine[document.number])),
            content: segment.content(of: version), position: segment.versionBorn[version],
            time: segment.versionTime[version],
            validity: segment.versionValidFrom[
                version]..<max(
                    segment.versionValidFrom[version], segment.versionValidUntil[version]))
    }

    /// The documents before and behind one in its text.
    func neighbours(of document: Document) -> [Document] {
        let segment = segments[document.segment]
        let siblings = segment.documents(of: Int(segment.documentVersion[document.number]))
        return [document.number - 1, document.number + 1].filter(siblings.contains).map {
            Document(segment: document.segment, number: $0)
        }
    }

    /// When the version that a document belongs to was recorded.
    func time(of document: Document) -> Timestamp {
        let segment = segments[document.segment]
        return segment.versionTime[Int(segment.documentVersion[document.number])]
    }
}
