import EventSourcing
import Testing

@testable import Retrieval

@Suite struct `The floor of a search` {
    private static func note(_ entry: String, _ text: String, at position: UInt64, time: Int64 = 0) -> KnowledgeChange {
        .text(
            KnowledgeText(
                entry: entry, version: 1, collection: "notes", title: "", text: text, position: position, time: time))
    }

    private static let changes = [
        note("code", "The secret code is swordfish.", at: 1), note("voice", "Write short sentences.", at: 2),
        note("safe", "What opens the vault lies in the drawer.", at: 3), note("price", "Pro costs 39 dollars.", at: 4),
    ]

    private func search(
        _ text: String, _ cosines: [String: Float], k: Int = 4, mode: SearchRequest.Mode = .live,
        isFloored: Bool = true,
        changes: [KnowledgeChange] = changes, recency: SearchRequest.Recency? = nil
    ) -> SearchResult {
        let corpus = RetrievalTests.corpus(of: changes, chunker: Chunker(), segments: 1)
        return KnowledgeSearch(corpus, dense: KnownCosines(corpus: corpus, cosines: cosines)).search(
            SearchRequest(
                text, vector: [1], visibility: .everything, k: k, mode: mode, recency: recency,
                floor: isFloored ? Floor() : nil))
    }

    @Test(arguments: [SearchRequest.Mode.live, .batch])
    func `leaves out what has no word of the query and is far behind the best, and says so`(
        _ mode: SearchRequest.Mode
    ) {
        let cosines: [String: Float] = ["code": 0.7, "voice": 0.18, "safe": 0.25, "price": 0.02]
        let found = search("what is the secret code", cosines, mode: mode)
        #expect(found.hits.map(\.passage.entry) == ["code"])
        #expect(found.cut.map(\.hit.passage.entry) == ["safe", "voice", "price"])
        #expect(found.cut.allSatisfy { $0.reason == .unlike } && found.cutTotal == 3)
        // Whoever looks on their own gets what is nearest, however far it is.
        #expect(search("what is the secret code", cosines, mode: mode, isFloored: false).hits.count == 4)
    }

    @Test func `keeps what clearly means something like it, however good the best is`() {
        let cosines: [String: Float] = ["code": 0.7, "voice": 0.29, "safe": 0.31, "price": 0.02]
        #expect(search("what is the secret code", cosines).hits.map(\.passage.entry) == ["code", "safe"])
    }

    @Test func `keeps what means the like where no words are shared`() {
        let found = search("combination of the strongbox", ["code": 0.5, "voice": 0.05, "safe": 0.6, "price": 0.3])
        #expect(found.hits.map(\.passage.entry) == ["safe", "code", "price"])
        #expect(found.cut.map(\.hit.passage.entry) == ["voice"])
    }

    @Test func `keeps whatever has a word of the query, and nothing if all is far from it`() {
        let far: [String: Float] = ["code": 0.05, "voice": 0.02, "safe": -0.1, "price": 0.01]
        #expect(search("39", far).hits.map(\.passage.entry) == ["price"])
        #expect(search("swallows", far).hits.isEmpty)
    }

    @Test func `takes nothing from what is old`() {
        let changes = [
            Self.note("old", "The vault opens at nine.", at: 1, time: 0),
            Self.note("new", "Write short sentences.", at: 2, time: 1_000),
        ]
        let cosines: [String: Float] = ["old": 0.6, "new": 0.2]
        let found = search(
            "strongbox", cosines, changes: changes, recency: SearchRequest.Recency(now: 1_000, halfLife: 100))
        #expect(found.hits.map(\.passage.entry) == ["old"])
        #expect(found.cut.map(\.hit.passage.entry) == ["new"])
    }

    @Test func `counts all that is left out, and leaves k places to what is like`() {
        let many = (1...60).map { Self.note("e\($0)", $0 < 50 ? "apple \($0)" : "pear \($0)", at: $0) }
        let cosines = Dictionary(uniqueKeysWithValues: (1...60).map { ("e\($0)", Float($0 < 50 ? 0.5 : 0.05)) })
        let found = search("apple", cosines, k: 3, changes: many)
        #expect(found.hits.count == 3 && found.hits.allSatisfy { $0.reason != .meaning })
        #expect(found.cut.count == Selection<RankedHit>.cutMax)
        #expect(found.cutTotal > Selection<RankedHit>.cutMax)
    }
}
