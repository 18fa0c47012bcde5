import Events
import Knowledge
import Testing

@Suite struct `A typed field` {
    @Test(arguments: [
        ("39.00 USD", "money", "39.00 USD"), ("007", "number", "7"), ("-12.50", "number", "-12.5"),
        ("2026-11-01", "date", "2026-11-01"), ("2026-02-29", "text", "2026-02-29"), ("Yes", "truth", "yes"),
        ("@pricing", "entry", "@pricing"), ("text:12", "text", "12"), ("entry:pricing", "entry", "@pricing"),
        ("39 usd", "text", "39 usd"), ("a: b", "text", "a: b"), ("-0.0", "number", "0"), ("1.", "text", "1."),
    ])
    func `is what its value looks like, unless it says so`(_ written: String, _ type: String, _ text: String) throws {
        let value = try #require(FieldValue(written: written))
        #expect(value.typeName == type && value.text == text)
        #expect(FieldValue(text, type: type) == value)
    }

    @Test(arguments: ["number:x", "date:2026-13-01", "money:39", "money:39 dollars", "truth:maybe", "entry:No Such"])
    func `is refused where it is not of the type it says`(_ written: String) {
        #expect(FieldValue(written: written) == nil)
    }

    @Test(arguments: [("39", "39.00"), ("39.00 USD", "39 USD"), ("Annual  plan", "annual plan")])
    func `is the same however it is written`(_ one: String, _ other: String) {
        #expect(FieldValue(written: one)?.normal == FieldValue(written: other)?.normal)
    }
}

@Suite struct `Claims of two entries` {
    private func claims(
        _ entry: String, _ text: String, title: String = "Pro", form: EntryForm = .fact, customer: String = "",
        from: Int64? = nil, to: Int64? = nil
    ) throws -> [Claim] {
        var statement = Statement(
            form: form, title: title, collection: "product", body: text, customer: customer, validFrom: from,
            validTo: to)
        if form == .fact {
            let fields = try text.split(separator: ";").map { part in
                let pair = part.split(separator: "=").map(String.init)
                return FactField(name: pair[0], value: try #require(FieldValue(written: pair[1])))
            }
            statement.setFact(FactRecord(topic: "", fields: fields, note: ""))
        }
        return Claim.all(in: statement, of: EntryRef(entry: entry, version: 1))
    }

    private func contradict(_ one: [Claim], _ other: [Claim]) -> Bool {
        one.contains { claim in other.contains { claim.contradicts($0) && $0.contradicts(claim) } }
    }

    @Test func `contradict each other by another value of one field`() throws {
        #expect(contradict(try claims("a", "price=39 USD"), try claims("b", "price=29 USD")))
        #expect(!contradict(try claims("a", "price=39 USD"), try claims("b", "price=39.00 USD")))
        #expect(!contradict(try claims("a", "price=39 USD"), try claims("b", "seats=5")))
        #expect(!contradict(try claims("a", "price=39 USD"), try claims("b", "price=29 USD", title: "Team")))
        #expect(!contradict(try claims("a", "price=39 USD"), try claims("a", "price=29 USD")))
    }

    @Test func `do not where they hold at different times or for different clients`() throws {
        #expect(!contradict(try claims("a", "price=39 USD", to: 10), try claims("b", "price=29 USD", from: 10)))
        #expect(contradict(try claims("a", "price=39 USD", to: 11), try claims("b", "price=29 USD", from: 10)))
        #expect(!contradict(try claims("a", "price=39 USD", customer: "acme"), try claims("b", "price=29 USD")))
    }

    @Test func `contradict each other by figures behind one label in documents of one title`() throws {
        func document(_ entry: String, _ text: String) throws -> [Claim] { try claims(entry, text, form: .document) }
        #expect(contradict(try document("a", "- **Price**: $39 a month"), try document("b", "Price: $29 a month")))
        #expect(contradict(try document("a", "| Seats | 1,000 |"), try document("b", "Seats: 900")))
        #expect(!contradict(try document("a", "Seats: 1,000"), try document("b", "Seats: 1000.0")))
        // Another unit, more than one number, a sentence: nobody can tell.
        #expect(!contradict(try document("a", "Price: $39 a month"), try document("b", "Price: $390 a year")))
        #expect(!contradict(try document("a", "Price: $39 or $49"), try document("b", "Price: $29 or $49")))
        #expect(!contradict(try document("a", "Pro costs $39."), try document("b", "Pro costs $29.")))
    }
}
