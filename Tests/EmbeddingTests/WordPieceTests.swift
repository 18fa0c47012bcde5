import Testing

@testable import Embedding

@Suite(.enabled(if: Weights.areThere, Weights.lack)) struct `The tokenizer` {
    @Test func `cuts every line as Hugging Face's does`() throws {
        let (model, golden) = (try Weights.model.get(), try Golden.all.get())
        #expect(golden.lines.count >= 500)
        for line in golden.lines {
            #expect(model.tokens(of: line.text) == line.ids, "\(line.text.debugDescription)")
        }
    }

    @Test func `reads no further than it has to`() throws {
        let model = try Weights.model.get()
        let text = String(repeating: "many words ", count: 100_000)
        let tokens = model.tokens(of: text)
        #expect(tokens.count == MiniLM.tokensMax)
        #expect(tokens == model.tokens(of: String(repeating: "many words ", count: 200)))
    }

    @Test func `a text that is no native string is cut like one`() throws {
        let model = try Weights.model.get()
        let characters = Array("Crème brûlée, 東京, [SEP] and 👩‍👩‍👧‍👦")
        #expect(model.tokens(of: String(characters)) == model.tokens(of: characters.map(String.init).joined()))
    }

    @Test func `knows every token by its own bytes`() throws {
        let vocabulary = try Weights.model.get().pack.vocabulary
        #expect(vocabulary.number(of: "[PAD]") == 0)
        #expect(vocabulary.number(of: "the") == 1996)
        #expect(vocabulary.number(of: "##s") == 2015)
        #expect(vocabulary.number(of: "thee thou") == nil)
        #expect(vocabulary.number(of: "") == nil)
    }
}
