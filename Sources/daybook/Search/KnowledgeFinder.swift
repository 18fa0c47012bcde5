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
    /// Changes that are taken in at a time: few while somebody waits, and fewer at first, so that it is soon seen if
    /// they are too many.
    static let changesMax = (first: 32, search: 512, all: 4_096)
    /// Documents in memory before they are written, and events that were read though they changed nothing.
    static let documentsInMemoryMax = 16_384
    static let eventsUnsavedMax: Position = 16_384

    /// How much may be done before an answer.
    enum Effort {
        /// Somebody waits.
        case search
        /// Every text gets its vector, unless whoever is told of it says that the rest is to be left.
        case all((VectorProgress) throws -> Bool)
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
        /// Whether it held every text with its vector.
        var isWhole = false
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
        } catch let ended as Interruption.Ended {
            throw ended
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
            let known = state.byMeaning ?? open(vectors.name)
            state.byMeaning = known
            do {
                let index = try brought(known, to: head, (vectors, state.kept), effort, shelf)
                state.byMeaning = index
                state.isWhole = true
                let corpus = index.corpus
                return KnowledgeReading(
                    position: head, corpus: corpus, ledger: ledger, shelf: shelf,
                    meaning: .init(embedder: vectors.embedder, vectors: DenseVectors(corpus, vectors.columns)),
                    byWords: nil)
            } catch is PassageVectors.TooMany {
                // What was read so far stays in the index, and what is sealed in that is not known.
                state.byMeaning?.sealed = nil
                byWords =
                    vectors.embedder.model == nil
                    ? "some texts have no vector yet; daybook knowledge embed asks for them"
                    : "many texts have no vector yet; daybook knowledge index makes them"
            }
        case .failure(let error): byWords = "\(error)"
        }
        let index = try brought(state.byWords ?? open("words"), to: head, nil, effort, shelf)
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
            state.kept.close()
            // Words alone are of no use any more, nor is what another model made, or another version of Daybook.
            if state.isWhole, state.byMeaning?.isWritable == true, state.byWords == nil,
                let name = try? state.vectors?.get().name
            {
                removeIndexes(but: name)
            }
        }
    }
}

// MARK: - The index
extension KnowledgeFinder {
    /// Removes the index; the next reading makes it again, and `dropVectors` drops what that did not ask for.
    func clear() {
        state.withLock { state in
            _ = vectors(&state)
            (state.byMeaning, state.byWords, state.isWhole) = (nil, nil, false)
            removeIndexes()
            (state.kept as? PlainVectors)?.noteTexts()
        }
    }

    /// Drops vectors that are damaged, that no text had since `clear`, or that another model made.
    func dropVectors() throws {
        do throws(IndexFailure) {
            let kept = state.withLock { $0.isWhole ? $0.kept as? PlainVectors : nil }
            try kept?.dropOthers()
        } catch {
            throw Complaint("\(error)", hint: "make room, or remove \(vectorFolder)", status: .storage)
        }
    }

    private func removeIndexes(but name: String? = nil) {
        let files = FileManager.default
        for other in (try? files.contentsOfDirectory(atPath: folder)) ?? [] where other != name {
            try? files.removeItem(atPath: "\(folder)/\(other)")
        }
    }

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
                state.kept = PlainVectors(vectorFolder, identity)
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

    /// The index with everything up to a position in it.
    private func brought(
        _ known: Index, to head: Position,
        _ embedding: (vectors: PassageVectors, kept: any KeptVectors)?, _ effort: Effort, _ shelf: ArtifactShelf
    ) throws -> Index {
        var index = known
        var account = VectorAccount(effort, from: index.store.through, to: head)
        func fill(_ draft: inout SegmentDraft, _ kept: any KeptVectors) throws {
            try embedding?.vectors.fill(
                &draft, from: kept, making: { try account.willMake($0) }, made: { try account.made($0) })
        }
        var touched: Set<String> = []
        while index.store.through < head {
            let tail = try KnowledgeTail(
                after: index.store.through, upTo: head, changesMax: account.changesMax, of: ledger, shelf)
            account.read(through: tail.through)
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
