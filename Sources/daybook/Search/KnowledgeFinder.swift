import Agents
import Coordinator
import Embedding
import EventSourcing
import Foundation
import IndexStore
import Jobs
import Keys
import Ledger
import Retrieval
import Synchronization
import Wire
import Workspace

/// Finds what the business knows: the one place where commands and contexts look.
///
/// It keeps an index beside the views, made of the log: whoever looks brings it up to date first, in memory, and it is
/// written when the workspace is closed. Several processes may do so at once; whoever comes second takes what the first
/// has written. Texts are indexed with their vectors where there is a model, and by words alone where there is none;
/// each kind has a folder of its own, so one never stands in for the other.
final class KnowledgeFinder: Sendable {
    /// The most vectors that a mere search makes before it answers by words.
    static let vectorsPerSearchMax = 512
    /// Changes that are taken in at a time: few while somebody waits, so that it is soon seen if they are too many.
    static let changesMax = (search: 512, all: 4_096)
    /// Documents in memory before they are written, and events that were read though they changed nothing.
    static let documentsInMemoryMax = 16_384
    static let eventsUnsavedMax: Position = 16_384

    /// How much may be done before an answer.
    enum Effort {
        /// Somebody waits.
        case search
        /// Every text gets its vector. Called with how many were made.
        case all((_ made: Int) -> Void)
    }

    /// The index of one kind.
    private struct Index {
        let store: IndexStore
        /// What no file may hold.
        var sealed: SealedTexts?
        /// The log was read up to here when it was written.
        var saved: Position
        /// Whether it can be written at all.
        var isWritable: Bool

        var corpus: Corpus {
            var corpus = store.corpus
            if let segment = sealed?.segment { corpus.overlay(segment) }
            return corpus
        }
    }

    private struct State {
        /// Nil until somebody looks.
        var vectors: Result<PassageVectors, LocalEmbedderError>?
        var kept: (any KeptVectors) = NoVectors()
        /// What a server said, if one is asked instead of the model on this machine. Nil until somebody wants to know.
        var recorded: RecordedVectors??
        var byMeaning: Index?
        var byWords: Index?
    }

    private let ledger: Ledger
    private let keys: KeyStore
    private let folder: String
    private let vectorFolder: String
    /// Where the model lies; nil if nobody says.
    private let modelPath: @Sendable () -> String?
    /// The server that is asked instead; nil for none.
    private let server: @Sendable () -> EmbedderSettings?
    private let state = Mutex(State())

    /// - Parameters:
    ///   - folder: of the ledger.
    ///   - modelPath: asked when somebody looks for the first time.
    ///   - server: asked before that.
    init(
        _ ledger: Ledger, _ keys: KeyStore, in folder: String, modelPath: @escaping @Sendable () -> String?,
        server: @escaping @Sendable () -> EmbedderSettings?
    ) {
        self.ledger = ledger
        self.keys = keys
        // Vectors outlive the index: they take long to make.
        self.folder = "\(folder)/views/search"
        vectorFolder = "\(folder)/vectors"
        self.modelPath = modelPath
        self.server = server
    }

    /// Everything that is known now, ready to be searched.
    func reading(_ effort: Effort = .search) throws -> KnowledgeReading {
        do {
            return try state.withLock { try reading(effort, &$0) }
        } catch {
            throw Complaint(error)
        }
    }

    private func reading(_ effort: Effort, _ state: inout State) throws -> KnowledgeReading {
        let head = try ledger.head()
        let shelf = ArtifactShelf(ledger, keys)
        let byWords: String
        switch vectors(&state) {
        case .success(let vectors):
            do {
                let index = try brought(
                    state.byMeaning, named: vectors.name, to: head, (vectors, state.kept), effort, shelf)
                state.byMeaning = index
                let corpus = index.corpus
                return KnowledgeReading(
                    position: head, corpus: corpus, ledger: ledger, shelf: shelf,
                    meaning: .init(embedder: vectors.embedder, vectors: DenseVectors(corpus, vectors.columns)),
                    byWords: nil)
            } catch is PassageVectors.TooMany {
                byWords =
                    vectors.embedder.model == nil
                    ? "some texts have no vector yet; daybook knowledge embed asks for them"
                    : "many texts have no vector yet; daybook knowledge index makes them"
            }
        case .failure(let error): byWords = "\(error)"
        }
        let index = try brought(state.byWords, named: "words", to: head, nil, effort, shelf)
        state.byWords = index
        return KnowledgeReading(
            position: head, corpus: index.corpus, ledger: ledger, shelf: shelf, meaning: nil, byWords: byWords)
    }

    /// The vectors of the server that is asked instead of the model on this machine; nil if that is none.
    var recorded: RecordedVectors? {
        state.withLock { recorded(&$0) }
    }

    private func recorded(_ state: inout State) -> RecordedVectors? {
        if let known = state.recorded { return known }
        let recorded = server().map { RecordedVectors($0, in: ledger, keys) }
        state.recorded = recorded
        return recorded
    }

