public import EventSourcing
public import Wire

/// A part of the index, unchangeable once written: columns over versions and chunks, the terms, where they occur, and
/// columns of others. Read where it lies, mapped from a file or in memory.
///
/// A chunk is called a *document* here and has a number within its segment, in the order of entry, version, chunk.
public final class Segment: Sendable {
    /// The most documents of one segment.
    public static let documentsMax = 1 << 20

    private typealias Section = SegmentFormat.Section
    private typealias Field = SegmentFormat.Field

    let memory: SharedBytes
    /// How many chunks it holds.
    public let documents: Int
    /// It knows all changes up to this position of the log that are not in segments before it.
    public let through: Position
    /// How the texts were cut.
    public let chunker: Chunker
    let lengthMax: Int
    let entries: Int
    let versions: Int
    let terms: Int

    let entryName: Column<UInt32>
    let entryFirstVersion: Column<UInt32>
    let entryClosed: Column<UInt64>
    let versionEntry: Column<UInt32>
    let versionNumber: Column<UInt32>
    let versionBorn: Column<UInt64>
    let versionDied: Column<UInt64>
    let versionTime: Column<Int64>
    let versionValidFrom: Column<Int64>
    let versionValidUntil: Column<Int64>
    let versionFacet: Column<UInt32>
    let versionFirstDocument: Column<UInt32>
    let versionLength: Column<UInt32>
    let versionTitle: Column<UInt32>
    let facets: Column<UInt32>
    let facetTags: Column<UInt32>
    let documentVersion: Column<UInt32>
    let documentLength: Column<UInt16>
    let documentStart: Column<UInt32>
    let documentEnd: Column<UInt32>
    let documentFirstLine: Column<UInt32>
    let documentLastLine: Column<UInt32>
    let documentHeadings: Column<UInt32>
    let termCounts: Column<UInt32>
    let termFirstBlock: Column<UInt32>
    let postings: UnsafeSection
    let blocks: UnsafeSection
    private let versionContent: UnsafeSection
    private let stringOffsets: Column<UInt32>
    private let strings: UnsafeSection
    private let termOffsets: Column<UInt32>
    private let termBytes: UnsafeSection
    private let opaque: Column<UInt32>

    /// Opens a segment where it lies. What decides who may see what is checked against its digest; the rest is not,
    /// because that would read it all: `check()` does.
    public init(_ memory: SharedBytes) throws(SegmentDamage) {
        let bytes = memory.buffer
        guard bytes.count >= SegmentFormat.headerBytes,
            bytes.load(fromByteOffset: Field.magic, as: UInt64.self) == SegmentFormat.magic
        else { throw SegmentDamage("this is no index segment") }
        guard bytes.load(fromByteOffset: Field.version, as: UInt32.self) == SegmentFormat.version,
            bytes.load(fromByteOffset: Field.termVersion, as: UInt32.self) == TermScanner.version,
            bytes.load(fromByteOffset: Field.sections, as: UInt32.self) == Section.allCases.count
        else { throw SegmentDamage("the index segment was written by another version of Daybook") }
        let headEnd = bytes.load(fromByteOffset: Field.headEnd, as: UInt64.self)
        guard bytes.load(fromByteOffset: Field.byteCount, as: UInt64.self) == UInt64(bytes.count),
            headEnd <= UInt64(bytes.count), headEnd > UInt64(SegmentFormat.headerBytes)
        else { throw SegmentDamage("the index segment is cut short") }
        let head = UnsafeRawBufferPointer(rebasing: bytes[SegmentFormat.digestedFrom..<Int(headEnd)])
        guard Digest.of(head).withBytes({ $0.elementsEqual(bytes[Field.headDigest..<Field.headDigest + 32]) }) else {
            throw SegmentDamage("the columns of the index segment are damaged")
        }
        var sections: [UnsafeRawBufferPointer] = []
        for index in Section.allCases.indices {
            let entry = SegmentFormat.headerBytes + 16 * index
            let place = bytes.load(fromByteOffset: entry, as: UInt64.self)
            let count = bytes.load(fromByteOffset: entry + 8, as: UInt64.self)
            guard place <= UInt64(bytes.count), count <= UInt64(bytes.count) - place,
                place % UInt64(SharedBytes.alignment) == 0
            else { throw SegmentDamage("the index segment names a place outside itself") }
            sections.append(UnsafeRawBufferPointer(rebasing: bytes[Int(place)..<Int(place + count)]))
        }
        func section(_ section: Section) -> UnsafeRawBufferPointer { sections[section.rawValue] }
        self.memory = memory
        documents = Int(bytes.load(fromByteOffset: Field.documents, as: UInt32.self))
        through = bytes.load(fromByteOffset: Field.through, as: UInt64.self)
        lengthMax = Int(bytes.load(fromByteOffset: Field.lengthMax, as: UInt32.self))
        chunker = Chunker(
            tokensMax: max(1, bytes.load(fromByteOffset: Field.tokensMax, as: UInt32.self)),
            overlapTokensMax: bytes.load(fromByteOffset: Field.overlapTokensMax, as: UInt32.self))
        entryName = Column(section(.entryName))
        entryFirstVersion = Column(section(.entryFirstVersion))
        entryClosed = Column(section(.entryClosed))
        versionEntry = Column(section(.versionEntry))
        versionNumber = Column(section(.versionNumber))
        versionBorn = Column(section(.versionBorn))
        versionDied = Column(section(.versionDied))
        versionTime = Column(section(.versionTime))
        versionValidFrom = Column(section(.versionValidFrom))
        versionValidUntil = Column(section(.versionValidUntil))
        versionFacet = Column(section(.versionFacet))
        versionFirstDocument = Column(section(.versionFirstDocument))
        versionLength = Column(section(.versionLength))
        versionTitle = Column(section(.versionTitle))
        facets = Column(section(.facets))
        facetTags = Column(section(.facetTags))
        documentVersion = Column(section(.documentVersion))
        documentLength = Column(section(.documentLength))
        documentStart = Column(section(.documentStart))
        documentEnd = Column(section(.documentEnd))
        documentFirstLine = Column(section(.documentFirstLine))
        documentLastLine = Column(section(.documentLastLine))
        documentHeadings = Column(section(.documentHeadings))
        termCounts = Column(section(.termCounts))
        termFirstBlock = Column(section(.termFirstBlock))
        stringOffsets = Column(section(.stringOffsets))
        termOffsets = Column(section(.termOffsets))
        opaque = Column(section(.opaqueColumns))
        strings = UnsafeSection(section(.strings))
        termBytes = UnsafeSection(section(.terms))
        versionContent = UnsafeSection(section(.versionContent))
        postings = UnsafeSection(section(.postings))
        blocks = UnsafeSection(section(.blocks))
        entries = entryName.count
        versions = versionEntry.count
        terms = termCounts.count
        guard documents <= Self.documentsMax, documentLength.count == documents,
            entryFirstVersion.count == entries + 1, versionFirstDocument.count == versions + 1
        else { throw SegmentDamage("the columns of the index segment do not fit together") }
    }

