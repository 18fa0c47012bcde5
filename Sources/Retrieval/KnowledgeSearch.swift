import EventSourcing
import Glibc

/// Finds what somebody may see and looks for, by words and by meaning. Pure.
public struct KnowledgeSearch: Sendable {
    private let corpus: Corpus
    private let dense: (any DenseIndex)?
    private let fusion: Fusion

    public init(_ corpus: Corpus, dense: (any DenseIndex)? = nil, fusion: Fusion = Fusion()) {
        self.corpus = corpus
        self.dense = dense
        self.fusion = fusion
    }

    /// A document that may be among the hits.
    private struct Candidate {
        let document: Corpus.Document
        var lexical: Rank?
        var dense: Rank?
        var scoreMillionths: Int64 = 0
        /// Whether it is left out, whatever room there is.
        var isUnlike = false

        var reason: RankedHit.Reason {
            switch (lexical, dense) {
            case (nil, _): .meaning
            case (_, nil): .words
            default: .wordsAndMeaning
            }
        }
    }

    /// Finds the best.
    ///
    /// - Parameter isTimeUp: asked once, when the words are done: whether to leave out what takes longer.
    public func search(_ request: SearchRequest, isTimeUp: () -> Bool = { false }) -> SearchResult {
        search(request, in: corpus.scope(request.visibility), isTimeUp: isTimeUp)
    }

    /// The same, with a scope that was made before of the request's visibility.
    public func search(
        _ request: SearchRequest, in scope: Corpus.Scope, isTimeUp: () -> Bool = { false }
    ) -> SearchResult {
        let k = max(0, min(request.k, LexicalIndex.hitsMax))
        let (perHit, least) = request.mode.candidates
        let depth = min(max(k * perHit, least), LexicalIndex.hitsMax)
        let query = LexicalQuery(request.text, in: corpus, scope)
        let lexical = LexicalIndex(corpus)
        var candidates: [Corpus.Document: Candidate] = [:]
        for (rank, hit) in lexical.search(query, k: depth, in: scope).enumerated() {
            candidates[hit.document] = Candidate(
                document: hit.document,
                lexical: Rank(rank: UInt32(rank + 1), scoreMillionths: hit.scoreMillionths))
        }
        var omission: SearchResult.Omission?
        if let vector = request.vector, let dense {
            if isTimeUp() {
                omission = .time
            } else {
                for (rank, hit) in dense.nearest(to: vector, k: depth, in: scope).enumerated() {
                    candidates[hit.document, default: Candidate(document: hit.document)].dense = Rank(
                        rank: UInt32(rank + 1), scoreMillionths: Self.millionths(hit.cosine))
                }
            }
        } else {
            omission = .noVectors
        }
        let ranked = rank(Array(candidates.values), request, query, lexical, scope, isHybrid: omission == nil)
        return select(ranked, request, k: k, omission, scope)
    }

    /// What is found and what is left out, of candidates in the order of their rank.
    private func select(
        _ ranked: [Candidate], _ request: SearchRequest, k: Int, _ omission: SearchResult.Omission?,
        _ scope: Corpus.Scope
    ) -> SearchResult {
        let like = ranked.filter { !$0.isUnlike }
        // Beyond what is wanted, some are shown as left out.
        let cutMax = Selection<RankedHit>.cutMax
        let hits = like.prefix(request.mode == .batch ? k : k + cutMax).map(hit)
        let selection = Selection(
            of: hits + neighbours(of: hits, request, scope), k: request.mode == .batch ? .max : k,
            tokensMax: request.tokensMax)
        let beyond = like.dropFirst(hits.count)
        let unlike = ranked.filter(\.isUnlike)
        let cut =
            selection.cut
            + (request.mode == .batch ? beyond.prefix(cutMax).map { .init(hit: hit($0), reason: .count) } : [])
            + unlike.prefix(cutMax).map { .init(hit: hit($0), reason: .unlike) }
        return SearchResult(
            hits: selection.kept,
            cut: Array(cut.sorted { $0.hit.scoreMillionths > $1.hit.scoreMillionths }.prefix(cutMax)),
            cutTotal: selection.cutTotal + beyond.count + unlike.count, omission: omission, visible: scope.count)
    }

    private func hit(_ candidate: Candidate) -> RankedHit {
        RankedHit(
            document: candidate.document, passage: corpus.passage(candidate.document), lexical: candidate.lexical,
            dense: candidate.dense, scoreMillionths: candidate.scoreMillionths, reason: candidate.reason)
    }

    private static func millionths(_ cosine: Float) -> Int64 { Int64((Double(cosine) * 1_000_000).rounded()) }

    /// Scores every candidate by both sides, whichever found it, and puts them in order.
    private func rank(
        _ candidates: [Candidate], _ request: SearchRequest, _ query: LexicalQuery, _ lexical: LexicalIndex,
        _ scope: Corpus.Scope, isHybrid: Bool
    ) -> [Candidate] {
        let documents = candidates.map(\.document)
        let words = lexical.matches(query, of: documents, in: scope)
        let cosines: [Float?] =
            if isHybrid, let dense, let vector = request.vector {
                dense.cosines(of: documents, to: vector)
            } else {
                Array(repeating: nil, count: documents.count)
            }
        let likeness = candidates.indices.map { index in
            isHybrid
                ? fusion.scoreMillionths(words: words[index], bound: query.bound, cosine: cosines[index])
                : words[index].scoreMillionths
        }
        let best = likeness.max() ?? 0
        let scored = candidates.indices.map { index in
            var candidate = candidates[index]
            candidate.scoreMillionths = likeness[index]
            candidate.isUnlike =
                request.floor?.leavesOut(
                    hasWords: words[index].scoreMillionths > 0, cosine: cosines[index],
                    scoreMillionths: likeness[index], best: best) ?? false
            if let recency = request.recency {
                let age = max(0, recency.now - corpus.time(of: candidate.document))
                let share = exp2(-Double(age) / Double(recency.halfLife))
                candidate.scoreMillionths = Int64((Double(candidate.scoreMillionths) * share).rounded())
            }
            return candidate
        }
        return scored.sorted {
            $0.scoreMillionths == $1.scoreMillionths
                ? corpus.precedes($0.document, $1.document) : $0.scoreMillionths > $1.scoreMillionths
        }
    }

    /// In batch mode the chunks beside the hits, in the order of the hits.
    private func neighbours(
        of hits: [RankedHit], _ request: SearchRequest, _ scope: Corpus.Scope
    ) -> [RankedHit] {
        guard request.mode == .batch else { return [] }
        var known = Set(hits.map(\.document))
        return hits.flatMap { hit in
            corpus.neighbours(of: hit.document).filter { known.insert($0).inserted }.map { document in
                RankedHit(
                    document: document, passage: corpus.passage(document), lexical: nil, dense: nil,
                    scoreMillionths: 0, reason: .neighbour)
            }
        }
    }
}
