import Retrieval
import Testing

@Suite struct `A chunker` {
    private let newsletter = """
        # Your pricing page is a conversation

        Last week I rewrote our pricing page.

        ## What changed

        - the annual plan comes first
        - the free plan says who it is for

        ## What it did

        Trials went up by a third.
        """

    @Test func `keeps a short text whole`() {
        let chunks = Chunker().chunks(of: newsletter)
        #expect(chunks.count == 1)
        #expect(chunks[0].text == newsletter)
        #expect((chunks[0].index, chunks[0].count) == (1, 1))
        #expect(chunks[0].tokens == UInt32((newsletter.utf8.count + 3) / 4))
    }

    @Test func `cuts at headings, which stay with what follows`() {
        let chunks = Chunker(tokensMax: 25).chunks(of: newsletter)
        #expect(
            chunks.map(\.text) == [
                "# Your pricing page is a conversation\n\nLast week I rewrote our pricing page.",
                "## What changed\n\n- the annual plan comes first\n- the free plan says who it is for",
                "## What it did\n\nTrials went up by a third.",
            ])
        #expect(chunks.map(\.index) == [1, 2, 3])
        #expect(chunks.map(\.count) == [3, 3, 3])
    }

    @Test func `gathers short paragraphs up to the limit`() {
        let text = (1...9).map { "Paragraph \($0)." }.joined(separator: "\n\n")
        let chunks = Chunker(tokensMax: 12).chunks(of: text)
        #expect(chunks.map(\.text).joined(separator: "\n\n") == text)
        #expect(chunks.allSatisfy { $0.tokens <= 12 })
        #expect(chunks.count == 3)
    }

    @Test func `cuts a long paragraph at lines, a long line at words, a long word anywhere`() {
        let lines = (1...4).map { "line \($0) of a paragraph" }.joined(separator: "\n")
        #expect(Chunker(tokensMax: 12).chunks(of: lines).map(\.text).allSatisfy { $0.hasPrefix("line") })
        let words = Array(repeating: "word", count: 40).joined(separator: " ")
        let pieces = Chunker(tokensMax: 10).chunks(of: words).map(\.text)
        #expect(pieces.joined(separator: " ") == words)
        let word = String(repeating: "é", count: 100)
        #expect(Chunker(tokensMax: 5).chunks(of: word).map(\.text).joined() == word)
    }

    @Test func `does not take a number sign in code for a heading`() {
        let text = "Intro that is long enough to fill half of it.\n\n```sh\n# not a heading\n\nls\n```"
        let chunks = Chunker(tokensMax: 15).chunks(of: text)
        #expect(
            chunks.map(\.text) == [
                "Intro that is long enough to fill half of it.", "```sh\n# not a heading\n\nls\n```",
            ])
    }

    @Test(arguments: ["", "\n\n", "   \t\n", "\u{FEFF}"]) func `makes nothing of nothing`(_ text: String) {
        #expect(Chunker().chunks(of: text).allSatisfy { !$0.text.isEmpty })
        #expect(Chunker().chunks(of: text).count <= 1)
    }

    @Test func `keeps a heading without a text`() {
        #expect(Chunker().chunks(of: "# Alone").map(\.text) == ["# Alone"])
        #expect(Chunker().chunks(of: "# One\n## Two\ntext").map(\.text) == ["# One\n\n## Two\n\ntext"])
    }

    @Test(arguments: 1...40) func `loses no word of any text, and keeps to its limit`(_ seed: UInt64) {
        var generator = Seeded(seed)
        let parts = [
            "word", "longer words", "# heading", "- item", "\n", "\n\n", "```", "é", "    code",
            "x" + String(repeating: "y", count: 90),
        ]
        let text = (0..<200).map { _ in parts.randomElement(using: &generator) ?? "" }.joined(separator: " ")
        let limit = UInt32.random(in: 1...60, using: &generator)
        let chunks = Chunker(tokensMax: limit).chunks(of: text)
        #expect(chunks.allSatisfy { $0.tokens <= limit && !$0.text.isEmpty })
        func solid(_ text: String) -> String { text.filter { !$0.isWhitespace } }
        #expect(chunks.map { solid($0.text) }.joined() == solid(text))
        #expect(chunks.map(\.index) == chunks.indices.map { UInt32($0 + 1) })
    }
}

/// SplitMix64: the same numbers for the same seed.
struct Seeded: RandomNumberGenerator {
    var state: UInt64
    init(_ seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
