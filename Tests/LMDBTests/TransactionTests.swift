import LMDB
import Testing

@Suite struct TransactionTests {
    let folder: TemporaryFolder
    let environment: Environment
    let numbers: IntegerTable
    let words: BytesTable

    init() throws {
        folder = try TemporaryFolder()
        environment = try Environment(path: folder.file("a.mdb"))
        numbers = try environment.integerTable("numbers")
        words = try environment.bytesTable("words")
    }

    struct Refusal: Error {}

    @Test func `what is put can be read back in later transactions`() throws {
        try environment.write { transaction in
            try transaction.put([1, 2, 3].span.bytes, for: 7, in: numbers)
            try transaction.put("deux".utf8.span.bytes, for: "zwei".utf8.span.bytes, in: words)
        }
        let (number, word, none) = try environment.read { transaction in
            (
                try transaction.value(for: 7, in: numbers)?.copied,
                try transaction.value(for: "zwei".utf8.span.bytes, in: words)?.copied,
                try transaction.value(for: 8, in: numbers)?.copied
            )
        }
        #expect(number == [Int](1...3).span.bytes.copied)
        #expect(word == Array("deux".utf8))
        #expect(none == nil)
    }

    @Test func `a closure that throws leaves nothing behind`() throws {
        #expect(throws: Refusal.self) {
            try environment.write { transaction in
                try transaction.put("x".utf8.span.bytes, for: 1, in: numbers)
                throw Refusal()
            }
        }
        #expect(try environment.read { try $0.count(in: numbers) } == 0)
    }

    @Test func `a write sees its own changes, and a reader does not see them before the commit`() throws {
        try environment.write { transaction in
            try transaction.put("x".utf8.span.bytes, for: 1, in: numbers)
            #expect(try transaction.count(in: numbers) == 1)
            #expect(try environment.read { try $0.count(in: numbers) } == 0)
        }
        #expect(try environment.read { try $0.count(in: numbers) } == 1)
    }

    @Test func `an append fills the page in place and refuses a key that is not behind the last`() throws {
        try environment.write { transaction in
            try transaction.append(5, byteCount: 3, to: numbers) { $0.copyBytes(from: [9, 8, 7] as [UInt8]) }
            try transaction.append("six".utf8.span.bytes, for: 6, to: numbers)
        }
        #expect(try environment.read { try $0.value(for: 5, in: numbers)?.copied } == [9, 8, 7])
        #expect(throws: LMDBError.self) {
            try environment.write { transaction in
                try transaction.append("again".utf8.span.bytes, for: 6, to: numbers)
            }
        }
    }

    @Test func `rows are changed in any order, whatever pages they come to stand on`() throws {
        // Enough for several pages and for rows that have pages of their own.
        let keys = (0..<2_000).map { "key/\($0)" }
        func value(_ key: String, _ round: Int) -> [UInt8] {
            Array(repeating: UInt8(key.utf8.count + round), count: key.hasSuffix("77") ? 9_000 : 40 + round)
        }
        var expected: [String: [UInt8]] = [:]
        for round in 1...3 {
            try environment.write { transaction in
                try transaction.changeInOrder(words) { rows in
                    for (place, key) in (round == 2 ? keys : keys.sorted()).enumerated() where place % round == 0 {
                        if place % 5 == 4 {
                            #expect(try rows.delete(key.utf8.span.bytes) == (expected[key] != nil))
                            expected[key] = nil
                        } else {
                            expected[key] = value(key, round)
                            try rows.put(value(key, round).span.bytes, for: key.utf8.span.bytes)
                        }
                    }
                }
            }
            for key in keys {
                let kept = try environment.read { try $0.value(for: key.utf8.span.bytes, in: words)?.copied }
                #expect(kept == expected[key])
            }
        }
    }

    @Test func `rows can be deleted, one or all`() throws {
        try environment.write { transaction in
            for key in 1...5 as ClosedRange<UInt64> { try transaction.put("x".utf8.span.bytes, for: key, in: numbers) }
            try transaction.put("y".utf8.span.bytes, for: "k".utf8.span.bytes, in: words)
        }
        try environment.write { transaction in
            #expect(try transaction.delete(3, from: numbers))
            #expect(try !transaction.delete(3, from: numbers))
            #expect(try transaction.count(in: numbers) == 4)
            try transaction.deleteAll(from: numbers)
            #expect(try transaction.delete("k".utf8.span.bytes, from: words))
        }
        #expect(try environment.read { try $0.count(in: numbers) + $0.count(in: words) } == 0)
    }

    @Test func `an empty key and one that is too long are refused in words`() throws {
        for length in [0, Environment.keyBytesMax + 1] {
            let key = [UInt8](repeating: 1, count: length)
            let error = #expect(throws: LMDBError.self) {
                try environment.write { transaction in
                    try transaction.put("x".utf8.span.bytes, for: key.span.bytes, in: words)
                }
            }
            #expect(error?.cause == .badSize)
        }
    }

    @Test func `a table keeps its kind of keys`() throws {
        let error = #expect(throws: LMDBError.self) { _ = try environment.bytesTable("numbers") }
        #expect(error?.cause == .noTable)
    }

    @Test func `a full map is an error in words, and what was committed stays`() throws {
        let small = try Environment(path: folder.file("small.mdb"), options: .init(mapBytes: 256 << 10))
        let table = try small.integerTable("rows")
        try small.write { try $0.put("kept".utf8.span.bytes, for: 1, in: table) }
        let block = [UInt8](repeating: 7, count: 64 << 10)
        let error = #expect(throws: LMDBError.self) {
            for key in 2...100 as ClosedRange<UInt64> {
                try small.write { try $0.put(block.span.bytes, for: key, in: table) }
            }
        }
        #expect(error?.cause == .mapFull)
        #expect(try small.read { try $0.value(for: 1, in: table)?.copied } == Array("kept".utf8))
    }
}
