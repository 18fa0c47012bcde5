import Testing

@testable import Retrieval

@Suite struct `Terms` {
    @Test(arguments: [
        ["price", "prices", "priced", "pricing"], ["plan", "plans", "planned", "planning"], ["story", "stories"],
        ["page", "pages"], ["page", "paging"], ["class", "classes"], ["issue", "issues"],
        ["write", "writes", "writing"],
    ])
    func `meet in one stem`(_ words: [String]) {
        #expect(Set(words.map(EnglishStem.stem)).count == 1)
    }

    @Test(arguments: ["status", "analysis", "press", "sing", "bed", "is", "42", "naïve", "straße"])
    func `stay as they are if there is nothing to cut`(_ word: String) {
        #expect(EnglishStem.stem(word) == word)
    }

    @Test func `are words in lower case, without accents and the most frequent ones`() {
        #expect(
            TermScanner.terms(of: "The Pro plan: $29/month — Überraschung, cafe\u{301}, ŁÓDŹ!") == [
                "pro", "plan", "29", "month", "uberraschung", "caf", "lodz",
            ])
    }

    @Test(arguments: [
        ("SKU-2201", ["sku", "2201", "sku-2201"]), ("SKU_2201.", ["sku", "2201", "sku-2201"]),
        ("sku2201", ["sku", "2201", "sku2201"]), ("costs $39.50,", ["cost", "39", "50", "39.50"]),
        ("v1.8.2", ["v", "1", "v1", "8", "2", "v1.8.2"]), ("1,299 or 1,299,000", ["1299", "1299000"]),
        ("1,299.00", ["1299", "00", "1299.00"]), ("3,14", ["3", "14", "3,14"]), ("10:30", ["10", "30", "10:30"]),
        (
            "Ana.Lopez@example.com",
            ["ana", "lopez", "exampl", "com", "ana.lopez@example.com"]
        ),
        ("state-of-the-art", ["stat", "art", "state-of-the-art"]),
        ("LexicalIndex", ["lexical", "index", "lexicalindex"]),
        ("HTTPServer", ["http", "server", "httpserver"]), ("two PDFs", ["two", "pdf", "=pdfs"]),
        ("C++ and F#", ["c++", "c", "f#", "f"]), ("don't, Ana's, O’Brien", ["don", "ana", "o", "brien", "o'brien"]),
        ("Banks", ["bank", "=banks"]), ("banks", ["bank"]), ("a... b--c -d", ["b", "c", "d"]),
        ("ＡＢＣ１", ["abc", "1", "abc1"]),
    ])
    func `keep names, codes and amounts as a whole as well`(_ text: String, _ terms: [String]) {
        #expect(TermScanner.terms(of: text) == terms)
    }

    @Test func `of a query are looked for as they stand, too`() {
        #expect(TermScanner.terms(of: "Banks banks", isQuery: true) == ["bank", "=banks", "bank", "=banks"])
    }

    @Test func `are pairs where no spaces part words`() {
        #expect(TermScanner.terms(of: "東京都、大。カフェ cafe") == ["東京", "京都", "大", "カフ", "フェ", "caf"])
        #expect(TermScanner.terms(of: "서울 A4용지") == ["서울", "4", "a4", "용지"])
    }

    @Test func `have a length limit`() {
        #expect(TermScanner.terms(of: String(repeating: "ab", count: 500)).map(\.count) == [TermScanner.termBytesMax])
        #expect(TermScanner.terms(of: String(repeating: "ж", count: 500)).map(\.utf8.count) == [64])
        let whole = Array(repeating: "abcdefg", count: 20).joined(separator: "-")
        #expect(Set(TermScanner.terms(of: whole)) == ["abcdefg"])
    }

    @Test(arguments: 1...200) func `of any bytes are found again by the same words`(_ seed: UInt64) {
        var generator = Seeded(seed)
        let parts = Array("aB9-_.@'’,:+#&é東\u{301}\u{AD} \u{1F600}ßK ").map(String.init)
        let text = (0..<60).map { _ in parts.randomElement(using: &generator) ?? "" }.joined()
        let terms = TermScanner.terms(of: text)
        #expect(terms.allSatisfy { !$0.isEmpty && $0.utf8.count <= TermScanner.termBytesMax + 1 })
        #expect(Set(terms).isSubset(of: TermScanner.terms(of: text, isQuery: true)))
    }
}
