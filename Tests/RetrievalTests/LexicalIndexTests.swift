import Foundation
import Testing

@testable import Retrieval

private func text(
    _ entry: String, _ text: String, _ collection: String = "notes", title: String = "", position: UInt64 = 1
) -> KnowledgeText {
    KnowledgeText(entry: entry, version: 3, collection: collection, title: title, text: text, position: position)
}

@Suite struct `A lexical index` {
    private let index = LexicalIndex([
        text("pricing", "Pro costs $39 a month, and the annual price is lower.", "product", title: "Pricing"),
        text("tone", "Short words. One idea an issue. No exclamation marks.", "style", title: "Tone of voice"),
        text("issue-041", "We rewrote the pricing page, and trials went up.", "issues", title: "A conversation"),
        text("ana", "Ana runs a bakery and reads on her phone.", "personas", title: "Ana"),
    ])

    @Test func `finds the best chunk first, with all that a context needs`() throws {
        let hits = index.search("What does the Pro plan cost?", k: 5)
        #expect(hits.map(\.entry) == ["pricing"])
        let hit = try #require(hits.first)
        #expect((hit.version, hit.chunk, hit.chunks, hit.collection) == (3, 1, 1, "product"))
        #expect(hit.text.hasPrefix("Pro costs $39"))
        #expect(hit.tokens == UInt32((hit.text.utf8.count + 3) / 4))
        #expect(hit.scoreMillionths > 0)
    }

    @Test func `meets other forms of a word, in the text and in the title`() {
        #expect(index.search("prices", k: 5).map(\.entry) == ["pricing", "issue-041"])
        #expect(index.search("rewriting pages", k: 5).map(\.entry) == ["issue-041"])
        #expect(index.search("voices", k: 5).map(\.entry) == ["tone"])
    }

    @Test func `finds names, codes and amounts`() {
        #expect(index.search("39", k: 5).map(\.entry) == ["pricing"])
        #expect(index.search("ANA", k: 5).map(\.entry) == ["ana"])
    }

    @Test func `finds nothing for words that are everywhere, and for none`() {
        #expect(index.search("the of and what is", k: 5).isEmpty)
        #expect(index.search("", k: 5).isEmpty)
        #expect(index.search("pricing", k: 0).isEmpty)
        #expect(LexicalIndex([]).search("pricing", k: 5).isEmpty)
    }

    @Test func `searches only the collections it may`() {
        #expect(index.search("pricing", k: 5, in: ["issues"]).map(\.entry) == ["issue-041"])
        #expect(index.search("pricing", k: 5, in: ["personas"]).isEmpty)
        #expect(index.search("pricing", k: 5, in: []).isEmpty)
    }

    @Test func `scores as if nothing else existed than what may be seen`() {
        let alone = LexicalIndex([
            text("issue-041", "We rewrote the pricing page, and trials went up.", "issues", title: "A conversation")
        ])
        #expect(index.search("pricing", k: 5, in: ["issues"]) == alone.search("pricing", k: 5))
    }

    @Test func `puts equal scores in the order of entry, then chunk`() {
        let twins = LexicalIndex(
            ["c", "a", "b"].map { text($0, "# One\n\nsame words here\n\n# Two\n\nsame words here") },
            chunker: Chunker(tokensMax: 6))
        let hits = twins.search("same words", k: 6)
        #expect(hits.map { "\($0.entry)\($0.chunk)" } == ["a1", "a2", "b1", "b2", "c1", "c2"])
        #expect(Set(hits.map(\.scoreMillionths)).count == 1)
    }

    @Test func `gives the newest entries, and one by its name`() {
        let index = LexicalIndex(
            (1...4).map { text("issue-\($0)", "text \($0)", $0 == 4 ? "drafts" : "issues", position: UInt64($0)) })
        #expect(index.newest(2, in: ["issues"]).map(\.entry) == ["issue-3", "issue-2"])
        #expect(index.chunks(of: "issue-4").map(\.text) == ["text 4"])
        #expect(index.chunks(of: "issue-9").isEmpty)
    }