    /// The texts that the server has not been asked for: nothing of them is in the index by meaning yet.
    func missingTexts() throws -> MissingTexts? {
        do {
            return try state.withLock { state in
                guard let recorded = recorded(&state), case .success(let vectors) = vectors(&state) else { return nil }
                let index = state.byMeaning ?? open(vectors.name)
                state.byMeaning = index
                return MissingTexts(
                    after: index.store.through, upTo: try ledger.head(), sealed: index.store.corpus.hollowEntries,
                    in: ledger, ArtifactShelf(ledger, keys), recorded)
            }
        } catch {
            throw Complaint(error)
        }
    }

    /// Writes what came since it was written last; to be called at a clean exit.
    func save() {
        state.withLock { state in
            for place in [\State.byMeaning, \.byWords] {
                guard var index = state[keyPath: place] else { continue }
                let isWorthIt =
                    index.store.documentsInMemory > 0 || index.store.through >= index.saved + Self.eventsUnsavedMax
                if isWorthIt { write(&index) }
                state[keyPath: place] = index
            }
            // Words alone are of no use any more.
            if state.byMeaning?.isWritable == true, state.byWords == nil {
                try? FileManager.default.removeItem(atPath: "\(folder)/words")
            }
        }
    }
}

// MARK: - The index
extension KnowledgeFinder {
    private func vectors(_ state: inout State) -> Result<PassageVectors, LocalEmbedderError> {
        if let known = state.vectors { return known }
        let opened: Result<PassageVectors, LocalEmbedderError>
        do throws(LocalEmbedderError) {
            if let recorded = recorded(&state) {
                let vectors = PassageVectors(embedder: .server(recorded))
                (state.vectors, state.kept) = (.success(vectors), recorded)
                return .success(vectors)
            }
            let model = try LocalEmbedder.open(at: modelPath())
            opened = .success(PassageVectors(embedder: .local(model)))
            if !ledger.isReadOnly {
                let identity = model.identity
                state.kept = PlainVectors(vectorFolder, model: "\(identity)", dimensions: identity.dimensions)
            }
        } catch {
            opened = .failure(error)
        }
        state.vectors = opened
        return opened
    }

    private func open(_ name: String) -> Index {
        let log = "\(ledger.origin) \(name)"
        do throws(IndexFailure) {
            if !ledger.isReadOnly { makeFolder(folder) }
            let store = try IndexStore("\(folder)/\(name)", of: log)
            store.notices.forEach { Terminal.note("note: \($0)") }
            return Index(store: store, saved: store.through, isWritable: !ledger.isReadOnly)
        } catch {
            return Index(store: IndexStore(of: log), saved: 0, isWritable: false)
        }
    }

    /// The index, opened if it was not, with everything up to a position in it.
    private func brought(
        _ known: Index?, named name: String, to head: Position,
        _ embedding: (vectors: PassageVectors, kept: any KeptVectors)?, _ effort: Effort, _ shelf: ArtifactShelf
    ) throws -> Index {
        var index = known ?? open(name)
        var allowance = Self.vectorsPerSearchMax
        var changesMax = Self.changesMax.search
        var progress: (Int) -> Void = { _ in }
        if case .all(let report) = effort { (allowance, changesMax, progress) = (.max, Self.changesMax.all, report) }
        func fill(_ draft: inout SegmentDraft, _ kept: any KeptVectors) throws {
            try embedding?.vectors.fill(&draft, from: kept, allowance: &allowance, progress: progress)
        }
        var touched: Set<String> = []
        while index.store.through < head {
            let tail = try KnowledgeTail(
                after: index.store.through, upTo: head, changesMax: changesMax, of: ledger, shelf)
            try index.store.add(tail.changes, through: tail.through) { draft in
                try fill(&draft, embedding?.kept ?? NoVectors())
            }
            touched.formUnion(tail.changes.map(\.entry))
            if tail.hasErasure { index.sealed = nil }
            if index.store.documentsInMemory > Self.documentsInMemoryMax { write(&index) }
        }
        if index.sealed == nil || !touched.isEmpty {
            let entries = index.store.corpus.hollowEntries
            if index.sealed?.entries != entries || !entries.isDisjoint(with: touched) {
                index.sealed = try SealedTexts(entries, in: ledger, shelf) { draft in
                    try fill(&draft, sealedVectors(embedding?.vectors.embedder, shelf))
                }
            }
        }
        return index
    }

    private func sealedVectors(_ embedder: TextEmbedder?, _ shelf: ArtifactShelf) -> any KeptVectors {
        if case .server(let recorded) = embedder { return recorded }
        guard let identity = embedder?.identity, !ledger.isReadOnly else { return NoVectors() }
        return SealedVectors(
            folder: "\(vectorFolder)/sealed", model: "\(identity)", dimensions: identity.dimensions, shelf: shelf)
    }

    /// Another process may have written meanwhile: then its files are taken, and `through` may say less.
    private func write(_ index: inout Index) {
        guard index.isWritable else { return }
        do throws(IndexFailure) {
            try index.store.save()
            index.saved = index.store.through
            index.sealed = nil
        } catch {
            // It is in memory, and found; whoever opens the index next reads the log again.
            index.isWritable = false
        }
    }

    private func makeFolder(_ path: String) {
        try? FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }
}
