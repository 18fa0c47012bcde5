/// Writes where terms occur, in blocks. Terms come in the order of their bytes.
struct PostingsWriter {
    private var termOffsets: [UInt32] = [0]
    private var terms: [UInt8] = []
    private var counts: [UInt32] = []
    private var firstBlocks: [UInt32] = [0]
    private var blocks: [PostingsBlock] = []
    private var bytes: [UInt8] = []

    /// - Parameters:
    ///   - documents: that have the term, in order; at least one.
    ///   - occurrences: how often each of them has it, at least once.
    ///   - lengths: of all documents.
    mutating func add(
        _ term: UnsafeRawBufferPointer, documents: UnsafeBufferPointer<UInt32>,
        occurrences: UnsafeBufferPointer<UInt16>, lengths: [UInt16]
    ) {
        terms.append(contentsOf: term)
        termOffsets.append(UInt32(terms.count))
        counts.append(UInt32(documents.count))
        for start in stride(from: 0, to: documents.count, by: PostingsBlock.documentsMax) {
            let range = start..<min(start + PostingsBlock.documentsMax, documents.count)
            addBlock(
                UnsafeBufferPointer(rebasing: documents[range]), UnsafeBufferPointer(rebasing: occurrences[range]),
                lengths)
        }
        firstBlocks.append(UInt32(blocks.count))
    }

    private mutating func addBlock(
        _ documents: UnsafeBufferPointer<UInt32>, _ occurrences: UnsafeBufferPointer<UInt16>, _ lengths: [UInt16]
    ) {
        var block = PostingsBlock()
        block.first = documents[0]
        block.last = documents[documents.count - 1]
        block.offset = UInt32(bytes.count)
        block.size = UInt8(documents.count - 1)
        block.lengthMin = .max
        var distanceMax: UInt32 = 0
        for index in documents.indices {
            block.countMax = max(block.countMax, occurrences[index])
            block.lengthMin = min(block.lengthMin, lengths[Int(documents[index])])
            if index > 0 { distanceMax = max(distanceMax, documents[index] - documents[index - 1] - 1) }
        }
        block.distanceBytes = Self.width(of: distanceMax)
        block.countBytes = Self.width(of: UInt32(block.countMax) - 1)
        for index in documents.indices.dropFirst() {
            append(documents[index] - documents[index - 1] - 1, width: block.distanceBytes)
        }
        for count in occurrences { append(UInt32(count) - 1, width: block.countBytes) }
        blocks.append(block)
    }

    private static func width(of number: UInt32) -> UInt8 {
        number == 0 ? 0 : number < 1 << 8 ? 1 : number < 1 << 16 ? 2 : 4
    }

    private mutating func append(_ number: UInt32, width: UInt8) {
        var number = number
        for _ in 0..<width {
            bytes.append(UInt8(truncatingIfNeeded: number))
            number >>= 8
        }
    }

    func finish(_ image: inout SegmentImage) {
        image.set(.termOffsets, termOffsets)
        image.set(.terms, terms)
        image.set(.termCounts, counts)
        image.set(.termFirstBlock, firstBlocks)
        image.sections[SegmentFormat.Section.blocks.rawValue] = blocks.withUnsafeBytes { Array($0) }
        image.set(.postings, bytes)
    }
}
