import Jobs
import Synchronization
import Wire

/// Remembers which contents were looked for: those that are kept, and those that are not.
final class WatchedArtifacts: ArtifactReader {
    private let artifacts: any ArtifactReader
    private let sought = Mutex<[Digest: Bool]>([:])

    init(_ artifacts: any ArtifactReader) {
        self.artifacts = artifacts
    }

    func bytes(_ digest: Digest) -> [UInt8]? {
        let bytes = artifacts.bytes(digest)
        sought.withLock { $0[digest] = bytes != nil }
        return bytes
    }

    var found: Set<Digest> { digests(kept: true) }
    var missing: Set<Digest> { digests(kept: false) }

    private func digests(kept: Bool) -> Set<Digest> {
        sought.withLock { sought in Set(sought.filter { $0.value == kept }.keys) }
    }
}
