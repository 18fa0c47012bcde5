public import Jobs
public import Sealing
import Synchronization
public import Wire

/// Remembers which contents were looked for: those that were read, those that are not kept, and those that are erased.
public final class WatchedArtifacts: ArtifactReader {
    private let artifacts: any ArtifactReader
    private let sought = Mutex(Sought())

    private struct Sought {
        var found: Set<Digest> = []
        var missing: Set<Digest> = []
        var erased: Set<Digest> = []
        var hasMetErased = false
    }

    public init(_ artifacts: any ArtifactReader) {
        self.artifacts = artifacts
    }

    public var keyring: any Keyring { artifacts.keyring }

    public func stored(_ digest: Digest) -> [UInt8]? { artifacts.stored(digest) }

    public func bytes(_ digest: Digest) -> [UInt8]? {
        let bytes = artifacts.bytes(digest)
        let isErased = bytes == nil && artifacts.isErased(digest)
        sought.withLock { sought in
            if bytes != nil {
                sought.found.insert(digest)
            } else if isErased {
                sought.erased.insert(digest)
                sought.hasMetErased = true
            } else {
                sought.missing.insert(digest)
            }
        }
        return bytes
    }

    public var found: Set<Digest> { sought.withLock { $0.found } }

    public var missing: Set<Digest> { sought.withLock { $0.missing } }

    public var erased: Set<Digest> { sought.withLock { $0.erased } }

    /// Whether erased content was looked for since this was last asked.
    public func takeErased() -> Bool {
        sought.withLock { sought in
            defer { sought.hasMetErased = false }
            return sought.hasMetErased
        }
    }
}