    @Test func `is Okapi BM25 to the millionth`() {
        // By hand: N = 3, the term in 2 chunks, lengths 2, 4 and 3, so a mean of 3.
        let index = LexicalIndex([
            text("a", "apple banana"), text("b", "apple apple cherry plum"), text("c", "kiwi plum fig"),
        ])
        let idf = Foundation.log(1 + (3 - 2 + 0.5) / (2 + 0.5))
        let a = idf * 1 * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 2 / 3))
        let b = idf * 2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 4 / 3))
        let hits = index.search("apple", k: 3)
        #expect(hits.map(\.entry) == ["b", "a"])
        #expect(hits.map(\.scoreMillionths) == [b, a].map { Int64(($0 * 1_000_000).rounded()) })
    }

    @Test(arguments: 1...20) func `agrees with a scan of everything`(_ seed: UInt64) {
        var generator = Seeded(seed)
        let vocabulary = (0..<40).map { "w\($0)" }
        func words(_ count: Int) -> String {
            (0..<count).map { _ in
                vocabulary[Int.random(in: 0..<40, using: &generator) * Int.random(in: 0...1, using: &generator)]
            }
            .joined(separator: " ")
        }
        let texts = (0..<60).map {
            text("e\($0)", words(Int.random(in: 1...50, using: &generator)), $0 % 3 == 0 ? "x" : "y")
        }
        let index = LexicalIndex(texts)
        for _ in 0..<10 {
            let query = words(4)
            let hits = index.search(query, k: 60, in: ["y"])
            #expect(
                hits.map { Scored(entry: $0.entry, score: $0.scoreMillionths) }
                    == scan(query, texts.filter { $0.collection == "y" }))
        }
    }

    private struct Scored: Equatable {
        let entry: String
        let score: Int64
    }

    private func scan(_ query: String, _ texts: [KnowledgeText]) -> [Scored] {
        let documents = texts.map { EnglishTerms.terms(of: $0.text) }
        let mean = Double(documents.map(\.count).reduce(0, +)) / Double(documents.count)
        var terms: [String] = []
        for term in EnglishTerms.terms(of: query) where !terms.contains(term) { terms.append(term) }
        return zip(texts, documents).compactMap { text, document -> Scored? in
            var score = 0.0
            for term in terms where document.contains(term) {
                let n = Double(documents.count { $0.contains(term) })
                let tf = Double(document.count { $0 == term })
                let idf = Foundation.log(1 + (Double(documents.count) - n + 0.5) / (n + 0.5))
                score += idf * tf * 2.2 / (tf + 1.2 * (0.25 + 0.75 * Double(document.count) / mean))
            }
            let isFound = terms.contains(where: document.contains)
            return isFound ? Scored(entry: text.entry, score: Int64((score * 1_000_000).rounded())) : nil
        }.sorted { ($1.score, $0.entry) < ($0.score, $1.entry) }
    }
}

@Suite struct `English terms` {
    @Test(arguments: [
        ["price", "prices", "priced", "pricing"], ["plan", "plans", "planned", "planning"], ["story", "stories"],
        ["page", "pages"], ["page", "paging"], ["class", "classes"], ["issue", "issues"],
        ["write", "writes", "writing"],
    ])
    func `meet in one stem`(_ words: [String]) {
        #expect(Set(words.map(EnglishTerms.stem)).count == 1)
    }

    @Test(arguments: ["status", "analysis", "press", "sing", "bed", "is", "42", "naïve", "straße"])
    func `stay as they are if there is nothing to cut`(_ word: String) {
        #expect(EnglishTerms.stem(word) == word)
    }

    @Test func `are words in lower case, without the most frequent ones`() {
        #expect(
            EnglishTerms.terms(of: "The Pro plan: $29/month — Überraschung!") == [
                "pro", "plan", "29", "month", "überraschung",
            ])
    }

    @Test func `have a length limit`() {
        let word = String(repeating: "ab", count: 500)
        #expect(EnglishTerms.terms(of: word).map(\.count) == [EnglishTerms.wordCharactersMax])
    }
}

@Suite struct `A selection` {
    private func hits(_ tokens: [UInt32]) -> [Hit] {
        tokens.enumerated().map { index, tokens in
            Hit(
                entry: "e\(index)", version: 1, collection: "", title: "", chunk: 1, chunks: 1, text: "",
                scoreMillionths: Int64(100 - index), tokens: tokens)
        }
    }

    @Test func `keeps the best that fit, and says why the others were cut`() {
        let selection = Selection(of: hits([100, 500, 90, 10, 5]), k: 3, tokensMax: 250)
        #expect(selection.kept.map(\.entry) == ["e0", "e2", "e3"])
        #expect(selection.cut.map(\.hit.entry) == ["e1", "e4"])
        #expect(selection.cut.map(\.reason) == [.budget, .count])
    }

    @Test func `never goes over its budget, even a full one`() {
        #expect(Selection(of: hits([100, 100]), k: 9, tokensMax: 200).kept.count == 2)
        #expect(Selection(of: hits([100, 100]), k: 9, tokensMax: 199).kept.count == 1)
        #expect(Selection(of: hits([1]), k: 0, tokensMax: 9).kept.isEmpty)
        #expect(Selection(of: hits([.max, .max]), k: 9, tokensMax: .max).kept.count == 1)
    }

    @Test func `reports the best of what was cut, up to a limit`() {
        let selection = Selection(of: hits(Array(repeating: 1, count: 40)), k: 2, tokensMax: 9)
        #expect(selection.cut.count == Selection.cutMax)
        #expect(selection.cut.first?.hit.entry == "e2")
    }
}
