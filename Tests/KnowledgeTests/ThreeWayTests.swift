import Events
import Knowledge
import Testing

@Suite struct `A three-way merge` {
    private func text(_ lines: String...) -> Statement {
        Statement(form: .document, title: "Pricing", collection: "product", body: lines.joined(separator: "\n"))
    }

    private func fact(_ fields: KeyValuePairs<String, String>, note: String = "") throws -> Statement {
        let fields = try fields.map { FactField(name: $0.key, value: try #require(FieldValue(written: $0.value))) }
        return Statement(
            form: .fact, title: "Pro", collection: "product", body: "",
            fact: FactRecord(topic: "", fields: fields, note: note))
    }

    @Test func `takes a bad line back and keeps an edit of another`() {
        let merge = StatementMerge(
            base: text("Pro costs $29.", "Call us.", "We answer."),
            ours: text("Pro costs $29.", "Call us.", "We answer by noon.", "Always."),
            theirs: text("Pro costs $39.", "Call us.", "We answer."))
        #expect(merge.conflicts.isEmpty)
        #expect(merge.statement.body == "Pro costs $39.\nCall us.\nWe answer by noon.\nAlways.")
    }

    @Test func `merges lines side by side that different hands changed`() {
        let merge = StatementMerge(base: text("a", "b"), ours: text("a", "B"), theirs: text("A", "b"))
        #expect(merge.open.isEmpty)
        #expect(merge.statement.body == "A\nB")
    }

    @Test func `shows what both changed, and takes neither by itself`() {
        let (base, ours, theirs) = (text("1", "$29", "3"), text("1", "$25", "3"), text("1", "$39", "3"))
        let merge = StatementMerge(base: base, ours: ours, theirs: theirs)
        #expect(merge.open.map(\.ours) == ["$25"] && merge.open.map(\.theirs) == ["$39"])
        #expect(merge.statement == ours)
        #expect(
            merge.markedText
                == "1\n<<<<<<< now\n$25\n||||||| taken back\n$29\n=======\n$39\n>>>>>>> before\n3")
        #expect(StatementMerge.isMarked(merge.markedText))
        let chosen = StatementMerge(base: base, ours: ours, theirs: theirs, choices: [1: .theirs])
        #expect(chosen.open.isEmpty && chosen.statement.body == "1\n$39\n3")
        #expect(!StatementMerge.isMarked(chosen.markedText))
    }

    @Test func `merges facts by field`() throws {
        let base = try fact(["price": "29.00 USD", "seats": "5", "trial": "no"])
        let ours = try fact(["price": "29.00 USD", "seats": "7", "trial": "no", "since": "2026-11-01"])
        let theirs = try fact(["price": "39.00 USD", "seats": "5"])
        let merge = StatementMerge(base: base, ours: ours, theirs: theirs)
        #expect(merge.conflicts.isEmpty)
        #expect(merge.statement == (try fact(["price": "39.00 USD", "seats": "7", "since": "2026-11-01"])))
        #expect(merge.statement.body == "- price: 39.00 USD\n- seats: 7\n- since: 2026-11-01")
    }

    @Test func `names the field that both changed`() throws {
        let merge = StatementMerge(
            base: try fact(["price": "29.00 USD"]), ours: try fact(["price": "25.00 USD"]),
            theirs: try fact(["price": "39.00 USD"]), rest: .theirs)
        #expect(merge.conflicts.map(\.place) == ["field price"])
        #expect(merge.statement.fact?["price"]?.text == "39.00 USD")
    }

    @Test func `merges everything else as a whole, and tags one by one`() {
        var (base, ours, theirs) = (text("x"), text("x"), text("x"))
        (base.tags, ours.tags, theirs.tags) = (["a", "b"], ["a", "b", "c"], ["b"])
        ours.title = "Prices"
        (base.validTo, theirs.validTo) = (nil, 7)
        let merge = StatementMerge(base: base, ours: ours, theirs: theirs)
        #expect(merge.conflicts.isEmpty)
        #expect(merge.statement.tags == ["b", "c"])
        #expect(merge.statement.title == "Prices" && merge.statement.validTo == 7)
    }

    @Test func `loses no line of either side, whatever they are`() {
        var chance = Chance(state: 11)
        for _ in 0..<2_000 {
            func lines() -> [String] { (0..<chance.next() % 7).map { _ in "\(chance.next() % 5)" } }
            let (base, ours, theirs) = (lines(), lines(), lines())
            let pieces = ThreeWay(base: base, ours: ours, theirs: theirs).pieces
            // Both sides can be had back: a merge with oneself is oneself.
            #expect(
                ThreeWay(base: base, ours: base, theirs: theirs).pieces == (theirs.isEmpty ? [] : [.agreed(theirs)]))
            #expect(ThreeWay(base: base, ours: ours, theirs: ours).pieces == (ours.isEmpty ? [] : [.agreed(ours)]))
            let seen = pieces.flatMap { piece -> [String] in
                switch piece {
                case .agreed(let lines): lines
                case .conflict(_, let ours, let theirs): ours + theirs
                }
            }
            // What one side brought in stands somewhere.
            #expect(Set(ours + theirs).subtracting(base).isSubset(of: seen))
        }
    }
}
