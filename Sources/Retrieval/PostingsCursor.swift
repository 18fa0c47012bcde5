/// Reads where a term occurs in one segment, forward, block by block.
struct PostingsCursor {
    private let segment: Segment
    private let blocks: UnsafePointer<PostingsBlock>?
    /// The block that is looked at, as a number among all of the segment, and the one behind the term's last.
    private(set) var block: Int
    let endBlock: Int
    /// The block that is unpacked, and its documents and how often they have the term.
    private var unpacked = -1
    let documents: UnsafeMutablePointer<UInt32>
    let counts: UnsafeMutablePointer<UInt16>
    private(set) var size = 0
    /// Where in the unpacked block reading stands.
    private(set) var index = 0

    /// - Parameter room: for the unpacked block; `roomBytes`, aligned to 4.
    init(_ term: Int, in segment: Segment, room: UnsafeMutableRawPointer) {
        self.segment = segment
        let all = segment.blocks.bytes.count / MemoryLayout<PostingsBlock>.stride
        blocks = segment.blocks.bytes.baseAddress?.assumingMemoryBound(to: PostingsBlock.self)
        let first = min(Int(segment.termFirstBlock[term]), all)
        block = first
        endBlock = max(first, min(Int(segment.termFirstBlock[term + 1]), all))
        documents = room.assumingMemoryBound(to: UInt32.self)
        counts = (room + 4 * PostingsBlock.documentsMax).assumingMemoryBound(to: UInt16.self)
    }

    static let roomBytes = 6 * PostingsBlock.documentsMax

    var isAtEnd: Bool { block >= endBlock }

    /// What is known of a block without unpacking it.
    func header(_ block: Int) -> PostingsBlock {
        guard let blocks, block < endBlock else { return PostingsBlock() }
        return blocks[block]
    }

    /// Goes to the first block that ends at this document or behind it.
    mutating func skip(to document: Int) {
        while block < endBlock, Int(header(block).last) < document { block += 1 }
    }

    mutating func nextBlock() { block += 1 }

    /// Unpacks the block that is looked at; damaged bytes give no documents.
    mutating func unpack() {
        guard unpacked != block else { return }
        unpacked = block
        index = 0
        size = 0
        guard block < endBlock else { return }
        let header = header(block)
        let count = header.documents
        let distances = Int(header.distanceBytes) * (count - 1)
        let bytes = segment.postings.bytes(
            from: Int(header.offset), to: Int(header.offset) + distances + Int(header.countBytes) * count)
        guard bytes.count == distances + Int(header.countBytes) * count, count <= PostingsBlock.documentsMax,
            Int(header.last) < segment.documents, [0, 1, 2, 4].contains(header.distanceBytes),
            header.countBytes <= 2
        else { return }
        var document = UInt64(header.first)
        documents[0] = header.first
        switch header.distanceBytes {
        case 0:
            for index in 1..<max(1, count) { documents[index] = UInt32(truncatingIfNeeded: document) &+ UInt32(index) }
            document += UInt64(count - 1)
        case 1: sum(bytes, UInt8.self, &document, count)
        case 2: sum(bytes, UInt16.self, &document, count)
        default: sum(bytes, UInt32.self, &document, count)
        }
        // Documents rise, so a last one that is right bounds all.
        guard document == UInt64(header.last) else { return }
        switch header.countBytes {
        case 0: counts.update(repeating: 1, count: count)
        case 1: for index in 0..<count { counts[index] = UInt16(bytes[distances + index]) &+ 1 }
        default:
            for index in 0..<count {
                counts[index] = bytes.loadUnaligned(fromByteOffset: distances + 2 * index, as: UInt16.self) &+ 1
            }
        }
        size = count
    }

    @inline(__always)
    private func sum<Width: FixedWidthInteger & BitwiseCopyable>(
        _ bytes: UnsafeRawBufferPointer, _ width: Width.Type, _ document: inout UInt64, _ count: Int
    ) {
        let stride = MemoryLayout<Width>.size
        guard let base = bytes.baseAddress else { return }
        for index in 1..<max(1, count) {
            document &+= UInt64((base + (index - 1) * stride).loadUnaligned(as: Width.self)) &+ 1
            documents[index] = UInt32(truncatingIfNeeded: document)
        }
    }

    /// How often a document has the term; 0 if it has not. Documents are asked for in order.
    mutating func count(in document: Int) -> UInt16 {
        skip(to: document)
        guard block < endBlock, Int(header(block).first) <= document else { return 0 }
        unpack()
        while index < size, Int(documents[index]) < document { index += 1 }
        return index < size && Int(documents[index]) == document ? counts[index] : 0
    }
}
