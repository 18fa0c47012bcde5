import Foundation
import Testing

@testable import Retrieval

private func text(
    _ entry: String, _ text: String, _ collection: String = "notes", title: String = "", position: UInt64 = 1
) -> KnowledgeText {
    KnowledgeText(entry: entry, version: 3, collection: collection, title: title, text: text, position: position)
}

@Suite struct `An index of texts` {
    private let index = TextIndex([
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
        #expect(TextIndex([]).search("pricing", k: 5).isEmpty)
    }

    @Test func `searches only the collections it may`() {
        #expect(index.search("pricing", k: 5, in: ["issues"]).map(\.entry) == ["issue-041"])
        #expect(index.search("pricing", k: 5, in: ["personas"]).isEmpty)
        #expect(index.search("pricing", k: 5, in: []).isEmpty)
    }

    @Test func `scores as if nothing else existed than what may be seen`() {
        let alone = TextIndex([
            text("issue-041", "We rewrote the pricing page, and trials went up.", "issues", title: "A conversation")
        ])
        #expect(index.search("pricing", k: 5, in: ["issues"]) == alone.search("pricing", k: 5))
    }

    @Test func `puts equal scores in the order of entry, then chunk`() {
        let twins = TextIndex(
            ["c", "a", "b"].map { text($0, "# One\n\nsame words here\n\n# Two\n\nsame words here") },
            chunker: Chunker(tokensMax: 6))
        let hits = twins.search("same words", k: 6)
        #expect(hits.map { "\($0.entry)\($0.chunk)" } == ["a1", "a2", "b1", "b2", "c1", "c2"])
        #expect(Set(hits.map(\.scoreMillionths)).count == 1)
    }

    @Test func `gives the newest entries, and one by its name`() {
        let index = TextIndex(
            (1...4).map { text("issue-\($0)", "text \($0)", $0 == 4 ? "drafts" : "issues", position: UInt64($0)) })
        #expect(index.newest(2, in: ["issues"]).map(\.entry) == ["issue-3", "issue-2"])
        #expect(index.chunks(of: "issue-4").map(\.text) == ["text 4"])
        #expect(index.chunks(of: "issue-9").isEmpty)
    }

    @Test func `is Okapi BM25 to the millionth`() {
        // By hand: N = 3, the term in 2 chunks, lengths 2, 4 and 3, so a mean of 3.
        let index = TextIndex([
            text("a", "apple banana"), text("b", "apple apple cherry plum"), text("c", "kiwi plum fig"),
        ])
        let idf = Foundation.log(1 + (3 - 2 + 0.5) / (2 + 0.5))
        let a = idf * 1 * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 2 / 3))
        let b = idf * 2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 4 / 3))
        let hits = index.search("apple", k: 3)
        #expect(hits.map(\.entry) == ["b", "a"])
        #expect(hits.map(\.scoreMillionths) == [b, a].map { Int64(($0 * 1_000_000).rounded()) })
    }
}
