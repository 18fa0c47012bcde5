import Testing

@testable import Retrieval

@Suite struct `What is looked for as a whole` {
    private func found(_ query: String, in texts: [(entry: String, title: String, text: String)]) -> [String] {
        let changes = texts.enumerated().map { number, text in
            KnowledgeChange.text(
                KnowledgeText(
                    entry: text.entry, version: 1, collection: "notes", title: text.title, text: text.text,
                    position: UInt64(number + 1)))
        }
        let corpus = RetrievalTests.corpus(of: changes, chunker: Chunker(), segments: 2)
        return KnowledgeSearch(corpus).search(SearchRequest(query, visibility: .everything, k: 9)).hits
            .map(\.passage.entry)
    }

    private func coverage(_ query: String, of text: String, named entry: String = "e") -> Double {
        let change = KnowledgeChange.text(
            KnowledgeText(entry: entry, version: 1, collection: "notes", title: "", text: text, position: 1))
        let corpus = RetrievalTests.corpus(of: [change], chunker: Chunker(), segments: 1)
        let scope = corpus.scope(.everything)
        let documents = corpus.documents(of: entry, in: scope)
        let words = LexicalIndex(corpus).matches(LexicalQuery(query, in: corpus, scope), of: documents, in: scope)
        return words.first?.coverage ?? -1
    }

    @Test func `is an entry's name, in words and as it is`() {
        let notes = [
            ("honey-from-anna", "Supplier 7", "She delivers on Fridays."), ("issue-036", "A price", "Say it out loud."),
            ("note-22", "Tyres", "They last two winters."), ("fees", "Fees", "A check costs 22 euro."),
        ]
        #expect(found("honey", in: notes) == ["honey-from-anna"])
        #expect(found("honey from anna", in: notes) == ["honey-from-anna"])
        #expect(found("honey-from-anna", in: notes).first == "honey-from-anna")
        #expect(found("issue-036", in: notes) == ["issue-036"])
        // A number in a name is not what the text says.
        #expect(found("22 euro", in: notes) == ["fees"])
    }

    @Test(arguments: [
        ("issue-036", ["issu", "issue-036"]), ("olive-oil", ["oliv", "oil", "olive-oil"]), ("4711", ["4711"]),
        ("acme.price", ["acm", "pric", "acme.price"]), ("q3-report", ["q", "q3", "report", "q3-report"]),
    ])
    func `is made of a name's words, but not of numbers in it`(_ name: String, _ terms: [String]) {
        #expect(TermScanner.terms(ofName: name) == terms)
    }

    @Test(arguments: ["711258802", "0711 258802", "0711/25 88 02", "+49 711 258802"])
    func `is a number, however it is written`(_ query: String) {
        for text in ["Call +49 711 258802.", "Call +49 711 25 88 02 in the evening."] {
            #expect(coverage(query, of: text) == 1, "\(query) in \(text)")
        }
        #expect(coverage(query, of: "Call +49 711 258803.") < 1)
    }

    @Test func `covers the words that it is made of`() {
        #expect(coverage("issue-036", of: "Say it out loud.", named: "issue-036") == 1)
        #expect(coverage("issue-036 price", of: "Say it out loud.", named: "issue-036") < 1)
        #expect(coverage("01765550142", of: "0176 5550142") == 1)
        #expect(coverage("1299", of: "It costs 1.299 euro") == 1)
    }

    @Test func `is more than its parts where some document has it`() {
        let changes = ["Part 991 of many", "The press A-991"].enumerated().map { number, text in
            KnowledgeChange.text(
                KnowledgeText(
                    entry: "e\(number)", version: 1, collection: "notes", title: "", text: text,
                    position: UInt64(number + 1)))
        }
        let corpus = RetrievalTests.corpus(of: changes, chunker: Chunker(), segments: 2)
        func coverage(_ query: String) -> [Double] {
            let scope = corpus.scope(.everything)
            let documents = ["e0", "e1"].flatMap { corpus.documents(of: $0, in: scope) }
            return LexicalIndex(corpus).matches(LexicalQuery(query, in: corpus, scope), of: documents, in: scope)
                .map(\.coverage)
        }
        #expect(coverage("A-991")[1] == 1 && coverage("A-991")[0] < 0.5)
        #expect(coverage("991") == [1, 1])
        // A whole that nobody has, and a word as it stands, ask for no more than the words.
        #expect(coverage("B-991") == [0, 0].map { _ in coverage("B-991")[0] } && coverage("Presses")[1] == 1)
    }

    @Test func `is a word that only compounds have`() {
        let text = "Die Fahrradversicherungsbescheinigung liegt im Ordner."
        #expect(coverage("Versicherungsbescheinigung", of: text) == 1)
        #expect(coverage("Fahrradversicherung", of: text) == 1)
        #expect(coverage("Bescheinigung", of: text) == 1)
        #expect(coverage("Haftpflichtversicherung", of: text) == 0)
        // A short word is part of too many, and a code is not made of words.
        #expect(coverage("Fahrrad", of: text) == 0)
        #expect(coverage("12345678", of: "123456789") == 0)
    }

    @Test func `is the word itself where somebody has it, whatever compounds there are`() {
        let notes = [
            ("a", "", "Eine Fahrradversicherung lohnt sich."), ("b", "", "Die Versicherung zahlt nur bei Diebstahl."),
        ]
        #expect(found("Versicherung", in: notes) == ["b"])
        #expect(found("Versicherung", in: Array(notes.prefix(1))) == ["a"])
    }
}
