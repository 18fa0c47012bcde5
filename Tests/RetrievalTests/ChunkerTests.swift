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

    @Test func `puts no rest of a section before the heading of the next, but short sections together`() {
        let filler = String(repeating: "It is oiled every week. ", count: 10)
        func machine(_ number: Int, _ text: String) -> String {
            "## Machine \(number)\n\n\(text)\n\n```\nreset --machine \(number)\n```"
        }
        let chunks = Chunker(tokensMax: 64).chunks(of: machine(43, filler) + "\n\n" + machine(44, filler))
        #expect(chunks.map(\.headings) == [[], ["Machine 43"], [], ["Machine 44"]])
        #expect(chunks[1].text == "```\nreset --machine 43\n```" && chunks[2].text.hasPrefix("## Machine 44"))
        // A section within the one whose rest it is belongs to it.
        let inner = Chunker(tokensMax: 64).chunks(
            of: machine(43, filler) + "\n\n### Oil\n\nTwo drops.\n\n" + machine(44, ""))
        #expect(inner[1].text.hasSuffix("### Oil\n\nTwo drops.") && inner[1].headings == ["Machine 43"])
        #expect(inner[2].text.hasPrefix("## Machine 44"))
        #expect(Chunker(tokensMax: 64).chunks(of: machine(1, "") + "\n\n" + machine(2, "")).count == 1)
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
        #expect(Chunker().chunks(of: "# One\n## Two\ntext").map(\.text) == ["# One\n## Two\ntext"])
    }

    @Test func `says where every chunk stands`() throws {
        let text = "\n\n" + newsletter + "\n"
        let chunks = Chunker(tokensMax: 25).chunks(of: text)
        for chunk in chunks {
            #expect(String(decoding: Array(text.utf8)[chunk.bytes], as: UTF8.self) == chunk.text)
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines[chunk.lines.lowerBound - 1] == chunk.text.prefix { $0 != "\n" })
            #expect(lines[chunk.lines.upperBound - 1] == chunk.text.split(separator: "\n").last)
        }
        #expect(chunks.map(\.lines) == [3...5, 7...10, 12...14])
    }

    @Test func `names the headings above a chunk, but none that is in it`() {
        let long = String(repeating: "Words of one paragraph. ", count: 20)
        let text = "# Guide #\n\n\(long)\n\n## Prices\n\n\(long)\n\nSetext\n======\n\n\(long)"
        let chunks = Chunker(tokensMax: 80).chunks(of: text)
        #expect(chunks.map(\.headings) == [[], ["Guide"], ["Guide"], ["Guide", "Prices"], [], ["Setext"]])
        #expect(chunks[2].text.hasPrefix("## Prices"))
        #expect(chunks[4].text.hasPrefix("Setext\n======"))
    }

    @Test func `lets chunks share a few words where a paragraph is cut, and nowhere else`() {
        let text = (1...200).map { "word\($0)" }.joined(separator: " ") + "\n\n# Next\n\nAnother paragraph."
        let chunks = Chunker(tokensMax: 80).chunks(of: text)
        #expect(chunks.count > 4)
        for (chunk, next) in zip(chunks.dropLast(), chunks.dropFirst()) {
            let shared = chunk.bytes.upperBound - next.bytes.lowerBound
            #expect(shared <= 4 * 80 / 8)
            #expect(next.text.hasPrefix("# Next") ? shared < 0 : shared > 0)
            #expect(next.text.hasPrefix("word") || next.text.hasPrefix("# Next"))
        }
        let apart = Chunker(tokensMax: 80, overlapTokensMax: 0).chunks(of: text)
        #expect(zip(apart, apart.dropFirst()).allSatisfy { $0.bytes.upperBound < $1.bytes.lowerBound })
    }

    @Test(arguments: 1...60) func `loses no word of any text, and keeps to its limits`(_ seed: UInt64) {
        var generator = Seeded(seed)
        let parts = [
            "word", "longer words", "# heading", "\n## heading\n", "- item", "\n", "\n\n", "\r\n", "```", "é",
            "    code",
            "x" + String(repeating: "y", count: 90), "👩‍👩‍👧‍👦", "e\u{301}\u{302}\u{303}", "===", "\n---\n", "文字列",
        ]
        let text = (0..<200).map { _ in parts.randomElement(using: &generator) ?? "" }.joined(separator: " ")
        let limit = UInt32.random(in: 1...60, using: &generator)
        let overlap = UInt32.random(in: 0...12, using: &generator)
        let bytes = Array(text.utf8)
        let chunks = Chunker(tokensMax: limit, overlapTokensMax: overlap).chunks(of: text)
        var isCovered = bytes.map { $0 == 0x20 || 0x09...0x0D ~= $0 }
        for chunk in chunks {
            #expect(chunk.tokens <= limit && !chunk.text.isEmpty)
            #expect(Array(chunk.text.utf8) == Array(bytes[chunk.bytes]))
            for place in chunk.bytes { isCovered[place] = true }
        }
        #expect(!isCovered.contains(false))
        for (chunk, next) in zip(chunks.dropLast(), chunks.dropFirst()) {
            #expect(chunk.bytes.lowerBound < next.bytes.lowerBound && chunk.bytes.upperBound < next.bytes.upperBound)
            #expect(chunk.bytes.upperBound - next.bytes.lowerBound <= 4 * Int(overlap))
        }
        #expect(chunks.map(\.index) == chunks.indices.map { UInt32($0 + 1) })
    }
}
