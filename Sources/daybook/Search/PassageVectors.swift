import Dispatch
import Embedding
import Retrieval
import Synchronization
import Wire

/// Who turns texts into vectors.
enum TextEmbedder: Sendable {
    /// The model on this machine, which is asked whenever a text has no vector.
    case local(MiniLM)
    /// A server. Nobody asks it in passing: what it said is in the log.
    case server(RecordedVectors)

    var identity: EmbedderIdentity {
        switch self {
        case .local(let model): model.identity
        case .server(let recorded): recorded.identity
        }
    }

    var model: MiniLM? { if case .local(let model) = self { model } else { nil } }
}

/// Gives passages their vectors: those that were made once, and new ones.
struct PassageVectors {
    /// Texts that one processor takes at a time.
    static let textsAtOnce = 16
    /// Texts that are made before those are kept.
    static let roundMax = 128

    /// More would have to be made than somebody who waits has time for.
    struct TooMany: Error {}

    let embedder: TextEmbedder

    private var identity: EmbedderIdentity { embedder.identity }

    /// Tells the index of this model from others, and of texts that are made in this way.
    var name: String { "\(identity.digest.short)-\(identity.dimensions)-\(SegmentDraft.recipe)" }

    var columns: VectorColumns { VectorColumns(model: "\(identity)", dimensions: identity.dimensions) }

    /// Adds the vectors of a draft's passages to it.
    ///
    /// - Parameters:
    ///   - kept: asked first, and told what was made.
    ///   - making: called before new ones are made, with how many.
    ///   - made: called with how many were made since; throws if the others are to be left.
    func fill(
        _ draft: inout SegmentDraft, from kept: any KeptVectors, making: (Int) throws -> Void,
        made: (Int) throws -> Void
    ) throws {
        guard !draft.passages.isEmpty else { return }
        var rows = draft.passages.map(kept.vector)
        // Passages that say the same have the same vector.
        var places: [String: [Int]] = [:]
        var texts: [String] = []
        for place in rows.indices where rows[place] == nil {
            let text = draft.passages[place].text
            if places[text] == nil { texts.append(text) }
            places[text, default: []].append(place)
        }
        guard texts.isEmpty || embedder.model != nil else { throw TooMany() }
        if !texts.isEmpty { try making(texts.count) }
        defer { if !texts.isEmpty { kept.flush() } }
        for start in stride(from: 0, to: texts.count, by: Self.roundMax) {
            let part = Array(texts[start..<min(start + Self.roundMax, texts.count)])
            for (text, vector) in zip(part, vectors(of: part)) {
                for place in places[text] ?? [] {
                    rows[place] = vector
                    kept.keep(vector, of: draft.passages[place])
                }
            }
            try made(part.count)
        }
        draft.image.add(columns, rows.map { $0.map { $0[...] } })
    }

    /// On all processors.
    private func vectors(of texts: [String]) -> [[Float]] {
        guard let model = embedder.model else { return [] }
        let parts = stride(from: 0, to: texts.count, by: Self.textsAtOnce).map {
            Array(texts[$0..<min($0 + Self.textsAtOnce, texts.count)])
        }
        let made = Mutex([Embeddings?](repeating: nil, count: parts.count))
        DispatchQueue.concurrentPerform(iterations: parts.count) { index in
            let vectors = model.vectors(of: parts[index])
            made.withLock { $0[index] = vectors }
        }
        return made.withLock { $0 }.flatMap { part in
            part.map { part in (0..<part.count).map { Array(part[$0]) } } ?? []
        }
    }
}
