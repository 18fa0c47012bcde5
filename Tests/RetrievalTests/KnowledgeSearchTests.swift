import EventSourcing
import Testing

@testable import Retrieval

@Suite struct `A search of knowledge` {
    private static func text(
        _ entry: String, _ text: String, at position: UInt64, version: UInt32 = 1, collection: String = "notes",
        customer: String? = nil, time: Int64 = 0
    ) -> KnowledgeChange {
        .text(
            KnowledgeText(
                entry: entry, version: version, collection: collection, customer: customer, title: entry, text: text,
                position: position, time: time))
    }

    private static func index(_ changes: [KnowledgeChange], chunker: Chunker = Chunker()) -> Corpus {
        RetrievalTests.corpus(of: changes, chunker: chunker, segments: 1)
    }

    @Test func `says where a hit comes from and why it was found`() throws {
        let body = "# Prices\n\nPro costs $39.10 a month.\n\n## Team\n\nTeam costs $93.50 a month, for five."
        let corpus = Self.index([Self.text("pricing", body, at: 4)], chunker: Chunker(tokensMax: 12))
        let dense = KnownCosines(corpus: corpus, cosines: ["pricing": 0.5])
        let result = KnowledgeSearch(corpus, dense: dense).search(
            SearchRequest("$93.50", vector: [1], visibility: .everything, k: 2))
        let hit = try #require(result.hits.first)
        #expect((hit.passage.entry, hit.passage.version, hit.passage.chunk, hit.passage.chunks) == ("pricing", 1, 2, 2))
        #expect(hit.passage.headings == ["Prices"] && hit.passage.lines == 5...7 && hit.passage.position == 4)
        #expect(String(decoding: Array(body.utf8)[hit.passage.bytes], as: UTF8.self).hasPrefix("## Team"))
        #expect(hit.reason == .wordsAndMeaning && hit.lexical?.rank == 1)
        #expect(hit.dense?.scoreMillionths == 500_000)
        #expect(result.hits.last?.reason == .meaning)
        #expect(result.omission == nil && result.visible == 2)
    }

    @Test func `looks at words alone without a vector, or when time is up, and says so`() {
        let corpus = Self.index([Self.text("a", "apple", at: 1), Self.text("b", "banana", at: 2)])
        let dense = KnownCosines(corpus: corpus, cosines: ["a": 0.1, "b": 0.9])
        let search = KnowledgeSearch(corpus, dense: dense)
        let plain = search.search(SearchRequest("apple", visibility: .everything, k: 5))
        #expect(plain.hits.map(\.passage.entry) == ["a"] && plain.omission == .noVectors)
        let request = SearchRequest("apple", vector: [1], visibility: .everything, k: 5)
        let late = search.search(request) { true }
        #expect(late.hits == plain.hits && late.omission == .time)
        #expect(search.search(request).hits.map(\.passage.entry) == ["b", "a"])
    }

    @Test func `says what each word adds to a score`() throws {
        let corpus = Self.index([
            Self.text("a", "apple apple pear", at: 1), Self.text("b", "pear plum", at: 2),
            Self.text("c", "a secret plum", at: 3, customer: "acme"),
        ])
        let request = SearchRequest("apples and pears", visibility: Visibility(customer: .none), k: 5)
        let scope = corpus.scope(request.visibility)
        let query = LexicalQuery(request.text, in: corpus, scope)
        let hit = try #require(KnowledgeSearch(corpus).search(request).hits.first)
        let shares = LexicalIndex(corpus).shares(of: query, in: hit.document, scope)
        #expect(shares.map(\.count) == [2, 1] && shares.map(\.documents) == [1, 2])
        #expect(abs(shares.reduce(0) { $0 + $1.scoreMillionths } - hit.scoreMillionths) <= 2)
        let hidden = try #require(corpus.documents(of: "c", in: corpus.scope(.everything)).first)
        #expect(LexicalIndex(corpus).shares(of: query, in: hidden, scope).isEmpty)
    }

