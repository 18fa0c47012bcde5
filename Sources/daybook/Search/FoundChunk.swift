import Events
import Retrieval

/// A chunk of the company's knowledge that was found, with its text.
struct FoundChunk: Measured {
    let document: Corpus.Document
    let passage: Passage
    /// Exactly what stands in the entry.
    let text: String
    /// Among the candidates by words, and by meaning; nil where it is none.
    var lexical: Rank?
    var dense: Rank?
    /// In millionths; 0 for one that was not searched for.
    var scoreMillionths: Int64 = 0
    /// Nil for one that was not searched for.
    var reason: RankedHit.Reason?

    var tokens: UInt32 { passage.tokens }

    /// As an event names it.
    var source: KnowledgeSource {
        KnowledgeSource(
            entry: passage.entry, version: passage.version, chunk: passage.chunk, chunks: passage.chunks)
    }

    /// The chunk under the title it belongs to.
    var shown: String { text.hasPrefix("#") || passage.title.isEmpty ? text : "# \(passage.title)\n\n\(text)" }
}

/// What a search found, and what it left out.
struct FoundKnowledge {
    /// The best first.
    var hits: [FoundChunk] = []
    /// The best first.
    var cut: [Selection<FoundChunk>.Cut] = []
    /// How many were left out in all.
    var cutTotal = 0
    /// Whether meaning counted.
    var isByMeaning = false
    /// Why it did not, if that is anybody's business.
    var omission: SearchResult.Omission?
    /// How many chunks could be seen at all.
    var visible = 0
}

extension FoundKnowledge {
    /// The first of what was not searched for, as far as they fit.
    init(_ chunks: [FoundChunk], k: Int, tokensMax: UInt32) {
        let selection = Selection(of: chunks, k: k, tokensMax: tokensMax)
        (hits, cut, visible) = (selection.kept, selection.cut, chunks.count)
        cutTotal = selection.cutTotal
    }
}
