import Foundation
import Testing
import Wire

/// Notes, and questions of which each has one note that answers it.
struct Questions: Decodable {
    struct Question: Decodable {
        let text: String
        let note: Int
    }

    let notes: [String]
    let questions: [Question]

    init(named name: String) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/questions")
        self = try JSONDecoder().decode(
            Questions.self, from: Data(contentsOf: folder.appending(path: "\(name).json")))
    }
}

/// How many questions had their note first, and among the first three.
struct Found: CustomStringConvertible {
    var first = 0
    var third = 0

    mutating func count(_ entry: String, in order: [String]) {
        guard let place = order.firstIndex(of: entry) else { return }
        first += place < 1 ? 1 : 0
        third += place < 3 ? 1 : 0
    }

    var description: String { "\(first) first, \(third) among three" }
}

/// Notes taken in as files, beside what the template knows, and each question asked as a user asks it.
@Suite(.enabled(if: Model.isThere, Model.lack)) struct `What a search finds` {
    /// What at least has to be found, of all questions: paraphrases in other words, names and codes exactly.
    @Test(
        arguments: [
            (set: "shop", first: 0.9, third: 0.95), ("business", 0.8, 0.9), ("exact", 0.97, 1), ("codes", 0.97, 1),
            ("workshop", 0.6, 0.8), ("amounts", 0.9, 0.95),
        ])
    func `is what was meant, and never much worse than by words or by meaning alone`(
        _ bound: (set: String, first: Double, third: Double)
    ) throws {
        let questions = try Questions(named: bound.set)
        let company = try Company()
        try FileManager.default.createDirectory(atPath: company.path("asked"), withIntermediateDirectories: false)
        for (number, note) in questions.notes.enumerated() { try company.write("asked/note-\(number).md", note) }
        try #require(try company.daybook("knowledge", "import", "asked").status == 0)
        var (both, words, meaning) = (Found(), Found(), Found())
        for question in questions.questions {
            let hits = try company.daybook("knowledge", "search", question.text, "-k", "50", "--json").objects
            try #require(!hits.isEmpty, "nothing for \(question.text)")
            let entry = "note-\(question.note)"
            both.count(entry, in: hits.compactMap { $0["entry"]?.text })
            words.count(entry, in: ranked(hits, by: "words"))
            meaning.count(entry, in: ranked(hits, by: "meaning"))
        }
        let figures: Comment = "both: \(both); words: \(words); meaning: \(meaning)"
        let count = Double(questions.questions.count)
        #expect(Double(both.first) >= bound.first * count, figures)
        #expect(Double(both.third) >= bound.third * count, figures)
        #expect(both.first >= max(words.first, meaning.first) - 1, figures)
        #expect(both.third >= max(words.third, meaning.third) - 1, figures)
    }

    /// The entries in the order of one side alone.
    private func ranked(_ hits: [JSON], by side: String) -> [String] {
        hits.compactMap { hit in hit[side]?["rank"]?.integer.map { (rank: $0, entry: hit["entry"]?.text ?? "") } }
            .sorted { $0.rank < $1.rank }.map(\.entry)
    }
}
