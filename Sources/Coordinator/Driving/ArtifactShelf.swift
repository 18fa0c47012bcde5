public import EventSourcing
public import Jobs
public import Sealing
import Synchronization
public import Wire

/// Contents by digest: those of the log, and those that wait for their commit. The one place where they are opened.
public final class ArtifactShelf: ArtifactReader {
    /// How many contents of the log are kept at hand.
    public static let keptMax = 256

    public let keyring: any Keyring
    private let log: any EventLog
    private let shelf = Mutex(Shelf())

    private struct Shelf {
        /// As they will be kept.
        var fresh: [Digest: [UInt8]] = [:]
        var order: [Digest] = []
        /// Opened.
        var kept: [Digest: [UInt8]] = [:]
    }

    public init(_ log: any EventLog, _ keyring: any Keyring) {
        self.log = log
        self.keyring = keyring
    }

    public func bytes(_ digest: Digest) -> [UInt8]? {
        if let found = shelf.withLock({ $0.kept[digest] }) { return found }
        guard let stored = stored(digest), let found = keyring.open(stored) else { return nil }
        shelf.withLock { shelf in
            if shelf.kept.count >= Self.keptMax { shelf.kept.removeAll() }
            shelf.kept[digest] = found
        }
        return found
    }

    public func stored(_ digest: Digest) -> [UInt8]? {
        if let found = shelf.withLock({ $0.fresh[digest] }) { return found }
        return try? log.artifact(digest)
    }

    /// Puts an artifact, as it is to be kept, beside those of the log until the next commit.
    @discardableResult
    public func put(_ stored: [UInt8]) -> Digest {
        let digest = Digest.of(stored)
        shelf.withLock { shelf in
            guard shelf.fresh[digest] == nil else { return }
            shelf.fresh[digest] = stored
            shelf.order.append(digest)
        }
        return digest
    }

    /// Content that came from outside: without secrets, and sealed for whom it is about and for whom it names.
    public func observed(_ bytes: [UInt8], about subjects: Set<SubjectID> = []) -> Content {
        let clear = keyring.redaction(bytes)
        return Content(clear, about: subjects.union(keyring.named(in: clear)), with: keyring)
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
