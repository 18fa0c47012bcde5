import EventSourcing
import LMDB
import Wire

/// Writes batches of commits, each batch in one transaction. Lives on the writer thread alone.
struct LogWriter: ~Copyable {
    /// Heads kept in memory; beyond this they are forgotten and read again.
    static let cachedHeadsMax = 250_000

    typealias Outcome = Result<Taken, AppendFailure>

    private let environment: Environment
    private let tables: Tables
    private var heads: [StreamName: Head] = [:]
    /// The streams whose rows in `heads` are not written yet.
    private var moved: Set<StreamName> = []
    private var tree = MerkleFrontier()
    private var lastCommit = Wire.Digest.zero
    private var nextArtifact: UInt64 = 1
    /// Nothing is known of the file before the first batch.
    private var isFresh = false
    /// Why nothing is taken any more; nil while all is well.
    private(set) var stopped: String?

    init(environment: Environment, tables: Tables) {
        self.environment = environment
        self.tables = tables
    }

    /// The position of the last event, as of the last batch.
    var head: Position { tree.size }

    /// Writes a batch. The outcomes are in the order of the batch, and all that was taken is flushed.
    mutating func write(_ batch: ArraySlice<PreparedCommit>) -> [Outcome] {
        if let stopped { return batch.map { _ in .failure(.unavailable(stopped)) } }
        var outcomes: [Outcome] = []
        outcomes.reserveCapacity(batch.count)
        let before = try? environment.info().lastTransaction
        var isWhole = false
        do {
            try environment.write { transaction in
                try refresh(in: transaction)
                for commit in batch { outcomes.append(try take(commit, in: &transaction)) }
                try storeEnd(in: &transaction)
                isWhole = true
            }
            if heads.count > Self.cachedHeadsMax { heads.removeAll(keepingCapacity: true) }
            return outcomes
        } catch {
            isFresh = false
            let failure = isWhole ? failedCommit(error, after: before) : AppendFailure.unavailable("\(error)")
            return batch.map { _ in .failure(failure) }
        }
    }

    /// After a failed commit nothing is acknowledged until the ledger has been opened again: the kernel may have
    /// dropped pages that it could not write, and would call the next flush a success.
    private mutating func failedCommit(_ error: any Error, after before: Int?) -> AppendFailure {
        stopped = "\(error). Nothing is taken until the ledger has been opened again"
        // LMDB names a commit in its meta page last of all. If that still shows the one before, the commit never
        // came to pass and never can.
        let isUntouched = (try? environment.read { _ in true }) ?? false
        if isUntouched, let before, (try? environment.info().lastTransaction) == before {
            return .unavailable("\(error)")
        }
        return .outcomeUnknown("\(error)")
    }
}

// MARK: - What the file says
extension LogWriter {
    /// Another process may have appended since the last batch: then everything cached is old.
    private mutating func refresh(in transaction: borrowing WriteTransaction) throws {
        let last = try tables.lastPosition(in: transaction)
        guard !isFresh || last != tree.size else { return }
        heads.removeAll(keepingCapacity: true)
        moved.removeAll()
        tree = try tables.frontier(in: transaction)
        guard tree.size == last else {
            throw LedgerError.damaged("the tree has \(tree.size) leaves and the log \(last) events")
        }
        lastCommit = try tables.commitHeader(holding: last, in: transaction)?.digest ?? .zero
        var artifacts = try transaction.cursor(in: tables.artifacts)
        nextArtifact = try artifacts.last() ? artifacts.key + 1 : 1
        isFresh = true
    }

    private mutating func head(of stream: StreamName, in transaction: borrowing WriteTransaction) throws -> Head {
        if let head = heads[stream] { return head }
        let head = try tables.head(of: stream, in: transaction) ?? Head()
        heads[stream] = head
        return head
    }

    private mutating func storeEnd(in transaction: inout WriteTransaction) throws {
        guard !moved.isEmpty else { return }
        for stream in moved {
            guard let head = heads[stream] else { continue }
            try transaction.put(head.bytes.span.bytes, for: stream.description.utf8.span.bytes, in: tables.heads)
        }
        moved.removeAll(keepingCapacity: true)
        try transaction.put(tree.bytes.span.bytes, for: "tree".utf8.span.bytes, in: tables.meta)
    }
}