    @Test func `lists what may be seen, by age and by name`() {
        let changes = [
            Self.text("a", "first", at: 1), Self.text("b", "second", at: 2, collection: "other"),
            Self.text("a", "third", at: 3, version: 2), Self.text("c", "fourth", at: 4, customer: "acme"),
            .retired(entry: "b", at: 5),
        ]
        for segments in 1...3 {
            let corpus = RetrievalTests.corpus(of: changes, chunker: Chunker(), segments: segments)
            func newest(_ visibility: Visibility) -> [String] {
                corpus.newest(9, in: corpus.scope(visibility)).map {
                    "\(corpus.passage($0).entry)@\(corpus.passage($0).version)"
                }
            }
            #expect(newest(.everything) == ["c@1", "a@2"])
            #expect(newest(Visibility(customer: .none)) == ["a@2"])
            #expect(newest(Visibility(asOf: 2, customer: .none)) == ["b@1", "a@1"])
            let now = corpus.scope(Visibility(customer: .none))
            #expect(corpus.documents(of: "a", in: now).map { corpus.passage($0).version } == [2])
            #expect(corpus.documents(of: "b", in: now).isEmpty && corpus.documents(of: "c", in: now).isEmpty)
            #expect(corpus.newest(0, in: now).isEmpty && corpus.collections == ["notes", "other"])
        }
    }

