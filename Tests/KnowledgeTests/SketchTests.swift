import Events
import Knowledge
import Testing

@Suite struct `Sketches of statements` {
    private func text(_ title: String, _ body: String, customer: String = "") -> Statement {
        Statement(form: .document, title: title, collection: "c", body: body, customer: customer)
    }

    private func fact(_ topic: String, _ price: String) throws -> Statement {
        let value = try #require(FieldValue(price, type: "number"))
        return Statement(
            form: .fact, title: topic, collection: "c", body: "",
            fact: FactRecord(topic: topic, fields: [FactField(name: "price", value: value)], note: ""))
    }

    /// Words that are nobody else's.
    private func words(_ seed: Int, _ count: Int) -> String {
        (0..<count).map { "w\(seed)x\($0)" }.joined(separator: " ")
    }

    @Test func `suspect whoever could contradict, and nobody else`() throws {
        let mine = Sketch(try fact("Plan", "39"))
        #expect(mine.suspects(Sketch(try fact("plan", "29"))))
        #expect(mine.suspects(Sketch(try fact("Plan", "39.0"))), "they say the same")
        #expect(!mine.suspects(Sketch(try fact("Lid", "29"))))
        let label = Sketch(text("Jars", "Price: 3 EUR\n\nThey are blue."))
        #expect(label.suspects(Sketch(text("Jars", "Price: 4 EUR\n\nGreen ones."))))
        #expect(!label.suspects(Sketch(text("Jars", "Price: 4 days\n\nGreen ones."))))
    }

    @Test func `suspect whoever says nearly the same, but not to two clients`() {
        let body = words(1, 200)
        let changed = body + " " + words(2, 10)
        #expect(Sketch(text("a", body)).suspects(Sketch(text("b", changed))))
        #expect(!Sketch(text("a", body)).suspects(Sketch(text("b", words(3, 200)))))
        #expect(!Sketch(text("a", body, customer: "x")).suspects(Sketch(text("b", changed, customer: "y"))))
        #expect(Sketch(text("a", body, customer: "x")).suspects(Sketch(text("b", changed))))
    }

    @Test func `are read back as they were written`() throws {
        for statement in [text("Jars", "Price: 3 EUR\n\n" + words(1, 90)), try fact("Plan", "39"), text("", "")] {
            let bytes = Sketch(statement).bytes
            #expect(Sketch(bytes.span.bytes) == Sketch(statement))
            #expect(Sketch(Array(bytes.dropLast()).span.bytes) == nil)
        }
        #expect(Sketch([UInt8](repeating: 0xff, count: 64).span.bytes) == nil)
    }

    @Test func `are compared with few of many, whatever all share`() {
        let footer = words(0, 40)
        var index = SketchIndex()
        let count = 3_000
        var suspected = 0
        for number in 0..<count {
            let sketch = Sketch(text("Page \(number)", "Edition: 7\n\n" + words(number + 1, 60) + "\n\n" + footer))
            suspected += index.suspects(of: sketch, called: "page-\(number)").count
            index.set("page-\(number)", to: sketch)
        }
        // A sketch may suspect too much, seldom.
        #expect(suspected < count / 100)
        // All with all would be four million.
        #expect(index.looks <= count * SketchIndex.holdersMax * 6)
        let looks = index.looks
        let copy = Sketch(text("Copy", words(5, 60) + "\n\n" + footer))
        #expect(index.suspects(of: copy, called: "copy") == ["page-4"])
        #expect(index.looks - looks <= SketchIndex.holdersMax * 7)
        index.set("page-4", to: nil)
        #expect(index.suspects(of: copy, called: "copy").isEmpty && index.count == count - 1)
    }

    @Test func `find the newest of those who say the same`() {
        var index = SketchIndex()
        let sketch = Sketch(text("Same", "Just the same text in all of them."))
        for number in 0..<200 { index.set("e\(number)", to: sketch) }
        let found = index.suspects(of: sketch, called: "e199")
        #expect(found.count == SketchIndex.suspectsMax && found.first == "e198")
        #expect(index.looks <= 3 * SketchIndex.holdersMax)
    }
}

@Suite struct `Words of a text` {
    @Test(arguments: [
        ("Keep it **dark**, 3 years.", ["keep", "it", "dark", "3", "years"]),
        ("It costs $1,299.50 (7%).", ["it", "costs", "$", "1,299.50", "7", "%"]),
        ("v1.2. End.Next 3.x", ["v1.2", "end", "next", "3", "x"]),
        ("Größe: 3 € – naïve\u{a0}text\r\nNEXT", ["größe", "3", "€", "naïve", "text", "next"]),
        ("€5 5€ a€b", ["€", "5", "5", "€", "a", "€", "b"]), ("…", []), ("", []),
        ("日本語 text", ["日本語", "text"]), ("e\u{301}a", ["e\u{301}a"]),
    ])
    func `are letters and digits of any script`(text: String, words: [String]) {
        #expect(Words.all(in: text) == words)
        #expect(Words.normal(text) == words.joined(separator: " "))
    }
}