// MARK: - One commit
extension LogWriter {
    /// Everything is checked before anything is put, so a refused commit harms no other of its batch.
    private mutating func take(_ new: PreparedCommit, in transaction: inout WriteTransaction) throws -> Outcome {
        if let taken = try tables.commitHeader(new.commit.id, in: transaction) {
            let recorded = try tables.events(taken.first...taken.last, in: transaction)
            return Outcome { () throws(AppendFailure) in try new.repeated(as: recorded) }
        }
        if let failure = try check(new, in: transaction) { return .failure(failure) }
        let first = tree.size + 1
        let written = new.commit.appends.map { append in
            let before = heads[append.stream]?.version ?? 0
            return Receipt.Written(stream: append.stream, before: before, after: before + UInt32(append.events.count))
        }
        for (index, event) in new.events.enumerated() {
            try put(event, at: index, first: first, of: new.commit, in: &transaction)
        }
        try putHeader(of: new.commit, first: first, in: &transaction)
        for artifact in new.artifacts { try put(artifact.bytes, artifact.digest, in: &transaction) }
        return .success(Taken(first: first, last: tree.size, streams: written, isRepeat: false))
    }

    private mutating func check(
        _ new: PreparedCommit, in transaction: borrowing WriteTransaction
    ) throws -> AppendFailure? {
        for append in new.commit.appends {
            let version = try head(of: append.stream, in: transaction).version
            guard UInt64(version) + UInt64(append.events.count) <= UInt64(StreamVersion.max) else {
                return .invalid("the stream \(append.stream) is full")
            }
        }
        for condition in new.commit.guards { _ = try head(of: condition.stream, in: transaction) }
        return new.check { heads[$0]?.version ?? 0 }
    }

    private mutating func put(
        _ new: PreparedCommit.Event, at index: Int, first: Position, of commit: NewCommit,
        in transaction: inout WriteTransaction
    ) throws {
        let position = tree.size + 1
        var head = heads[new.stream] ?? Head()
        let isNew = head.version == 0
        if isNew { head.number = position }
        let name = isNew ? new.stream.description : ""
        let header = RecordHeader(
            position: position, stream: head.number, previous: head.last, commit: first,
            causation: new.event.cause.map { first + Position($0) } ?? 0, time: commit.time, version: head.version + 1,
            payloadLength: UInt32(new.event.payload.count), index: UInt16(index), type: new.event.type,
            revision: new.event.revision, kind: new.event.kind.rawValue, nameLength: UInt8(name.utf8.count),
            actorLength: UInt8(commit.actor.utf8.count))
        var leaf = Wire.Digest.zero
        try transaction.append(position, byteCount: header.recordLength, to: tables.events) { room in
            header.store(to: room)
            let names = UnsafeMutableRawBufferPointer(rebasing: room[RecordHeader.byteCount...])
            names.copyBytes(from: name.utf8)
            UnsafeMutableRawBufferPointer(rebasing: names[name.utf8.count...]).copyBytes(from: commit.actor.utf8)
            UnsafeMutableRawBufferPointer(rebasing: names[header.namesLength...]).copyBytes(from: new.event.payload)
            let filled = RawSpan(_unsafeBytes: UnsafeRawBufferPointer(room))
            leaf = Merkle.leaf(
                head: filled.extracting(0..<RecordHeader.byteCount + header.namesLength), payload: new.payloadDigest)
        }
        try transaction.append(position, byteCount: 32, to: tables.leaves) { room in
            leaf.withBytes { room.copyMemory(from: $0) }
        }
        tree.append(leaf)
        head.last = position
        head.version += 1
        heads[new.stream] = head
        moved.insert(new.stream)
    }

    private mutating func putHeader(
        of commit: NewCommit, first: Position, in transaction: inout WriteTransaction
    ) throws {
        let header = CommitHeader(
            count: UInt32(tree.size - first + 1), first: first, time: commit.time, id: commit.id, before: lastCommit,
            root: tree.root)
        let bytes = header.bytes
        try transaction.append(bytes.span.bytes, for: first, to: tables.commits)
        let key: [UInt8] = commit.id.bytes
        var value: [UInt8] = []
        value.append(littleEndian: first)
        try transaction.put(value.span.bytes, for: key.span.bytes, in: tables.commitIDs)
        lastCommit = Wire.Digest.of(bytes)
    }

    private mutating func put(
        _ artifact: [UInt8], _ digest: Wire.Digest, in transaction: inout WriteTransaction
    ) throws {
        let key = digest.bytes
        // A plain table of digests is the simplest that is right. Random keys cost: where artifacts decide the
        // speed, sorted runs that are written off this path can take its place; the rows can be built again.
        guard try transaction.value(for: key.span.bytes, in: tables.artifactIndex) == nil else { return }
        try transaction.append(nextArtifact, byteCount: 32 + artifact.count, to: tables.artifacts) { room in
            room.copyBytes(from: key)
            UnsafeMutableRawBufferPointer(rebasing: room[32...]).copyBytes(from: artifact)
        }
        var value: [UInt8] = []
        value.append(littleEndian: nextArtifact)
        try transaction.put(value.span.bytes, for: key.span.bytes, in: tables.artifactIndex)
        nextArtifact += 1
    }
}
