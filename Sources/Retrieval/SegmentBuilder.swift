import EventSourcing
import Wire

/// Makes a segment of texts. Pure: the same changes give the same bytes.
public struct SegmentBuilder {
    private let chunker: Chunker
    private var changes: [KnowledgeChange] = []

    public init(chunker: Chunker = Chunker()) { self.chunker = chunker }

    /// Adds a change; in whatever order, each position once.
    public mutating func add(_ change: KnowledgeChange) {
        changes.append(change)
    }

    /// Cuts and indexes everything.
    public func build() -> SegmentDraft {
        var image = SegmentImage(chunker: chunker)
        var columns = SegmentColumns()
        var passages: [SegmentDraft.Passage] = []
        var terms = DocumentTerms()
        let sorted = changes.sorted {
            $0.entry == $1.entry
                ? $0.position < $1.position : $0.entry.utf8.lexicographicallyPrecedes($1.entry.utf8)
        }
        for (index, change) in sorted.enumerated() {
            image.through = max(image.through, change.position)
            if index == 0 || sorted[index - 1].entry != change.entry {
                columns.beginEntry(image.strings.id(of: change.entry), closed: change.position)
            }
            guard case .text(let text) = change else { continue }
            let hasNext = index + 1 < sorted.count && sorted[index + 1].entry == change.entry
            columns.beginVersion(text, died: hasNext ? sorted[index + 1].position : .max, &image.strings)
            let bytes = Array(text.text.utf8.prefix(KnowledgeText.bytesMax))
            let name = TermScanner.terms(ofName: text.entry)
            for (place, passage) in chunker.passages(of: bytes).enumerated() {
                guard columns.documents < Segment.documentsMax else { break }
                let length = terms.add(
                    name: name, title: text.title == text.entry ? "" : text.title, headings: passage.headings,
                    text: bytes, range: passage.bytes)
                columns.addDocument(passage, length: length, &image.strings)
                passages.append(
                    SegmentDraft.Passage(source: text, chunk: UInt32(place + 1), passage: passage))
            }
        }
        columns.finish(&image)
        terms.writePostings(lengths: columns.documentLength, &image)
        return SegmentDraft(image: image, passages: passages)
    }
}

/// A segment whose chunks are known, and may be given vectors before it is written.
public struct SegmentDraft {
    /// Of how `Passage.text` is made; raised when texts are cut or put together otherwise, so that vectors of both are
    /// never mixed.
    public static let recipe: UInt32 = 2

    /// A chunk and where it comes from.
    public struct Passage {
        public let source: KnowledgeText
        /// Counted from 1.
        public let chunk: UInt32
        let passage: Chunker.Passage

        /// What a vector is made of: the title, the headings above the chunk, and the chunk.
        ///
        /// A title that is but the entry's name is left out unless it says something: `note-17` does not, and moves
        /// the vector; `olive-oil` does.
        public var text: String {
            // By places in the text itself: a copy of all of it for each chunk would take quadratic time.
            let bytes = source.text.utf8
            let start = bytes.index(bytes.startIndex, offsetBy: passage.bytes.lowerBound)
            let end = bytes.index(start, offsetBy: passage.bytes.count)
            let text = String(decoding: bytes[start..<end], as: UTF8.self)
            let title = source.title == source.entry ? Self.words(ofName: source.entry) : source.title
            return ([title] + passage.headings + [text]).filter { !$0.isEmpty }.joined(separator: "\n")
        }

        /// A name in words; nothing if it has no two of letters alone.
        private static func words(ofName name: String) -> String {
            let parts = name.split { !$0.isLetter && !$0.isNumber }
            return parts.count { $0.count > 1 && $0.allSatisfy(\.isLetter) } < 2 ? "" : parts.joined(separator: " ")
        }
    }

    public var image: SegmentImage
    /// In the order of the segment's documents.
    public let passages: [Passage]
}

/// The columns of a segment that is being made.
struct SegmentColumns {
    private var entryName: [UInt32] = []
    private var entryFirstVersion: [UInt32] = []
    private var entryClosed: [UInt64] = []
    private var versionEntry: [UInt32] = []
    private var versionNumber: [UInt32] = []
    private var versionBorn: [UInt64] = []
    private var versionDied: [UInt64] = []
    private var versionTime: [Int64] = []
    private var versionValidFrom: [Int64] = []
    private var versionValidUntil: [Int64] = []
    private var versionFacet: [UInt32] = []
    private var versionFirstDocument: [UInt32] = []
    private var versionLength: [UInt32] = []
    private var versionTitle: [UInt32] = []
    private var versionContent: [UInt8] = []
    private var facets: [UInt32] = []
    private var facetTags: [UInt32] = []
    private var facetIDs: [Facet: UInt32] = [:]
    private var documentVersion: [UInt32] = []
    private(set) var documentLength: [UInt16] = []
    private var documentStart: [UInt32] = []
    private var documentEnd: [UInt32] = []
    private var documentFirstLine: [UInt32] = []
    private var documentLastLine: [UInt32] = []
    private var documentHeadings: [UInt32] = []