    @Test func `finds what lies beside a hollow version, and ends no other by it`() {
        let changes = [
            Self.text("a", "plain apple", at: 1), Self.text("a", "", at: 3, version: 2),
            Self.text("b", "plain pear", at: 4), Self.text("a", "plain plum", at: 6, version: 3),
        ]
        let beside = [Self.text("a", "sealed quince", at: 3, version: 2), .retired(entry: "a", at: 6)]
        for segments in 1...4 {
            var corpus = RetrievalTests.corpus(of: changes, chunker: Chunker(), segments: segments)
            #expect(corpus.hollowEntries == ["a"])
            corpus.overlay(RetrievalTests.corpus(of: beside, chunker: Chunker(), segments: 1).segments[0])
            for (position, seen) in [(2, ["a@1"]), (4, ["b@1", "a@2"]), (9, ["a@3", "b@1"])] as [(Position, [String])] {
                let scope = corpus.scope(Visibility(asOf: position, customer: .none))
                #expect(
                    corpus.newest(9, in: scope).map {
                        "\(corpus.passage($0).entry)@\(corpus.passage($0).version)"
                    } == seen)
            }
            let now = SearchRequest("quince", visibility: .everything, k: 5)
            #expect(KnowledgeSearch(corpus).search(now).hits.isEmpty)
        }
    }

    @Test func `lets newer versions count more, by their half-life`() {
        let corpus = Self.index([
            Self.text("old", "apple pie", at: 1, time: 0),
            Self.text("new", "apple pie and more words", at: 2, time: 100),
        ])
        let search = KnowledgeSearch(corpus)
        var request = SearchRequest("apple pie", visibility: .everything, k: 2)
        let plain = search.search(request).hits
        #expect(plain.map(\.passage.entry) == ["old", "new"])
        request.recency = .init(now: 100, halfLife: 50)
        let weighted = search.search(request).hits
        #expect(weighted.map(\.passage.entry) == ["new", "old"])
        #expect(weighted[0].scoreMillionths == plain[1].scoreMillionths)
        #expect(abs(weighted[1].scoreMillionths * 4 - plain[0].scoreMillionths) <= 2)
    }

    @Test func `keeps to its budget, and shows what it left out`() {
        let corpus = Self.index((1...9).map { Self.text("e\($0)", "apple number \($0) of nine", at: $0) })
        let result = KnowledgeSearch(corpus).search(
            SearchRequest("apple", visibility: .everything, k: 3, tokensMax: 12))
        #expect(result.hits.map(\.passage.entry) == ["e1", "e2"])
        #expect(result.cut.map(\.hit.passage.entry) == (3...9).map { "e\($0)" })
        #expect(result.cut.allSatisfy { $0.reason == .budget })
        let few = KnowledgeSearch(corpus).search(SearchRequest("apple", visibility: .everything, k: 3))
        #expect(few.hits.count == 3 && few.cut.allSatisfy { $0.reason == .count })
    }

    @Test func `adds what stands beside a hit while nobody waits`() {
        let body = (1...5).map {
            "# Part \($0)\n\nIt is about \(["figs", "kiwis", "plums", "pears", "limes"][$0 - 1])."
        }
        let corpus = Self.index(
            [Self.text("fruit", body.joined(separator: "\n\n"), at: 1)], chunker: Chunker(tokensMax: 10))
        var request = SearchRequest("plums", visibility: .everything, k: 3)
        let search = KnowledgeSearch(corpus)
        #expect(search.search(request).hits.map(\.passage.chunk) == [3])
        request.mode = .batch
        let result = search.search(request)
        #expect(result.hits.map(\.passage.chunk) == [3, 2, 4])
        #expect(result.hits.map(\.reason) == [.words, .neighbour, .neighbour])
    }

    @Test func `finds a version from its own position until the next one's, across segments`() {
        let first = Self.index([Self.text("price", "it is thirty", at: 1)])
        var corpus = Corpus(first.segments)
        corpus.append(Self.index([Self.text("price", "it is forty", at: 5, version: 2)]).segments[0])
        corpus.append(Self.index([.retired(entry: "price", at: 9)]).segments[0])
        func versions(_ asOf: UInt64?) -> [UInt32] {
            KnowledgeSearch(corpus).search(
                SearchRequest("price", visibility: Visibility(asOf: asOf, customer: .none), k: 5)
            ).hits.map(\.passage.version)
        }
        #expect([0, 1, 4, 5, 8, 9].map(versions) == [[], [1], [1], [2], [2], []])
        #expect(versions(nil) == [])
        corpus = Corpus([corpus.merged(0..<3).segment()])
        #expect([0, 1, 4, 5, 8, 9].map(versions) == [[], [1], [1], [2], [2], []])
    }

    /// Whatever others know, and however it changes: nobody else's hits or scores do.
    @Test(arguments: 1...40) func `never lets one role or customer see or feel what is another's`(_ seed: UInt64) {
        var knowledge = RandomKnowledge(seed)
        let chunker = Chunker(tokensMax: 24)
        var own: [KnowledgeChange] = []
        var all: [KnowledgeChange] = []
        let visibility = Visibility(collections: ["c0", "c1"], entries: ["e5"], customer: .one("bo"))
        for _ in 0..<120 {
            var change = knowledge.change(
                entries: 15, customer: ["bo", "cy", nil].randomElement(using: &knowledge.generator) ?? nil)
            if case .text(let text) = change {
                // An entry stays what it is: its name decides collection and customer.
                change = .text(text)
                let isSeen = ["c0", "c1"].contains(text.collection) || text.entry == "e5"
                if isSeen, text.customer == nil || text.customer == "bo" { own.append(change) }
            } else {
                own.append(change)
            }
            all.append(change)
        }
        let alone = corpus(of: own, chunker: chunker, segments: 3)
        let together = corpus(of: all, chunker: chunker, segments: 4, merging: 1..<3)
        for _ in 0..<8 {
            let query = knowledge.text(1...5)
            var seen = visibility
            seen.asOf =
                Bool.random(using: &knowledge.generator) ? UInt64.random(in: 1...200, using: &knowledge.generator) : nil
            func answer(_ corpus: Corpus) -> SearchResult {
                let cosines = Dictionary(
                    uniqueKeysWithValues: (0..<15).flatMap { number in
                        ["e", "bo", "cy"].enumerated().map {
                            ("\($0.element)\(number)", Float(number) / 20 + Float($0.offset) / 100)
                        }
                    })
                let search = KnowledgeSearch(corpus, dense: KnownCosines(corpus: corpus, cosines: cosines))
                return search.search(SearchRequest(query, vector: [1], visibility: seen, k: 12))
            }
            let mixed = answer(together)
            #expect(mixed.hits.allSatisfy { ["c0", "c1"].contains($0.passage.collection) || $0.passage.entry == "e5" })
            #expect(mixed.hits.allSatisfy { $0.passage.customer == nil || $0.passage.customer == "bo" })
            func told(_ result: SearchResult) -> [String] {
                (result.hits + result.cut.map(\.hit)).map {
                    "\($0.passage.entry)@\($0.passage.version)/\($0.passage.chunk) \($0.scoreMillionths) "
                        + "\($0.lexical?.scoreMillionths ?? 0) \($0.lexical?.rank ?? 0) \($0.dense?.rank ?? 0)"
                }
            }
            #expect(told(mixed) == told(answer(alone)))
            #expect(mixed.visible == answer(alone).visible)
        }
    }
}