    /// Compares every byte with the digests.
    public func check() throws(SegmentDamage) {
        let bytes = memory.buffer
        let headEnd = Int(bytes.load(fromByteOffset: Field.headEnd, as: UInt64.self))
        let body = Digest.of(UnsafeRawBufferPointer(rebasing: bytes[headEnd...]))
        guard body.withBytes({ $0.elementsEqual(bytes[Field.bodyDigest..<Field.bodyDigest + 32]) }) else {
            throw SegmentDamage("the terms or vectors of the index segment are damaged")
        }
    }

    /// How many bytes it takes.
    public var byteCount: Int { memory.buffer.count }

    // MARK: - Texts

    /// The bytes of a text.
    func withString<Result>(_ id: UInt32, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        body(strings.bytes(from: Int(stringOffsets[Int(id)]), to: Int(stringOffsets[Int(id) + 1])))
    }

    func string(_ id: UInt32) -> String { withString(id) { String(decoding: $0, as: UTF8.self) } }

    /// The number of an entry; nil if it is not here.
    func entry(named name: String) -> Int? {
        var name = name
        return name.withUTF8 { name in
            let name = UnsafeRawBufferPointer(name)
            let place = partition(entries) { withString(entryName[$0]) { $0.lexicographicallyPrecedes(name) } }
            return place < entries && withString(entryName[place]) { $0.elementsEqual(name) } ? place : nil
        }
    }

    /// The number of a term; nil if it is not here.
    func term(_ term: UnsafeRawBufferPointer) -> Int? {
        let place = partition(terms) { termBytes(of: $0).lexicographicallyPrecedes(term) }
        return place < terms && termBytes(of: place).elementsEqual(term) ? place : nil
    }

    func termBytes(of term: Int) -> UnsafeRawBufferPointer {
        termBytes.bytes(from: Int(termOffsets[term]), to: Int(termOffsets[term + 1]))
    }

    /// The first of so many for which a test that holds for all before does not hold.
    private func partition(_ count: Int, _ isBefore: (Int) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if isBefore(middle) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    // MARK: - Versions

    /// The documents of a version.
    func documents(of version: Int) -> Range<Int> {
        let first = min(Int(versionFirstDocument[version]), documents)
        return first..<max(first, min(Int(versionFirstDocument[version + 1]), documents))
    }

    /// The versions of an entry, by position.
    func versions(of entry: Int) -> Range<Int> {
        let first = min(Int(entryFirstVersion[entry]), versions)
        return first..<max(first, min(Int(entryFirstVersion[entry + 1]), versions))
    }

    func name(of version: Int) -> String { string(entryName[Int(versionEntry[version])]) }

    /// Where the text of a version is kept; nil if nobody said.
    func content(of version: Int) -> Digest? {
        let bytes = versionContent.bytes(from: version * 32, to: version * 32 + 32)
        guard bytes.contains(where: { $0 != 0 }) else { return nil }
        return Digest(bytes.bytes)
    }

    // MARK: - Columns of others

    /// A column that others own, one row after the other in the order of documents; nil if there is none of this name.
    public func column(_ name: String) -> (stride: Int, bytes: UnsafeRawBufferPointer)? {
        for row in 0..<opaque.count / SegmentFormat.opaqueNumbers {
            let start = row * SegmentFormat.opaqueNumbers
            guard string(opaque[start]) == name else { continue }
            let stride = Int(opaque[start + 1])
            let place = Int(opaque[start + 2]) | Int(opaque[start + 3]) << 32
            let count = stride * documents
            guard place >= 0, count <= memory.buffer.count, place <= memory.buffer.count - count else { return nil }
            return (stride, UnsafeRawBufferPointer(rebasing: memory.buffer[place..<place + count]))
        }
        return nil
    }

    var columnNames: [String] {
        (0..<opaque.count / SegmentFormat.opaqueNumbers).map { string(opaque[$0 * SegmentFormat.opaqueNumbers]) }
    }
}

/// A run of bytes of a segment. Bounds outside it give nothing.
struct UnsafeSection: @unchecked Sendable {
    let bytes: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    @inline(__always)
    func bytes(from start: Int, to end: Int) -> UnsafeRawBufferPointer {
        guard start >= 0, start <= end, end <= bytes.count else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(rebasing: bytes[start..<end])
    }
}
