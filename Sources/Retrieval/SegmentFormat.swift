import Wire

/// How the bytes of a segment are laid out. All numbers are little endian.
///
/// A header of 256 bytes, the table of sections, the sections, then columns that others own. Each begins at a multiple
/// of 64 bytes. Two digests are kept: one of all that decides who may see what (the header and the sections before the
/// terms), which is checked whenever a segment is opened, and one of the rest.
enum SegmentFormat {
    static let magic: UInt64 = 0x3158_4449_4B42_4144  // "DABKIDX1"
    /// Of this layout. Another number means: build it again.
    static let version: UInt32 = 1

    static let headerBytes = 256
    /// The bytes before this place are checked by value, the digests among them.
    static let digestedFrom = 96

    /// Places in the header.
    enum Field {
        static let magic = 0
        static let version = 8
        static let headDigest = 32
        static let bodyDigest = 64
        static let byteCount = 96
        static let headEnd = 104
        static let through = 112
        static let documents = 120
        static let lengthMax = 124
        static let termVersion = 128
        static let tokensMax = 132
        static let overlapTokensMax = 136
        static let sections = 140
    }

    /// The sections in their order.
    enum Section: Int, CaseIterable {
        /// All texts but terms, each once: names, titles, headings.
        case stringOffsets, strings
        /// Entries in the order of their names: the name, the first of its versions, and from where on versions in
        /// earlier segments are seen no more.
        case entryName, entryFirstVersion, entryClosed
        /// Versions, by entry and position.
        case versionEntry, versionNumber, versionBorn, versionDied, versionTime, versionValidFrom, versionValidUntil
        case versionFacet, versionFirstDocument, versionLength, versionTitle, versionContent
        /// What entries share: collection, customer, kind, tags.
        case facets, facetTags
        /// Documents, which are chunks, by version and place.
        case documentVersion, documentLength, documentStart, documentEnd, documentFirstLine, documentLastLine
        case documentHeadings
        /// Columns that others own.
        case opaqueColumns
        /// Terms in the order of their bytes, from here on the rest.
        case termOffsets, terms, termCounts, termFirstBlock
        case blocks, postings
    }

    static let firstOfBody = Section.termOffsets

    /// A facet: collection, customer plus one (0 for none), kind, first tag, tags.
    static let facetNumbers = 5
    /// An opaque column: name, bytes a document, and where it begins (two halves).
    static let opaqueNumbers = 4

    static func aligned(_ place: Int) -> Int {
        (place + SharedBytes.alignment - 1) / SharedBytes.alignment * SharedBytes.alignment
    }
}

/// Up to 128 documents with a term, and what bounds their scores.
///
/// Its bytes: the distances to the document before, less one, for all but the first; then how often each has the term,
/// less one. Each of the two is as wide as its largest number needs: 0, 1, 2 or 4 bytes.
struct PostingsBlock: BitwiseCopyable {
    static let documentsMax = 128

    var first: UInt32 = 0
    var last: UInt32 = 0
    var offset: UInt32 = 0
    /// How often the term is in the document that has it most often.
    var countMax: UInt16 = 0
    /// The length of the shortest document.
    var lengthMin: UInt16 = 0
    /// How many there are, less one.
    var size: UInt8 = 0
    var distanceBytes: UInt8 = 0
    var countBytes: UInt8 = 0
    var unused: UInt8 = 0

    var documents: Int { Int(size) + 1 }
}

/// Why a segment cannot be used; it is built again then.
public struct SegmentDamage: Error, Hashable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
