import Coordinator
import Embedding
import Foundation
import IndexStore
import Jobs
import Retrieval
import Sealing
import Synchronization
import Wire

/// Vectors of passages that were made once.
protocol KeptVectors: Sendable {
    func vector(of passage: SegmentDraft.Passage) -> [Float]?
    /// Keeps a vector, if that is possible: it can be made again.
    func keep(_ vector: [Float], of passage: SegmentDraft.Passage)
    /// What was kept outlives a crash from now on.
    func flush()
    /// Makes what was kept quick to open; to be called at a clean exit.
    func close()
}

/// Those of texts that are about nobody, by what they are made of: whatever entry says the same has the same vector.
final class PlainVectors: KeptVectors {
    private struct State {
        /// Opened when it is needed; nil inside if it cannot be.
        var cache: VectorCache??
        /// The texts that were asked for; nil while nobody wants to know.
        var texts: Set<Digest>?
    }

    private let open: @Sendable () throws(IndexFailure) -> VectorCache
    private let state = Mutex(State())

    init(_ folder: String, _ embedder: EmbedderIdentity) {
        open = { () throws(IndexFailure) in try Self.cache(folder, embedder) }
    }

    /// The file that holds them.
    static func cache(_ folder: String, _ embedder: EmbedderIdentity) throws(IndexFailure) -> VectorCache {
        try VectorCache(
            folder, model: "\(embedder)", vectorBytes: embedder.dimensions * MemoryLayout<Float>.stride)
    }

    private func cache(for text: Digest) -> VectorCache? {
        state.withLock { state in
            state.texts?.insert(text)
            if let cache = state.cache { return cache }
            let cache = try? open()
            state.cache = cache
            return cache
        }
    }

    private var opened: VectorCache? { state.withLock { $0.cache ?? nil } }

    private func name(of passage: SegmentDraft.Passage) -> Digest { Digest.of(Array(passage.text.utf8)) }

    func vector(of passage: SegmentDraft.Passage) -> [Float]? {
        let name = name(of: passage)
        return cache(for: name)?.vector(of: name)?.floats
    }

    func keep(_ vector: [Float], of passage: SegmentDraft.Passage) {
        let name = name(of: passage)
        try? cache(for: name)?.add(vector.bytes, of: name)
    }

    func flush() { try? opened?.flush() }

    func close() { try? opened?.gather() }

    /// Notes from now on which texts are asked for.
    func noteTexts() { state.withLock { $0.texts = [] } }

    /// Drops the vectors of all texts that were not asked for since `noteTexts`, and those of other models.
    func dropOthers() throws(IndexFailure) {
        guard let texts = state.withLock({ $0.texts }) else { return }
        let cache = try open()
        try cache.mend(keeping: texts)
        cache.removeOthers()
        state.withLock { $0 = State() }
    }
}

/// Those of texts that are about somebody: sealed as the text is, each in a file that is called by the envelope and the
/// place in it. Without the key nobody can read them.
final class SealedVectors: KeptVectors {
    /// The most files that are kept.
    static let filesMax = 1 << 18

    private struct State {
        /// The files that were asked for.
        var asked: Set<String> = []
        /// How many there are; nil until one is to be added.
        var count: Int?
    }

    private let folder: String
    private let model: String
    private let dimensions: Int
    private let shelf: ArtifactShelf
    private let filesMax: Int
    private let state = Mutex(State())

    init(
        folder: String, model: String, dimensions: Int, shelf: ArtifactShelf, filesMax: Int = SealedVectors.filesMax
    ) {
        self.folder = folder
        self.model = model
        self.dimensions = dimensions
        self.shelf = shelf
        self.filesMax = filesMax
    }

    private func name(of passage: SegmentDraft.Passage) -> String? {
        passage.source.content.map { content in
            "\(Digest.of(Array("\(model) \(SegmentDraft.recipe) \(content) \(passage.chunk)".utf8)))"
        }
    }

    func vector(of passage: SegmentDraft.Passage) -> [Float]? {
        guard let name = name(of: passage) else { return nil }
        state.withLock { _ = $0.asked.insert(name) }
        guard let stored = FileManager.default.contents(atPath: "\(folder)/\(name)"),
            let bytes = shelf.keyring.open(Array(stored)), bytes.count == dimensions * MemoryLayout<Float>.stride
        else { return nil }
        return bytes.floats
    }

    func keep(_ vector: [Float], of passage: SegmentDraft.Passage) {
        guard let name = name(of: passage), let content = passage.source.content else { return }
        let sealed = Content(vector.bytes, about: shelf.about(content), with: shelf.keyring)
        // Sealed in vain if the key went just now.
        guard sealed.stored != sealed.clear, takeRoom() else { return }
        try? Data(sealed.stored).write(to: URL(filePath: "\(folder)/\(name)"), options: .atomic)
    }

    /// Counts one more, if there is room: where there is none, files that nobody has asked for go. They are of old
    /// versions, other models and people who were forgotten, for whoever lays sealed texts over the index asks for all.
    private func takeRoom() -> Bool {
        let files = FileManager.default
        return state.withLock { state in
            if state.count == nil {
                try? files.createDirectory(
                    atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
                var names = (try? files.contentsOfDirectory(atPath: folder)) ?? []
                if names.count + state.asked.count > filesMax {
                    for name in names where !state.asked.contains(name) {
                        try? files.removeItem(atPath: "\(folder)/\(name)")
                    }
                    names.removeAll { !state.asked.contains($0) }
                }
                state.count = names.count
            }
            guard let count = state.count, count < filesMax else { return false }
            state.count = count + 1
            return true
        }
    }

    func flush() {}

    func close() {}
}

/// Where nothing can be kept.
struct NoVectors: KeptVectors {
    func vector(of passage: SegmentDraft.Passage) -> [Float]? { nil }
    func keep(_ vector: [Float], of passage: SegmentDraft.Passage) {}
    func flush() {}
    func close() {}
}

extension [Float] {
    fileprivate var bytes: [UInt8] { withUnsafeBytes { [UInt8]($0) } }
}

extension [UInt8] {
    fileprivate var floats: [Float] {
        withUnsafeBytes { bytes in
            (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
        }
    }
}
