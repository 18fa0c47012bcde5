import EventSourcing
import Retrieval

/// K3: the best by words and by meaning together, of what an agent's role may see as of an earlier event.
///
/// The documents are those of L1, with vectors of chance: a search takes as long whatever the numbers are. Of twenty
/// entries one has a second version before the event, and one a second version behind it.
final class Mixture {
    private static let collections = 12
    private static let hits = 10
    /// The vectors' columns.
    private static let columns = VectorColumns(model: "chance", dimensions: ChanceVectors.dimensions)

    private let folder: SharedFolder
    private let chance: ChanceVectors
    private var corpus = Corpus()
    private var dense = DenseVectors(Corpus(), Mixture.columns)
    private var visibility = Visibility.everything
    private var queries: [(text: String, vector: [Float])] = []
    /// The documents that may be seen.
    private var visible: Set<Int> = []

    init(_ folder: SharedFolder, _ chance: ChanceVectors) {
        self.folder = folder
        self.chance = chance
    }

    /// Indexes the documents, and writes for the others: terms, vectors, and what may be seen.
    func fill(_ request: Request) throws -> Answer {
        let texts = try folder.documents(request)
        let words = try folder.queries(request)
        let (documents, entries) = (texts.count, texts.count * 9 / 10)
        let (revised, asOf) = (documents / 20, documents - documents / 20)
        let vectors = chance.rows(documents + words.count)
        var builder = SegmentBuilder(chunker: Chunker(tokensMax: 1_000))
        var newest: [Int: Int] = [:]
        for (number, text) in texts.enumerated() {
            // Behind the first versions come second ones, of other entries before the event than behind it.
            let entry = number < entries ? number : number < asOf ? 2 * (number - entries) : 2 * (number - asOf) + 1
            let collection = entry % Self.collections
            if number < asOf, collection != 0 { newest[entry] = number }
            builder.add(
                .text(
                    KnowledgeText(
                        entry: Self.padded(entry), version: number < entries ? 1 : 2, collection: "c\(collection)",
                        title: Self.padded(number), text: text, position: Position(number + 1))))
        }
        precondition(2 * revised <= entries, "every second version has a first one")
        var draft = builder.build()
        let rows = draft.passages.map { Int($0.source.title) ?? 0 }
        draft.image.add(Self.columns, rows.map { vectors[$0][...] })
        corpus = Corpus([draft.image.segment()])
        dense = DenseVectors(corpus, Self.columns)
        visibility = Visibility(
            asOf: Position(asOf), collections: Set((1..<Self.collections).map { "c\($0)" }), customer: .none)
        queries = zip(words, vectors[documents...]).map { ($0, $1) }
        visible = Set(newest.values)
        try folder.write(texts.map { IndexTerms.terms(of: $0).joined(separator: " ") }, "documents.terms")
        try folder.write(words.map { IndexTerms.terms(of: $0).joined(separator: " ") }, "queries.terms")
        try folder.write(vectors.flatMap { $0 }, "vectors.f32")
        try folder.write(visible.sorted().map(UInt32.init), "visible.u32")
        var answer = Answer()
        answer.events = corpus.documents
        return answer
    }

    /// Finds the best for each query, its scope made anew each time; what was found is compared with what may be seen.
    func find(_ request: Request) throws -> Answer {
        var answer = Answer()
        let begin = now()
        for query in queries {
            let start = now()
            let scope = corpus.scope(visibility)
            let found = KnowledgeSearch(corpus, dense: dense).search(
                SearchRequest(query.text, vector: query.vector, visibility: visibility, k: Self.hits), in: scope)
            answer.latencies.append(now() - start)
            answer.events += 1
            guard scope.count == visible.count, found.hits.count == Self.hits,
                found.hits.allSatisfy({ visible.contains(Int($0.passage.title) ?? -1) })
            else { throw Misuse("`\(query.text)`: found what may not be seen") }
        }
        answer.seconds = Double(now() - begin) / 1e9
        return answer
    }

    private static func padded(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    }
}
