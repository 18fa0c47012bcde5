import Foundation
import Testing
import Wire

@testable import IndexStore

@Suite struct `Vectors that were made once` {
    private static let tailMax = 40

    private let folder = Folder()

    private func open(_ model: String = "m", bytes: Int = 4) throws -> VectorCache {
        try VectorCache(folder.path, model: model, vectorBytes: bytes, tailMax: Self.tailMax)
    }

    private static func text(_ number: Int) -> Digest { Digest.of(Array("text \(number)".utf8)) }

    private static func vector(_ number: Int) -> [UInt8] {
        withUnsafeBytes(of: UInt32(number).littleEndian) { Array($0) }
    }

    private func fill(_ cache: VectorCache, _ numbers: Range<Int>) throws {
        for number in numbers { try cache.add(Self.vector(number), of: Self.text(number)) }
    }

    private func holds(_ cache: VectorCache, _ numbers: Range<Int>) -> Bool {
        numbers.allSatisfy { cache.vector(of: Self.text($0)) == Self.vector($0) }
    }

    @Test func `are found again by what they were made of, and by their model`() throws {
        let text = Self.text(1)
        let cache = try open()
        #expect(cache.vector(of: text) == nil)
        try cache.add([1, 2, 3, 4], of: text)
        try cache.add([9, 9, 9, 9], of: text)
        try cache.flush()
        #expect(cache.vector(of: text) == [1, 2, 3, 4])
        #expect(try open().vector(of: text) == [1, 2, 3, 4])
        #expect(try open("n").count == 0)
        #expect(try open(bytes: 5).count == 0)
    }

    @Test func `that were torn or damaged are made again`() throws {
        do { try fill(open(), 0..<10) }
        let name = try #require(folder.names.first)
        try folder.damage(name, at: 64 + 44 * 3 + 33)
        let file = URL(fileURLWithPath: folder.path + "/" + name)
        try Data(contentsOf: file).dropLast(7).write(to: file)
        let cache = try open()
        #expect((0..<10).map { cache.vector(of: Self.text($0)) != nil } == (0..<10).map { $0 != 3 && $0 != 9 })
        try fill(cache, 0..<10)
        let again = try open()
        #expect(holds(again, 0..<10))
        #expect(try again.check() == (whole: 10, damaged: 1))
        try again.mend()
        let mended = try open()
        #expect(try mended.check() == (whole: 10, damaged: 0))
        #expect(holds(mended, 0..<10) && folder.names == [name])
    }

    @Test func `are shared with whoever else adds some`() throws {
        let mine = try open()
        let other = try open()
        for number in 0..<20 { try fill(number.isMultiple(of: 2) ? mine : other, number..<number + 1) }
        #expect(try open().count == 20)
    }

    @Test func `have a table of their names once they are many, with a few behind it`() throws {
        let many = Self.tailMax + 10
        let first = try open()
        try fill(first, 0..<many)
        #expect(folder.names.count == 1)
        // What a crash leaves without a table, or another version of Daybook, gets one when it is opened next.
        let second = try open()
        let table = try #require(folder.names.first { $0.hasSuffix(VectorCache.namesSuffix) })
        try fill(second, many..<many + 5)
        try fill(first, 0..<many + 9)
        for cache in [first, second, try open()] { #expect(holds(cache, 0..<many + 5)) }
        #expect(try open().count == many + 9)
        #expect(VectorNames(folder.path + "/" + table)?.records == many)
        #expect(first.vector(of: Self.text(many * 2)) == nil)
        try fill(second, many..<2 * many)
        try second.gather()
        #expect(VectorNames(folder.path + "/" + table)?.records == 2 * many)
        #expect(try holds(second, 0..<2 * many) && holds(open(), 0..<2 * many))
    }

    @Test func `are never another text's, whatever happens to the table of their names`() throws {
        let many = Self.tailMax + 10
        try fill(open(), 0..<many)
        _ = try open()
        let table = try #require(folder.names.first { $0.hasSuffix(VectorCache.namesSuffix) })
        let size = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + table)).count
        for place in [0, 17, 25, 40, 66, 75, 80, 81, size / 2, size - 2] {
            try folder.damage(table, at: place)
            let cache = try open()
            for number in 0..<many {
                let vector = cache.vector(of: Self.text(number))
                #expect(vector == nil || vector == Self.vector(number))
            }
            #expect(try cache.check().whole == many)
            // It is either written again, or known to be damaged, and mended with the vectors.
            if try cache.check().damaged > 0 { try cache.mend() }
            let mended = try open()
            #expect(try holds(mended, 0..<many) && mended.check() == (whole: many, damaged: 0))
        }
    }

    @Test func `have no use for the table of another file`() throws {
        let many = Self.tailMax + 10
        try fill(open(), 0..<many)
        _ = try open()
        let file = try #require(folder.names.first { $0.hasSuffix(VectorCache.suffix) })
        try FileManager.default.removeItem(atPath: folder.path + "/" + file)
        let other = try open()
        try fill(other, many..<3 * many)
        #expect(try holds(open(), many..<3 * many))
        #expect(try open().vector(of: Self.text(0)) == nil)
    }

    @Test func `go when no text has them any more, and with their model`() throws {
        let cache = try open()
        try fill(cache, 0..<Self.tailMax + 10)
        try fill(open("n"), 0..<3)
        #expect(FileManager.default.createFile(atPath: folder.path + "/x.vectors.99.new", contents: Data([1])))
        try cache.mend(keeping: Set((5..<20).map(Self.text)))
        let kept = try open()
        kept.removeOthers()
        #expect(kept.count == 15 && holds(kept, 5..<20) && kept.vector(of: Self.text(4)) == nil)
        #expect(folder.names.count == 1)
        #expect(try open("n").count == 0)
    }
}
