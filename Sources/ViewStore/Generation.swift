import EventSourcing
import LMDB
import Synchronization

/// One generation of a view: an LMDB file with its rows, their trail and a stamp.
final class Generation: Sendable {
    /// Address space for one file; the file stays as small as its content.
    static let mapBytes = 1 << 38

    let view: String
    let number: UInt32
    let path: String
    let environment: Environment
    /// Key to row.
    let rows: BytesTable
    /// The position of an event to a block of the trail that begins with it.
    let trail: IntegerTable
    private let stamps: BytesTable

    fileprivate init(view: String, number: UInt32, path: String) throws {
        self.view = view
        self.number = number
        self.path = path
        environment = try Environment(path: path, options: .init(noSync: true, mapBytes: Self.mapBytes))
        rows = try environment.bytesTable("rows")
        trail = try environment.integerTable("trail")
        stamps = try environment.bytesTable("stamp")
    }

    private static let stampKey = Array("stamp".utf8)

    func stamp() throws -> Stamp? {
        try environment.read { try stamp(in: $0) }
    }

    func stamp(in transaction: borrowing some Readable & ~Copyable) throws -> Stamp? {
        guard let bytes = try transaction.value(for: Self.stampKey.span.bytes, in: stamps) else { return nil }
        return Stamp(bytes)
    }

    func setStamp(_ stamp: Stamp, in transaction: inout WriteTransaction) throws {
        try transaction.put(stamp.bytes.span.bytes, for: Self.stampKey.span.bytes, in: stamps)
    }
}

/// What a view's file says about itself.
struct Stamp: Equatable {
    /// Raised when the tables of the file change.
    static let format: UInt32 = 5

    /// Of the projection that made the rows.
    var revision: UInt32
    /// The last event in them.
    var position: Position
    /// Of that event, so that a view is never continued from another history; 0 at position 0.
    var fingerprint: UInt64

    init(revision: UInt32, position: Position = 0, fingerprint: UInt64 = 0) {
        self.revision = revision
        self.position = position
        self.fingerprint = fingerprint
    }

    /// Nil for a file of another format.
    init?(_ bytes: RawSpan) {
        guard bytes.byteCount == 24, bytes.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt32.self) == Self.format else {
            return nil
        }
        revision = bytes.unsafeLoadUnaligned(fromByteOffset: 4, as: UInt32.self)
        position = bytes.unsafeLoadUnaligned(fromByteOffset: 8, as: UInt64.self)
        fingerprint = bytes.unsafeLoadUnaligned(fromByteOffset: 16, as: UInt64.self)
    }

    var bytes: [UInt8] {
        withUnsafeBytes(of: (Self.format, revision, position, fingerprint)) { Array($0) }
    }
}

/// Keeps a generation open for as long as somebody looks at it.
///
/// LMDB allows a process to open a file once, so all stores of a process share what is open.
final class GenerationLease: Sendable {
    let generation: Generation

    private static let open = Mutex<[String: (generation: Generation, users: Int)]>([:])

    /// Opens the file, and makes it if it is not there.
    init(view: String, number: UInt32, path: String) throws {
        generation = try Self.open.withLock { open in
            if let entry = open[path] {
                open[path] = (entry.generation, entry.users + 1)
                return entry.generation
            }
            let opened = try Generation(view: view, number: number, path: path)
            open[path] = (opened, 1)
            return opened
        }
    }

    deinit {
        Self.open.withLock { open in
            guard let entry = open[generation.path] else { return }
            if entry.users > 1 {
                open[generation.path] = (entry.generation, entry.users - 1)
            } else {
                open[generation.path] = nil
                entry.generation.environment.close()
            }
        }
    }
}
