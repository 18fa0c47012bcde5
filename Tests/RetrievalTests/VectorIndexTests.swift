import CKernels
import Testing

@testable import Retrieval

/// Numbers by chance, the same in every run.
struct Chance: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    // SplitMix64 (Steele, Lea and Flood, 2014).
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }

    /// Of length 1, in all directions alike, or near a few of them.
    mutating func vector(_ dimensions: Int, near center: [Float]? = nil) -> [Float] {
        var vector = (0..<dimensions).map { index -> Float in
            let spread = (0..<4).reduce(Float(0)) { sum, _ in sum + Float.random(in: -1...1, using: &self) }
            return spread + (center?[index] ?? 0) * 8 * Float(dimensions).squareRoot() / 20
        }
        let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        for index in vector.indices { vector[index] /= length }
        return vector
    }
}

@Suite struct `The vector index` {
    private static let levels: [ck_level] = [CK_SCALAR, CK_BASE, CK_AVX2, CK_AVX512].filter {
        $0.rawValue <= ck_level_best().rawValue
    }

    private func index(_ vectors: [[Float]?], dimensions: Int) -> VectorIndex {
        VectorIndex(dimensions: dimensions, count: vectors.count) { vectors[$0]?[...] }
    }

    private func bitmap(_ count: Int, _ isVisible: (Int) -> Bool) -> [UInt64] {
        var words = [UInt64](repeating: 0, count: (count + 63) / 64)
        for document in 0..<count where isVisible(document) { words[document / 64] |= 1 << (document % 64) }
        return words
    }

    @Test func `dot products are those of plain loops at every level, wherever the rows lie`() {
        var chance = Chance(1)
        for _ in 0..<60 {
            let (rows, stride) = (
                Int.random(in: 1...70, using: &chance), 64 * Int.random(in: 1...7, using: &chance)
            )
            let shift = Int.random(in: 0...63, using: &chance)
            let extreme = Bool.random(using: &chance)
            let codes = (0..<rows * stride + shift).map { _ in
                extreme
                    ? [-128, 127][Int.random(in: 0...1, using: &chance)] : Int8.random(in: -128...127, using: &chance)
            }
            let query = (0..<stride).map { _ in extreme ? -127 : Int8.random(in: -127...127, using: &chance) }
            let expected = (0..<rows).map { row -> Int32 in
                var sum = 0
                for place in 0..<stride { sum += Int(codes[shift + row * stride + place]) * Int(query[place]) }
                return Int32(sum)
            }
            for level in Self.levels {
                var products = [Int32](repeating: 1, count: rows)
                codes.withUnsafeBufferPointer { codes in
                    guard let start = codes.baseAddress else { return }
                    ck_dots(level, start + shift, stride, rows, query, query.map(Int16.init), &products)
                }
                #expect(products == expected, "level \(level.rawValue)")
            }
        }
    }

    @Test func `finds what a naive search finds, under every bitmap, at every level and in any parts`() throws {
        var chance = Chance(2)
        for round in 0..<12 {
            let dimensions = [7, 64, 100, 384][round % 4]
            let count = Int.random(in: 1...500, using: &chance)
            let vectors = (0..<count).map { _ -> [Float]? in
                Int.random(in: 0..<20, using: &chance) == 0 ? nil : chance.vector(dimensions)
            }
            let index = index(vectors, dimensions: dimensions)
            let share = [1, 2, 10, 200][Int.random(in: 0...3, using: &chance)]
            let seen = (0..<count).map { _ in Int.random(in: 0..<share, using: &chance) == 0 }
            let visible = bitmap(count) { seen[$0] }
            let query = chance.vector(dimensions)
            let k = Int.random(in: 1...30, using: &chance)
            // All visible are candidates here, so that nothing but the order of exact scores counts.
            let naive = vectors.enumerated().compactMap { document, vector -> VectorHit? in
                guard seen[document], let vector else { return nil }
                var score = 0.0
                for place in 0..<dimensions { score += Double(vector[place]) * Double(query[place]) }
                return VectorHit(document: UInt32(document), scoreMillionths: Int64((score * 1_000_000).rounded()))
            }.sorted()
            let everything = VectorQuery([query], k: 1_000)
            #expect(index.hits(of: everything, among: [index.scan(everything, visible: visible)])[0] == naive)
            let found = index.search(query, k: k, visible: visible)
            #expect(found.count == min(k, naive.count))
            for level in Self.levels {
                let query = VectorQuery([query, chance.vector(dimensions)], k: k, level: level)
                let parts = Swift.stride(from: 0, to: count, by: 128).map {
                    index.scan(query, documents: $0..<min($0 + 128, count), visible: visible)
                }
                #expect(index.hits(of: query, among: parts)[0] == found)
            }
        }
    }

    @Test func `nearly all of the true ten are among its ten`() throws {
        var chance = Chance(3)
        let dimensions = 384
        let centers = (0..<20).map { _ in chance.vector(dimensions) }
        for isClustered in [false, true] {
            let vectors = (0..<1_500).map { chance.vector(dimensions, near: isClustered ? centers[$0 % 20] : nil) }
            let index = index(vectors, dimensions: dimensions)
            var (right, all) = (0, 0)
            for number in 0..<15 {
                let query = chance.vector(dimensions, near: isClustered ? centers[number] : nil)
                let exact = vectors.enumerated().map { document, vector in
                    (score: ck_dot(vector, query, dimensions), document: UInt32(document))
                }.sorted { $0.score > $1.score }.prefix(10).map(\.document)
                right += Set(index.search(query, k: 10).map(\.document)).intersection(exact).count
                all += 10
            }
            #expect(Double(right) / Double(all) >= 0.99, "clustered: \(isClustered)")
        }
    }

    @Test func `equal vectors come in the order of documents`() throws {
        var chance = Chance(4)
        let (one, other) = (chance.vector(64), chance.vector(64))
        let index = index((0..<300).map { $0 % 3 == 0 ? one : other }, dimensions: 64)
        #expect(index.search(one, k: 20).map(\.document) == (0..<20).map { UInt32($0 * 3) })
        #expect(index.search(one, k: 3).allSatisfy { $0.scoreMillionths == 1_000_000 })
    }

    @Test func `what is not visible, or has no vector, is never found`() throws {
        var chance = Chance(5)
        let vector = chance.vector(64)
        let index = index([vector, nil, vector, vector, [Float](repeating: 0, count: 64)], dimensions: 64)
        #expect(index.search(vector, k: 10).map(\.document) == [0, 2, 3])
        #expect(index.search(vector, k: 10, visible: [0b11110]).map(\.document) == [2, 3])
        #expect(index.search(vector, k: 10, visible: [0]).isEmpty)
        #expect(index.search(vector, k: 0).isEmpty)
        #expect(index.vector(of: 1) == nil)
        #expect(index.vector(of: 2) == vector)
        #expect(index.vector(of: 5) == nil)
    }

    @Test func `a query that is no number finds nothing, and a vector that is none is left out`() throws {
        var chance = Chance(6)
        let good = chance.vector(64)
        var bad = good
        bad[3] = .nan
        let index = index([bad, good], dimensions: 64)
        #expect(index.search(good, k: 5).map(\.document) == [1])
        #expect(index.search(bad, k: 5).isEmpty)
    }

    @Test func `an empty index finds nothing`() throws {
        #expect(index([], dimensions: 384).search(Chance.zeros, k: 5).isEmpty)
    }
}

extension Chance {
    fileprivate static let zeros = [Float](repeating: 0, count: 384)
}