    /// What many versions share.
    struct Facet: Hashable {
        let collection: String
        let customer: String?
        let kind: String
        let tags: [String]
    }

    /// Headings above a chunk are one text, each on its line.
    static let headingSeparator = "\n"

    var documents: Int { documentLength.count }

    mutating func beginEntry(_ name: UInt32, closed: Position) {
        entryName.append(name)
        entryFirstVersion.append(UInt32(versionEntry.count))
        entryClosed.append(closed)
    }

    mutating func beginVersion(_ text: KnowledgeText, died: Position, _ strings: inout StringPool) {
        beginVersion(
            number: text.version, born: text.position, died: died, time: text.time, validity: text.validity,
            facet: facet(
                Facet(collection: text.collection, customer: text.customer, kind: text.kind, tags: text.tags),
                &strings),
            title: strings.id(of: text.title), content: text.content)
    }

    mutating func beginVersion(
        number: StreamVersion, born: Position, died: Position, time: Timestamp, validity: Range<Timestamp>,
        facet: UInt32, title: UInt32, content: Digest?
    ) {
        versionEntry.append(UInt32(entryName.count - 1))
        versionNumber.append(number)
        versionBorn.append(born)
        versionDied.append(died)
        versionTime.append(time)
        versionValidFrom.append(validity.lowerBound)
        versionValidUntil.append(validity.upperBound)
        versionFacet.append(facet)
        versionFirstDocument.append(UInt32(documents))
        versionLength.append(0)
        versionTitle.append(title)
        versionContent.append(contentsOf: content?.bytes ?? Array(repeating: 0, count: 32))
    }

    mutating func facet(_ facet: Facet, _ strings: inout StringPool) -> UInt32 {
        if let id = facetIDs[facet] { return id }
        let id = UInt32(facets.count / SegmentFormat.facetNumbers)
        facets += [
            strings.id(of: facet.collection), facet.customer.map { strings.id(of: $0) + 1 } ?? 0,
            strings.id(of: facet.kind), UInt32(facetTags.count), UInt32(facet.tags.count),
        ]
        facetTags += facet.tags.map { strings.id(of: $0) }
        facetIDs[facet] = id
        return id
    }

    mutating func addDocument(_ passage: Chunker.Passage, length: UInt16, _ strings: inout StringPool) {
        addDocument(
            length: length, bytes: UInt32(passage.bytes.lowerBound)..<UInt32(passage.bytes.upperBound),
            lines: UInt32(clamping: passage.lines.lowerBound)...UInt32(clamping: passage.lines.upperBound),
            headings: strings.id(of: passage.headings.joined(separator: Self.headingSeparator)))
    }

    mutating func addDocument(length: UInt16, bytes: Range<UInt32>, lines: ClosedRange<UInt32>, headings: UInt32) {
        documentVersion.append(UInt32(versionEntry.count - 1))
        documentLength.append(length)
        documentStart.append(bytes.lowerBound)
        documentEnd.append(bytes.upperBound)
        documentFirstLine.append(lines.lowerBound)
        documentLastLine.append(lines.upperBound)
        documentHeadings.append(headings)
        versionLength[versionLength.count - 1] += UInt32(length)
    }

    func finish(_ image: inout SegmentImage) {
        image.documents = documents
        image.lengthMax = documentLength.max() ?? 0
        image.set(.entryName, entryName)
        image.set(.entryFirstVersion, entryFirstVersion + [UInt32(versionEntry.count)])
        image.set(.entryClosed, entryClosed)
        image.set(.versionEntry, versionEntry)
        image.set(.versionNumber, versionNumber)
        image.set(.versionBorn, versionBorn)
        image.set(.versionDied, versionDied)
        image.set(.versionTime, versionTime)
        image.set(.versionValidFrom, versionValidFrom)
        image.set(.versionValidUntil, versionValidUntil)
        image.set(.versionFacet, versionFacet)
        image.set(.versionFirstDocument, versionFirstDocument + [UInt32(documents)])
        image.set(.versionLength, versionLength)
        image.set(.versionTitle, versionTitle)
        image.set(.versionContent, versionContent)
        image.set(.facets, facets)
        image.set(.facetTags, facetTags)
        image.set(.documentVersion, documentVersion)
        image.set(.documentLength, documentLength)
        image.set(.documentStart, documentStart)
        image.set(.documentEnd, documentEnd)
        image.set(.documentFirstLine, documentFirstLine)
        image.set(.documentLastLine, documentLastLine)
        image.set(.documentHeadings, documentHeadings)
    }
}
