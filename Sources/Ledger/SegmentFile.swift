import LMDB
import Synchronization

/// The file of a ``StreamCache``, open.
final class SegmentFile: Sendable {
    let environment: Environment
    private let segments: BytesTable
    /// The pieces whose bytes were checked since the file was opened, by the fingerprint that they had then.
    private let checked = Mutex<[SegmentKey: UInt64]>([:])

    /// Nil if it cannot be opened. One of an earlier boot, or that is damaged, is replaced by an empty one.
    init?(_ path: String) {
        do {
            try Self.beginAnew(path)
            let environment = try Environment(path: path, options: .init(noSync: true, mapBytes: StreamCache.mapBytes))
            do {
                segments = try environment.bytesTable("segments")
            } catch {
                environment.close()
                throw error
            }
            self.environment = environment
        } catch {
            // The next one to open it finds none.
            if let error = error as? LMDBError, error.cause != .alreadyOpen { Self.remove(path) }
            return nil
        }
    }

    /// Removes a file that was not written in this boot, and says that from here on one is.
    private static func beginAnew(_ path: String) throws {
        let mark = path + ".boot"
        let boot = (try? Files.read("/proc/sys/kernel/random/boot_id")) ?? nil
        if let boot, try Files.read(mark) == boot { return }
        remove(path)
        // It need not outlive a crash: without it, or with that of another boot, the file is not believed.
        try Files.replace(mark, with: boot ?? [], mode: 0o600, durably: false)
    }

    private static func remove(_ path: String) {
        Files.remove(path)
        Files.remove(path + "-lock")
    }
}

extension SegmentFile {
    /// Lends a piece, if there is one and it is not damaged.
    func read(_ key: SegmentKey, _ body: (borrowing Segment) throws -> Void) throws {
        let bytes = key.bytes
        try environment.read { transaction in
            guard let value = try transaction.value(for: bytes.span.bytes, in: segments),
                let segment = Segment(value)
            else { return }
            guard checked.withLock({ $0[key] }) == segment.fingerprint || check(segment, key) else { return }
            try body(segment)
        }
    }

    private func check(_ segment: borrowing Segment, _ key: SegmentKey) -> Bool {
        guard segment.isWhole else { return false }
        let fingerprint = segment.fingerprint
        checked.withLock { $0[key] = fingerprint }
        return true
    }

    func put(_ pieces: [(key: SegmentKey, bytes: [UInt8])]) throws {
        guard !pieces.isEmpty else { return }
        try environment.write { transaction in
            for piece in pieces {
                try transaction.put(piece.bytes.span.bytes, for: piece.key.bytes.span.bytes, in: segments)
            }
        }
    }

    func removeAll() {
        checked.withLock { $0.removeAll() }
        try? environment.write { try $0.deleteAll(from: segments) }
    }
}
