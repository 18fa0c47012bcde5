import EventSourcing
import Wire

/// A segment that is about to be written.
public struct SegmentImage {
    /// A column that others own: vectors, for instance. Its bytes are copied as they are.
    public struct OpaqueColumn {
        /// Bytes a document.
        let stride: Int
        let fill: (UnsafeMutableRawBufferPointer) -> Void
    }

    /// The most columns of others.
    public static let opaqueColumnsMax = 8

    var sections: [[UInt8]] = Array(repeating: [], count: SegmentFormat.Section.allCases.count)
    var strings = StringPool()
    private(set) var opaque: [(name: String, column: OpaqueColumn)] = []
    var documents = 0
    var lengthMax: UInt16 = 0
    var through: Position = 0
    let chunker: Chunker

    init(chunker: Chunker) { self.chunker = chunker }

    mutating func set(_ section: SegmentFormat.Section, _ numbers: [some FixedWidthInteger & BitwiseCopyable]) {
        sections[section.rawValue] = numbers.withUnsafeBytes { Array($0) }
    }

    /// Adds a column of others: `stride` bytes a document, filled in when the segment is written.
    public mutating func add(
        column name: String, stride: Int, fill: @escaping (UnsafeMutableRawBufferPointer) -> Void
    ) {
        precondition(opaque.count < Self.opaqueColumnsMax && stride > 0, "at most eight columns, each with bytes")
        opaque.append((name, OpaqueColumn(stride: stride, fill: fill)))
    }

    /// Everything but the bytes of others' columns, and where those lie.
    private func layout() -> (sections: [[UInt8]], places: [Int], opaquePlaces: [Int], byteCount: Int) {
        var sections = sections
        var strings = strings
        let names = opaque.map { strings.id(of: $0.name) }
        func table(_ opaquePlaces: [Int]) -> [UInt8] {
            zip(names, zip(opaque, opaquePlaces)).flatMap { name, column in
                [
                    name, UInt32(column.0.column.stride), UInt32(truncatingIfNeeded: column.1),
                    UInt32(truncatingIfNeeded: column.1 >> 32),
                ]
            }.withUnsafeBytes { Array($0) }
        }
        sections[SegmentFormat.Section.stringOffsets.rawValue] = strings.offsets.withUnsafeBytes { Array($0) }
        sections[SegmentFormat.Section.strings.rawValue] = strings.bytes
        sections[SegmentFormat.Section.opaqueColumns.rawValue] = table(opaque.map { _ in 0 })
        var places: [Int] = []
        var place = SegmentFormat.aligned(SegmentFormat.headerBytes + sections.count * 16)
        for section in sections {
            places.append(place)
            place = SegmentFormat.aligned(place + section.count)
        }
        var opaquePlaces: [Int] = []
        for column in opaque {
            opaquePlaces.append(place)
            place = SegmentFormat.aligned(place + column.column.stride * documents)
        }
        sections[SegmentFormat.Section.opaqueColumns.rawValue] = table(opaquePlaces)
        return (sections, places, opaquePlaces, place)
    }

    /// How many bytes the segment takes.
    public var byteCount: Int { layout().byteCount }

    /// Writes the segment.
    ///
    /// - Parameter room: `byteCount` bytes of zeros.
    public func write(into room: UnsafeMutableRawBufferPointer) {
        let (sections, places, opaquePlaces, byteCount) = layout()
        precondition(room.count == byteCount, "a segment takes \(byteCount) bytes")
        typealias Field = SegmentFormat.Field
        room.storeBytes(of: SegmentFormat.magic, toByteOffset: Field.magic, as: UInt64.self)
        room.storeBytes(of: SegmentFormat.version, toByteOffset: Field.version, as: UInt32.self)
        room.storeBytes(of: UInt64(byteCount), toByteOffset: Field.byteCount, as: UInt64.self)
        let headEnd = places[SegmentFormat.firstOfBody.rawValue]
        room.storeBytes(of: UInt64(headEnd), toByteOffset: Field.headEnd, as: UInt64.self)
        room.storeBytes(of: through, toByteOffset: Field.through, as: UInt64.self)
        room.storeBytes(of: UInt32(documents), toByteOffset: Field.documents, as: UInt32.self)
        room.storeBytes(of: UInt32(lengthMax), toByteOffset: Field.lengthMax, as: UInt32.self)
        room.storeBytes(of: TermScanner.version, toByteOffset: Field.termVersion, as: UInt32.self)
        room.storeBytes(of: chunker.tokensMax, toByteOffset: Field.tokensMax, as: UInt32.self)
        room.storeBytes(of: chunker.overlapTokensMax, toByteOffset: Field.overlapTokensMax, as: UInt32.self)
        room.storeBytes(of: UInt32(sections.count), toByteOffset: Field.sections, as: UInt32.self)
        for (index, section) in sections.enumerated() {
            let entry = SegmentFormat.headerBytes + 16 * index
            room.storeBytes(of: UInt64(places[index]), toByteOffset: entry, as: UInt64.self)
            room.storeBytes(of: UInt64(section.count), toByteOffset: entry + 8, as: UInt64.self)
            UnsafeMutableRawBufferPointer(rebasing: room[places[index]..<places[index] + section.count])
                .copyBytes(from: section)
        }
        for (column, place) in zip(opaque, opaquePlaces) {
            let bytes = column.column.stride * documents
            column.column.fill(UnsafeMutableRawBufferPointer(rebasing: room[place..<place + bytes]))
        }
        let head = Digest.of(UnsafeRawBufferPointer(rebasing: room[SegmentFormat.digestedFrom..<headEnd]))
        let body = Digest.of(UnsafeRawBufferPointer(rebasing: room[headEnd...]))
        head.withBytes { room[Field.headDigest..<Field.headDigest + 32].copyBytes(from: $0) }
        body.withBytes { room[Field.bodyDigest..<Field.bodyDigest + 32].copyBytes(from: $0) }
    }

    /// The segment, in memory.
    public func segment() -> Segment {
        let memory = SharedBytes(byteCount: byteCount) { write(into: $0) }
        do {
            return try Segment(memory)
        } catch {
            preconditionFailure("a segment that was just written is sound: \(error)")
        }
    }
}

extension Slice<UnsafeMutableRawBufferPointer> {
    fileprivate func copyBytes(from bytes: UnsafeRawBufferPointer) {
        UnsafeMutableRawBufferPointer(rebasing: self).copyMemory(from: bytes)
    }
}

/// Texts, each kept once and called by a number.
struct StringPool {
    private(set) var offsets: [UInt32] = [0]
    private(set) var bytes: [UInt8] = []
    private var ids: [String: UInt32] = [:]

    init() { _ = id(of: "") }

    /// The number of a text; 0 is the empty one.
    mutating func id(of text: String) -> UInt32 {
        if let id = ids[text] { return id }
        let id = UInt32(offsets.count - 1)
        bytes.append(contentsOf: text.utf8)
        offsets.append(UInt32(bytes.count))
        ids[text] = id
        return id
    }
}
