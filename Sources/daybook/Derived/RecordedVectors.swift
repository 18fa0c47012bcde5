import Agents
import Coordinator
import Embedding
import EventSourcing
import Events
import Jobs
import Keys
import Ledger
import Retrieval
import Sealing
import Synchronization
import Wire
import Workspace

/// What a server said to texts, from the log: nobody has to ask it twice, and nobody has to be online.
///
/// The vectors of what is about somebody are sealed for them, in artifacts of their own. Once a key is gone they
/// read as if they had never been made.
final class RecordedVectors: KeptVectors {
    /// Artifacts of vectors that are kept at hand.
    private static let heldMax = 16

    let settings: EmbedderSettings
    let identity: EmbedderIdentity
    private let ledger: Ledger
    private let keys: KeyStore
    private let state = Mutex(State())

    private struct State {
        /// The stream is read up to here.
        var version: StreamVersion = 0
        /// The keys of the request under way.
        var asked: Digest?
        var places: [Digest: Place] = [:]
        var held: [Digest: Held] = [:]
        /// The server is left alone until then by whoever can do without, in microseconds.
        var restsUntil: Timestamp = .min
    }

    private struct Held {
        let vectors: Embeddings
        /// Whom they are sealed for: without their keys they are not to be read any more.
        let subjects: [SubjectID]
    }

    private struct Place {
        let vectors: Digest
        let index: Int
        /// How many vectors were asked for with it.
        let count: Int
    }

    init(_ settings: EmbedderSettings, in ledger: Ledger, _ keys: KeyStore) {
        self.settings = settings
        self.ledger = ledger
        self.keys = keys
        identity = EmbeddingEndpoint.identity(
            url: settings.url, model: settings.model, dimensions: Int(settings.dimensions))
    }

    /// Where its requests are recorded.
    var stream: StreamName { StreamName(category: "derived", id: "embeddings-\(identity.digest.short)") }

    /// The vector of a text by its key; nil if it was not made, or is erased.
    func vector(of key: Digest) -> [Float]? {
        state.withLock { state in
            try? read(&state)
            guard let place = state.places[key] else { return nil }
            guard let vectors = vectors(place.vectors, &state), vectors.count == place.count else { return nil }
            return Array(vectors[place.index])
        }
    }

    private func vectors(_ artifact: Digest, _ state: inout State) -> Embeddings? {
        if let held = state.held[artifact], held.subjects.allSatisfy({ keys.key($0) != nil }) { return held.vectors }
        state.held[artifact] = nil
        guard let stored = try? ledger.artifact(artifact), let bytes = keys.open(stored),
            let vectors = Embeddings(dimensions: identity.dimensions, littleEndianBytes: bytes)
        else { return nil }
        if state.held.count >= Self.heldMax { state.held.removeAll() }
        state.held[artifact] = Held(vectors: vectors, subjects: SealedEnvelope(stored)?.subjects ?? [])
        return vectors
    }

    /// Whoever can do without the server leaves it alone until then: it has just failed.
    var restsUntil: Timestamp {
        get { state.withLock { $0.restsUntil } }
        set { state.withLock { $0.restsUntil = newValue } }
    }

    /// Reads what was recorded since.
    private func read(_ state: inout State) throws {
        try ledger.forEachEvent(of: stream, after: state.version) { event in
            try read(event, &state)
            // Last: what could not be read is read again.
            state.version = event.header.version
            return true
        }
    }

    private func read(_ event: borrowing EventView, _ state: inout State) throws {
        guard event.header.kind == .observation else { return }
        switch try event.decode(DerivedObservation.self) {
        case .derivationAsked(let asked):
            // Vectors of another width are another model's, whatever it is called.
            if case .embedding(let work) = asked.work {
                state.asked = work.dimensions == settings.dimensions ? work.texts : nil
            }
        case .derivationEnded(let ended):
            guard case .completed(let done) = ended.end.outcome,
                let names = try state.asked.flatMap({ try ledger.artifact($0) })
            else { return }
            let keys = try TextKeys(wireBytes: names).keys
            for (index, key) in keys.enumerated() {
                state.places[key] = Place(vectors: done.response, index: index, count: keys.count)
            }
        }
    }

    // MARK: - Passages

    func vector(of passage: SegmentDraft.Passage) -> [Float]? {
        let shelf = ArtifactShelf(ledger, keys)
        return vector(of: TextToEmbed(passage, shelf).key)
    }

    /// It is in the log already.
    func keep(_ vector: [Float], of passage: SegmentDraft.Passage) {}

    func flush() {}

    func close() {}
}

/// A text that is to have a vector.
struct TextToEmbed {
    /// By what its vector is known: the digest of the text. Of one that is about somebody it is made of its envelope's
    /// digest, which tells nothing of it.
    let key: Digest
    let text: String
    let about: Set<SubjectID>

    init(_ passage: SegmentDraft.Passage, _ shelf: ArtifactShelf) {
        text = passage.text
        about = passage.source.content.map { shelf.about($0) } ?? []
        if let content = passage.source.content, !about.isEmpty {
            key = Digest.of(Array("\(content) \(passage.chunk) \(SegmentDraft.recipe)".utf8))
        } else {
            key = Digest.of(Array(text.utf8))
        }
    }

    /// What somebody looks for.
    init(query: String, about subjects: Set<SubjectID>, _ shelf: ArtifactShelf) {
        let content = shelf.observed(Array(query.utf8), about: subjects)
        text = String(decoding: content.clear, as: UTF8.self)
        key = content.digest
        about = Set(SealedEnvelope(content.stored)?.subjects ?? [])
    }
}
