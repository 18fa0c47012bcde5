public import EventSourcing
public import Jobs
import Synchronization
public import Wire

/// Contents by digest: those of the log, and those that wait for their commit.
public final class ArtifactShelf: ArtifactReader {
    /// How many contents of the log are kept at hand.
    public static let keptMax = 256

    private let log: any EventLog
    private let shelf = Mutex(Shelf())

    private struct Shelf {
        var fresh: [Digest: [UInt8]] = [:]
        var order: [Digest] = []
        var kept: [Digest: [UInt8]] = [:]
    }

    public init(_ log: any EventLog) {
        self.log = log
    }

    public func bytes(_ digest: Digest) -> [UInt8]? {
        if let found = shelf.withLock({ $0.fresh[digest] ?? $0.kept[digest] }) { return found }
        guard let found = try? log.artifact(digest) else { return nil }
        shelf.withLock { shelf in
            if shelf.kept.count >= Self.keptMax { shelf.kept.removeAll() }
            shelf.kept[digest] = found
        }
        return found
    }

    /// Puts a content beside those of the log until the next commit.
    @discardableResult
    public func put(_ bytes: [UInt8]) -> Digest {
        let digest = Digest.of(bytes)
        shelf.withLock { shelf in
            guard shelf.fresh[digest] == nil else { return }
            shelf.fresh[digest] = bytes
            shelf.order.append(digest)
        }
        return digest
    }

    /// What waits for its commit, in the order in which it came.
    public var fresh: [[UInt8]] {
        shelf.withLock { shelf in shelf.order.compactMap { shelf.fresh[$0] } }
    }

    /// Says that everything that waited is written.
    public func markWritten() {
        shelf.withLock { shelf in
            shelf.fresh.removeAll()
            shelf.order.removeAll()
        }
    }
}
