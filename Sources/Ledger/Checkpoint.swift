public import EventSourcing
import FoundationEssentials
import LMDB
public import Wire

extension Ledger {
    /// How far a log had come, to be signed and kept outside it (<https://c2sp.org/tlog-checkpoint>).
    ///
    /// No chain inside a file can see that its end was cut off, or that an old copy was put back. This can.
    public struct Checkpoint: Sendable, Hashable {
        /// Which log.
        public let origin: String
        /// The number of its events; also the position of the last.
        public let size: Position
        /// The root of the tree over them (RFC 6962).
        public let root: Wire.Digest

        public init(origin: String, size: Position, root: Wire.Digest) {
            self.origin = origin
            self.size = size
            self.root = root
        }
    }
}

extension Ledger.Checkpoint {
    /// How far the log has come, in flushed commits only.
    ///
    /// A reader may see a commit a moment before it is flushed, and signing that one would make a power cut look like
    /// a rollback. Whoever holds the writers' lock sees none such; nothing is written.
    static func flushed(
        _ environment: Environment, _ tables: Tables, origin: String
    ) throws(LedgerError) -> Self {
        try LedgerError.wrap { try environment.write { try tables.checkpoint(origin: origin, in: $0) } }
    }

    /// Three lines: origin, size, root in base64.
    var text: String { "\(origin)\n\(size)\n\(Data(root.bytes).base64EncodedString())\n" }

    /// Nil if the text is no checkpoint. Further lines are allowed and say nothing to us.
    init?(_ text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 4, let size = Position(lines[1]), String(size) == lines[1],
            let bytes = Data(base64Encoded: String(lines[2])), let root = Wire.Digest(Array(bytes).span.bytes)
        else { return nil }
        self.init(origin: String(lines[0]), size: size, root: root)
    }
}

/// The file beside the ledger that holds its last checkpoint, and the key that signs it.
struct CheckpointFile: Sendable {
    let path: String
    private let folder: String
    private let keyFolder: String

    /// In the folder of a ledger.
    init(in folder: String) {
        self.folder = folder
        path = folder + "/checkpoint"
        keyFolder = folder + "/keys"
    }

    private var keyPath: String { keyFolder + "/signing.key" }

    /// What was signed; nil if there is no checkpoint yet.
    ///
    /// - Parameter checksKey: false to take it unsigned where the key cannot be read.
    /// - Throws: `LedgerError.damaged` if it is no checkpoint, or not signed with the key kept here.
    func read(checksKey: Bool = true) throws(LedgerError) -> Ledger.Checkpoint? {
        guard let bytes = try Files.read(path) else { return nil }
        guard let note = SignedNote(bytes), let checkpoint = Ledger.Checkpoint(note.text) else {
            throw .damaged("\(path) is no signed checkpoint")
        }
        guard checksKey else { return checkpoint }
        guard let key = try SigningKey(readFrom: keyPath) else {
            throw .damaged("\(path) cannot be checked: \(keyPath) is missing. Restore it from where you keep your keys")
        }
        guard note.isSigned(by: key.publicKey, named: checkpoint.origin) else {
            throw .damaged("\(path) is not signed with \(keyPath)")
        }
        return checkpoint
    }

    /// Signs a checkpoint and puts it in place of an older one. The key is made on first use.
    ///
    /// - Parameter replaces: puts it in place of whatever is there, also of a newer one or another log's.
    func write(_ checkpoint: Ledger.Checkpoint, replaces: Bool = false) throws(LedgerError) {
        try Files.withLock(on: folder) { () throws(LedgerError) in
            // Another process may have signed more meanwhile: it never goes back.
            if !replaces, let there = try read(), there.size >= checkpoint.size || there.origin != checkpoint.origin {
                return
            }
            try Files.replace(path, with: try sign(checkpoint), mode: 0o644)
        }
    }

    /// A checkpoint as a signed note.
    func sign(_ checkpoint: Ledger.Checkpoint) throws(LedgerError) -> [UInt8] {
        let kept = try SigningKey(readFrom: keyPath)
        let key = if let kept { kept } else { try SigningKey(makeAt: keyPath, in: keyFolder) }
        return try SignedNote(checkpoint.text, signedBy: key, named: checkpoint.origin).bytes
    }

    /// The public half of the key kept here; nil if there is none.
    func publicKey() throws(LedgerError) -> [UInt8]? { try SigningKey(readFrom: keyPath)?.publicKey }
}
