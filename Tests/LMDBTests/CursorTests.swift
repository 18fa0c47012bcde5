import LMDB
import Testing

@Suite struct CursorTests {
    let folder: TemporaryFolder
    let environment: Environment
    let numbers: IntegerTable
    let words: BytesTable

    init() throws {
        folder = try TemporaryFolder()
        environment = try Environment(path: folder.file("a.mdb"))
        let numbers = try environment.integerTable("numbers")
        let words = try environment.bytesTable("words")
        try environment.write { transaction in
            for key in [10, 20, 256, 70_000] as [UInt64] {
                try transaction.append(String(key).utf8.span.bytes, for: key, to: numbers)
            }
            for word in ["job/a", "job/b", "jobs", "entry/x"] {
                try transaction.put("=\(word)".utf8.span.bytes, for: word.utf8.span.bytes, in: words)
            }
        }
        self.numbers = numbers
        self.words = words
    }

    @Test func `integer keys are walked in order of number, both ways`() throws {
        let (up, down) = try environment.read { transaction in
            var up: [UInt64] = []
            var down: [UInt64] = []
            var cursor = try transaction.cursor(in: numbers)
            while try cursor.next() { up.append(cursor.key) }
            var more = try cursor.last()
            while more {
                down.append(cursor.key)
                more = try cursor.previous()
            }
            return (up, down)
        }
        #expect(up == [10, 20, 256, 70_000])
        #expect(down == [70_000, 256, 20, 10])
    }

    @Test(
        arguments: [
            (at: 20, exact: 20, after: 20, before: 20), (at: 21, exact: nil, after: 256, before: 20),
            (at: 5, exact: nil, after: 10, before: nil), (at: 80_000, exact: nil, after: nil, before: 70_000),
        ] as [(at: UInt64, exact: UInt64?, after: UInt64?, before: UInt64?)])
    func `integer keys are sought exactly, at or after, and at or before`(
        _ wish: (at: UInt64, exact: UInt64?, after: UInt64?, before: UInt64?)
    ) throws {
        let found = try environment.read { transaction in
            var cursor = try transaction.cursor(in: numbers)
            let exact = try cursor.seek(wish.at) ? cursor.key : nil
            let after = try cursor.seek(atOrAfter: wish.at) ? cursor.key : nil
            let before = try cursor.seek(atOrBefore: wish.at) ? cursor.key : nil
            return [exact, after, before]
        }
        #expect(found == [wish.exact, wish.after, wish.before])
    }

    @Test func `the value under the cursor moves with it`() throws {
        let values = try environment.read { transaction in
            var cursor = try transaction.cursor(in: numbers)
            var values: [[UInt8]] = []
            while try cursor.next() { values.append(cursor.value.copied) }
            return values
        }
        #expect(values == ["10", "20", "256", "70000"].map { Array($0.utf8) })
    }

    @Test func `bytes are walked from a prefix on`() throws {
        let keys = try environment.read { transaction in
            var keys: [String] = []
            var cursor = try transaction.cursor(in: words)
            var more = try cursor.seek(atOrAfter: "job/".utf8.span.bytes)
            while more {
                keys.append(String(decoding: cursor.key.copied, as: UTF8.self))
                more = try cursor.next()
            }
            return keys
        }
        #expect(keys == ["job/a", "job/b", "jobs"])
    }

    @Test func `an empty prefix means every row, and a missing key none`() throws {
        try environment.read { transaction in
            var cursor = try transaction.cursor(in: words)
            #expect(try cursor.seek(atOrAfter: "".utf8.span.bytes))
            #expect(cursor.key.copied == Array("entry/x".utf8))
            #expect(try cursor.seek("jobs".utf8.span.bytes))
            #expect(cursor.value.copied == Array("=jobs".utf8))
            #expect(try !cursor.seek("job".utf8.span.bytes))
        }
    }

    @Test func `a write transaction has cursors too`() throws {
        let last = try environment.write { transaction in
            try transaction.append("new".utf8.span.bytes, for: 70_001, to: numbers)
            var cursor = try transaction.cursor(in: numbers)
            return try cursor.last() ? cursor.key : 0
        }
        #expect(last == 70_001)
    }
}
