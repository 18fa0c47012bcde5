import Jobs
import Synchronization
import Wire

/// Remembers which contents were looked for and are not kept.
final class WatchedArtifacts: ArtifactReader {
    private let artifacts: any ArtifactReader
    private let lost = Mutex<Set<Digest>>([])

    init(_ artifacts: any ArtifactReader) {
        self.artifacts = artifacts
    }

    func bytes(_ digest: Digest) -> [UInt8]? {
        let bytes = artifacts.bytes(digest)
        if bytes == nil { lost.withLock { _ = $0.insert(digest) } }
        return bytes
    }

    var missing: Set<Digest> { lost.withLock { $0 } }
}
