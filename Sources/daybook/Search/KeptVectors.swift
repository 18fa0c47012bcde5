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
}

/// Those of texts that are about nobody, by what they are made of: whatever entry says the same has the same vector.
final class PlainVectors: KeptVectors {
    private let open: @Sendable () -> VectorCache?
    /// Opened when it is needed, for then it reads the names of all there are.
    private let opened = Mutex<VectorCache??>(nil)

    init(_ folder: String, _ embedder: EmbedderIdentity) {
        open = { try? Self.cache(folder, embedder) }
    }

    /// The file that holds them.
    static func cache(_ folder: String, _ embedder: EmbedderIdentity) throws(IndexFailure) -> VectorCache {
        try VectorCache(
            folder, model: "\(embedder)", vectorBytes: embedder.dimensions * MemoryLayout<Float>.stride)
    }

    private var cache: VectorCache? {
        opened.withLock { opened in
            if let opened { return opened }
            let cache = open()
            opened = cache
            return cache
        }
    }

    private func name(of passage: SegmentDraft.Passage) -> Digest { Digest.of(Array(passage.text.utf8)) }

    func vector(of passage: SegmentDraft.Passage) -> [Float]? { cache?.vector(of: name(of: passage))?.floats }

    func keep(_ vector: [Float], of passage: SegmentDraft.Passage) {
        try? cache?.add(vector.bytes, of: name(of: passage))
    }

    func flush() { try? cache?.flush() }
}

/// Those of texts that are about somebody: sealed as the text is, each in a file that is called by the envelope and the
/// place in it. Without the key nobody can read them.
struct SealedVectors: KeptVectors {
    /// The most files that are kept.
    static let filesMax = 65_536

    let folder: String
    let model: String
    let dimensions: Int
    let shelf: ArtifactShelf

    private func path(of passage: SegmentDraft.Passage) -> String? {
        passage.source.content.map { content in
            let name = "\(model) \(SegmentDraft.recipe) \(content) \(passage.chunk)"
            return "\(folder)/\(Digest.of(Array(name.utf8)))"
        }
    }

    func vector(of passage: SegmentDraft.Passage) -> [Float]? {
        guard let path = path(of: passage), let stored = FileManager.default.contents(atPath: path),
            let bytes = shelf.keyring.open(Array(stored)), bytes.count == dimensions * MemoryLayout<Float>.stride
        else { return nil }
        return bytes.floats
    }

    func keep(_ vector: [Float], of passage: SegmentDraft.Passage) {
        guard let path = path(of: passage), let content = passage.source.content else { return }
        let sealed = Content(vector.bytes, about: shelf.about(content), with: shelf.keyring)
        // Sealed in vain if the key went just now.
        guard sealed.stored != sealed.clear, makeRoom() else { return }
        try? Data(sealed.stored).write(to: URL(filePath: path), options: .atomic)
    }

    private func makeRoom() -> Bool {
        let files = FileManager.default
        try? files.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let count = (try? files.contentsOfDirectory(atPath: folder).count) ?? Self.filesMax
        return count < Self.filesMax
    }

    func flush() {}
}

/// Where nothing can be kept.
struct NoVectors: KeptVectors {
    func vector(of passage: SegmentDraft.Passage) -> [Float]? { nil }
    func keep(_ vector: [Float], of passage: SegmentDraft.Passage) {}
    func flush() {}
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
