import Testing
import Wire

@testable import Retrieval

@Suite struct `A segment of the index` {
    private static func bytes(of image: SegmentImage) -> [UInt8] {
        let memory = SharedBytes(byteCount: image.byteCount) { image.write(into: $0) }
        return Array(memory.buffer)
    }

    private static func segment(_ bytes: [UInt8]) throws(SegmentDamage) -> Segment {
        try Segment(SharedBytes(byteCount: bytes.count) { $0.copyBytes(from: bytes) })
    }

    private static func image(_ seed: UInt64, count: Int = 60) -> SegmentImage {
        var knowledge = RandomKnowledge(seed)
        var builder = SegmentBuilder(chunker: Chunker(tokensMax: 20))
        for _ in 0..<count { builder.add(knowledge.change(entries: 20)) }
        return builder.build().image
    }

    @Test func `is the same for the same changes, in whatever order they are added`() {
        var knowledge = RandomKnowledge(7)
        let changes = (0..<60).map { _ in knowledge.change(entries: 20) }
        var forward = SegmentBuilder()
        var backward = SegmentBuilder()
        for change in changes { forward.add(change) }
        for change in changes.reversed() { backward.add(change) }
        #expect(Self.bytes(of: forward.build().image) == Self.bytes(of: backward.build().image))
    }

    @Test func `makes vectors of the title and the text, but not of a title that is but a name`() {
        func text(title: String) -> String? {
            var builder = SegmentBuilder()
            builder.add(
                .text(
                    KnowledgeText(
                        entry: "note-17", version: 1, collection: "notes", title: title, text: "Flour is dear.",
                        position: 1)))
            return builder.build().passages.first?.text
        }
        #expect(text(title: "Prices") == "Prices\nFlour is dear.")
        #expect(text(title: "note-17") == "Flour is dear.")
    }

    @Test func `opens again from its bytes, and knows when they are not its own`() throws {
        let bytes = Self.bytes(of: Self.image(3))
        let segment = try Self.segment(bytes)
        try segment.check()
        #expect(segment.documents > 0)
        for cut in [0, 1, 255, 256, bytes.count / 2, bytes.count - 1] {
            #expect(throws: SegmentDamage.self) { try Self.segment(Array(bytes.prefix(cut))) }
        }
        #expect(throws: SegmentDamage.self) { try Self.segment(bytes + [0]) }
        #expect(throws: SegmentDamage.self) { try Self.segment([UInt8](repeating: 7, count: 4_096)) }
    }

    /// One byte at a time, all over: what decides who sees what is refused, and the rest never brings anybody down.
    @Test(arguments: 1...8) func `refuses or survives every damage`(_ seed: UInt64) throws {
        let sound = Self.bytes(of: Self.image(seed))
        var generator = Seeded(seed)
        for _ in 0..<150 {
            var bytes = sound
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            bytes[place] ^= UInt8.random(in: 1...255, using: &generator)
            guard let segment = try? Self.segment(bytes) else { continue }
            // Padding and unused places of the header are nobody's.
            if place >= SegmentFormat.digestedFrom { #expect(throws: SegmentDamage.self) { try segment.check() } }
            let corpus = Corpus([segment])
            for query in ["w0 w1 w2 w40", "SKU-2201 Banks"] {
                for visibility in [Visibility.everything, Visibility(collections: ["c0"], customer: .none)] {
                    #expect(find(query, k: 5, in: corpus, visibility).count <= 5)
                }
            }
        }
    }

    @Test func `carries columns of others, which move with their documents`() throws {
        var knowledge = RandomKnowledge(11)
        let changes = (0..<90).map { _ in knowledge.change(entries: 20) }
        func draft(_ changes: ArraySlice<KnowledgeChange>, hasVectors: Bool = true) -> Segment {
            var builder = SegmentBuilder(chunker: Chunker(tokensMax: 20))
            for change in changes { builder.add(change) }
            var draft = builder.build()
            let vectors = draft.passages.flatMap { Digest.of(Array($0.text.utf8)).bytes }
            if hasVectors { draft.image.add(column: "digests", stride: 32) { $0.copyBytes(from: vectors) } }
            return draft.image.segment()
        }
        let all = draft(changes[...])
        let parts = Corpus([draft(changes[..<30]), draft(changes[30..<60]), draft(changes[60...])])
        let merged = parts.merged(0..<3).segment()
        let (stride, bytes) = try #require(all.column("digests"))
        let (mergedStride, mergedBytes) = try #require(merged.column("digests"))
        #expect(stride == 32 && mergedStride == 32 && bytes.elementsEqual(mergedBytes))
        #expect(Int(bitPattern: bytes.baseAddress) % SharedBytes.alignment == 0)
        #expect(all.column("others") == nil)
        let partly = Corpus([draft(changes[..<30], hasVectors: false), draft(changes[30..<60])]).merged(0..<2).segment()
        let rows = try #require(partly.column("digests")).bytes
        #expect(rows.count == 32 * partly.documents && rows.contains { $0 != 0 })
    }

    /// A block whose numbers are as wide as nothing is: read as the next width, they would lie behind the bytes.
    @Test func `reads no postings of a width that there is none of`() throws {
        let image = Self.image(4)
        let sound = try Self.segment(Self.bytes(of: image))
        let blocks = sound.blocks.bytes.count / MemoryLayout<PostingsBlock>.stride
        let place = try #require(
            sound.blocks.bytes.baseAddress.map {
                Int(bitPattern: $0) - Int(bitPattern: sound.memory.buffer.baseAddress)
            })
        for width in [\PostingsBlock.distanceBytes, \.countBytes] {
            let offset = try #require(MemoryLayout<PostingsBlock>.offset(of: width))
            var bytes = Self.bytes(of: image)
            for block in 0..<blocks { bytes[place + block * MemoryLayout<PostingsBlock>.stride + offset] = 3 }
            let damaged = try Self.segment(bytes)
            withUnsafeTemporaryAllocation(byteCount: PostingsCursor.roomBytes, alignment: 8) { room in
                guard let base = room.baseAddress else { return }
                for term in 0..<damaged.terms {
                    var cursor = PostingsCursor(term, in: damaged, room: base)
                    cursor.unpack()
                    #expect(cursor.size == 0)
                }
            }
        }
    }

    @Test func `makes the texts of its chunks out of the places where they stand`() {
        let text = (0..<400).map { "Wörter mit Umlauten, Nummer \($0), äöü 🎂." }.joined(separator: "\n\n")
        var builder = SegmentBuilder(chunker: Chunker(tokensMax: 50))
        builder.add(
            .text(
                KnowledgeText(
                    entry: "note-17", version: 1, collection: "notes", title: "note-17", text: text, position: 1)))
        let draft = builder.build()
        let corpus = Corpus([draft.image.segment()])
        #expect(draft.passages.count > 50)
        for (number, passage) in draft.passages.enumerated() {
            let bytes = corpus.passage(.init(segment: 0, number: number)).bytes
            #expect(passage.text == String(decoding: Array(text.utf8)[bytes], as: UTF8.self))
        }
    }
}
