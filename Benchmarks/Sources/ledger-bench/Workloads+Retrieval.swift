import Embedding
import Glibc
import Mapping
import Retrieval

// K1 and K2: the nearest of many vectors, and the vectors of texts. What is measured lies in files of the shared
// folder, so that all participants have the same.

/// What K1 and K2 keep between requests.
struct Knowledge {
    var index: VectorIndex?
    var queries: [[Float]] = []
    /// For each query the documents that are nearest in double precision.
    var truth: [Set<UInt32>] = []
    var model: MiniLM?
    var texts: [String] = []
}

extension Workloads {
    private static let dimensions = ChanceVectors.dimensions
    private static let hits = 10

    /// Makes `count` vectors near a thousand centers, and as many queries as `queries` says; writes them, and which are
    /// nearest.
    func vectors(_ request: Request) throws -> Answer {
        let (count, queries) = (request.int("count", 100_000), request.int("queries", 256))
        let vectors = ChanceVectors(data: data).rows(count + queries)
        knowledge.index = VectorIndex(dimensions: Self.dimensions, count: count) { vectors[$0][...] }
        knowledge.queries = Array(vectors[count...])
        knowledge.truth = knowledge.queries.map { query in
            let scores = (0..<count).map { row in
                var sum = 0.0
                for index in 0..<Self.dimensions {
                    sum += Double(query[index]) * Double(vectors[row][index])
                }
                return (sum, UInt32(row))
            }
            return Set(nearest(scores))
        }
        try folder.write(vectors.flatMap { $0 }, "vectors.f32")
        try folder.write(knowledge.truth.flatMap { $0.sorted() }, "truth.u32")
        return Answer()
    }

    /// Finds the nearest for every query: each alone, or all at once on several threads.
    func nearest(_ request: Request) async throws -> Answer {
        guard let index = knowledge.index else { throw Misuse("no vectors were made") }
        let threads = request.int("threads", 1)
        var answer = Answer()
        var found: [[VectorHit]] = []
        let begin = now()
        if request.int("together") == 0 {
            for query in knowledge.queries {
                let start = now()
                found.append(index.search(query, k: Self.hits))
                answer.latencies.append(now() - start)
            }
        } else {
            let query = VectorQuery(knowledge.queries, k: Self.hits)
            let share = (index.count / threads + 64) / 64 * 64
            let parts = await withTaskGroup(of: VectorCandidates.self) { group in
                for start in stride(from: 0, to: index.count, by: share) {
                    group.addTask { index.scan(query, documents: start..<min(start + share, index.count)) }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            found = index.hits(of: query, among: parts)
        }
        answer.seconds = Double(now() - begin) / 1e9
        answer.events = found.count
        let right = zip(found, knowledge.truth).reduce(0) { $0 + $1.1.intersection($1.0.map(\.document)).count }
        answer.extra.append(("recall", "\(Double(right) / Double(Self.hits * found.count))"))
        return answer
    }

    /// Opens the model, and writes texts of chance, as tokens for those who have no tokenizer.
    func texts(_ request: Request) throws -> Answer {
        let environment = { (name: String) in getenv(name).map { String(cString: $0) } }
        guard let path = ModelPlace.path(configured: nil, environment: environment) else { throw Misuse("no HOME") }
        let model = try MiniLM(MappedFile.open(path, bytesMax: MiniLM.packBytesMax))
        let words = """
            the invoice of our best customer is late again so we call on monday and ask whether all is well before a
            reminder goes out by mail flour prices rise in june newsletter opens were high this week while clicks fell
            """.split(whereSeparator: \.isWhitespace)
        let (count, length) = (request.int("count", 256), request.int("words", 60))
        knowledge.texts = (0..<count).map { text in
            let own = 1 + Int(data.mix(UInt64(text)) % UInt64(2 * length))
            return (0..<own).map { word in
                String(words[Int(data.mix(UInt64(text * 1_000 + word) << 20) % UInt64(words.count))])
            }.joined(separator: " ")
        }
        knowledge.model = model
        let tokens = knowledge.texts.map { model.tokens(of: $0) }
        try folder.write(tokens.flatMap { [UInt32($0.count)] + $0 }, "tokens.u32")
        return Answer()
    }

    /// The vectors of all texts, on one thread; with `together=0` each alone.
    func embed(_ request: Request) throws -> Answer {
        guard let model = knowledge.model else { throw Misuse("no texts were made") }
        var answer = Answer()
        let batch = request.int("together", 1) == 0 ? 1 : 32
        let begin = now()
        for start in stride(from: 0, to: knowledge.texts.count, by: batch) {
            let begin = now()
            let part = Array(knowledge.texts[start..<min(start + batch, knowledge.texts.count)])
            answer.events += model.vectors(of: part).count
            answer.latencies.append(now() - begin)
        }
        answer.seconds = Double(now() - begin) / 1e9
        return answer
    }

    /// The documents with the highest scores.
    private func nearest(_ scores: [(Double, UInt32)]) -> [UInt32] {
        var best: [(Double, UInt32)] = []
        for score in scores where best.count < Self.hits || score.0 > best[best.count - 1].0 {
            best.insert(score, at: best.firstIndex { $0.0 < score.0 } ?? best.count)
            if best.count > Self.hits { best.removeLast() }
        }
        return best.map(\.1)
    }
}
