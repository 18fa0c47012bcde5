import Testing

@testable import Retrieval

@Suite struct `An excerpt` {
    private func excerpt(_ text: String, for query: String, lines: Int = 2, width: Int = 40) -> [String] {
        let others = ["Serial numbers stand below.", "A machine stands here.", "Nothing else."]
        let changes = ([text] + others).enumerated().map { number, text in
            KnowledgeChange.text(
                KnowledgeText(
                    entry: "e\(number)", version: 1, collection: "notes", title: "", text: text,
                    position: UInt64(number + 1)))
        }
        let corpus = RetrievalTests.corpus(of: changes, chunker: Chunker(), segments: 1)
        return LexicalQuery(query, in: corpus, corpus.scope(.everything)).excerpt(of: text, lines: lines, width: width)
    }

    private let manual = """
        # Machines

        They stand in hall two.

        ## Machine 43
        Serial SN-1043, oiled.
        ## Machine 44
        Serial SN-1044, dry.
        Ask Ana.
        """

    @Test func `shows the lines that say most of what was asked`() {
        #expect(excerpt(manual, for: "SN-1044") == ["## Machine 44", "Serial SN-1044, dry."])
        #expect(excerpt(manual, for: "serial of machine 43") == ["## Machine 43", "Serial SN-1043, oiled."])
        #expect(excerpt(manual, for: "quokka") == ["# Machines", "They stand in hall two."])
    }

    @Test func `breaks what is long between words, and loses none`() {
        let text = (1...60).map { "word\($0)" }.joined(separator: " ") + " needle"
        let lines = excerpt(text, for: "needle", lines: 1)
        #expect(lines.count == 1 && lines[0].hasSuffix("needle") && lines[0].count <= 40)
        let all = excerpt(text, for: "needle", lines: 99)
        #expect(all.joined(separator: " ") == text && all.allSatisfy { $0.count <= 40 })
        let word = String(repeating: "é", count: 100)
        #expect(excerpt(word, for: "x", lines: 9).joined() == word)
        #expect(excerpt("", for: "x").isEmpty && excerpt("  \n\n \t\n", for: "x").isEmpty)
    }
}
