import CKernels
import Foundation
import Testing
import Wire

@testable import Embedding

@Suite(.enabled(if: Weights.areThere, Weights.lack)) struct `The local model` {
    @Test func `gives the vectors of single precision, nearly`() throws {
        let (model, golden) = (try Weights.model.get(), try Golden.all.get())
        let found = model.vectors(of: golden.lines.map(\.text))
        #expect(found.count == golden.vectors.count)
        for (index, line) in golden.lines.enumerated() {
            let cosine = cosine(found[index], golden.vectors[index])
            #expect(cosine >= 0.998, "\(line.text.debugDescription)")
        }
    }

    @Test func `gives the same bits at every level, and in every batch`() throws {
        let texts = [
            "", "Sara will be on maternity leave.", String(repeating: "long text, ", count: 90), "ü", "two words",
        ]
        let bytes = try Weights.bytes.get()
        let together = try Weights.model.get().vectors(of: texts + texts)
        for level in Weights.levels {
            let model = try MiniLM(bytes, level: level)
            for (index, text) in texts.enumerated() {
                let alone = model.vectors(of: [text])
                #expect(alone.values.elementsEqual(together[index]), "level \(level.rawValue), \(text.prefix(20))")
                #expect(alone.values.elementsEqual(together[texts.count + index]))
            }
        }
    }

    @Test func `vectors have length 1`() throws {
        let found = try Weights.model.get().vectors(of: ["a", "", "The quick brown fox", "🎂"])
        for index in 0..<found.count {
            let square = found[index].reduce(0.0) { sum, number in sum + Double(number) * Double(number) }
            #expect(abs(square - 1) < 1e-6)
        }
    }

    @Test func `no texts have no vectors, and cost nothing`() throws {
        let none = try Weights.model.get().vectors(of: [])
        #expect(none.count == 0)
        #expect(none.tokens == 0)
        #expect(try Weights.model.get().vectors(of: ["two words"]).tokens == 4)
    }

    @Test func `is the one that is pinned, and says whose it is`() throws {
        let model = try Weights.model.get()
        #expect(model.identity.model == "all-MiniLM-L6-v2")
        #expect(model.identity.dimensions == 384)
        #expect(model.identity.digest.short == "48082897")
        // Every bit of a vector: whoever finds others has another processor, another compiler or other weights.
        let bits = model.vectors(of: ["Sara will be on maternity leave."]).values.flatMap { number in
            withUnsafeBytes(of: number.bitPattern.littleEndian) { Array($0) }
        }
        #expect(Digest.of(bits).short == "e0b44e2b")
        #expect(model.notice.contains("Apache License"))
    }

    @Test func `several cores share one model`() async throws {
        let model = try Weights.model.get()
        let texts = (0..<8).map { "note number \($0)" }
        let together = model.vectors(of: texts)
        try await withThrowingTaskGroup(of: (Int, Embeddings).self) { group in
            for (index, text) in texts.enumerated() {
                group.addTask { (index, model.vectors(of: [text])) }
            }
            for try await (index, found) in group {
                #expect(found.values.elementsEqual(together[index]))
            }
        }
    }

    @Test(arguments: [20, 30]) func `finds the right note for a question in other words`(count: Int) throws {
        struct Notes: Decodable {
            struct Question: Decodable {
                let text: String
                let note: Int
            }
            let notes: [String]
            let questions: [Question]
        }
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let set = try JSONDecoder().decode(
            Notes.self, from: Data(contentsOf: folder.appending(path: "Golden/notes.json")))
        let model = try Weights.model.get()
        let notes = model.vectors(of: set.notes)
        let questions = set.questions.prefix(count)
        let found = model.vectors(of: questions.map(\.text))
        let ranks = questions.enumerated().map { index, question in
            let scores = set.notes.indices.map { cosine(found[index], notes[$0]) }
            return scores.count { $0 > scores[question.note] }
        }
        #expect(Double(ranks.count { $0 == 0 }) >= 0.9 * Double(count))
        #expect(Double(ranks.count { $0 < 3 }) >= 0.95 * Double(count))
    }
}
