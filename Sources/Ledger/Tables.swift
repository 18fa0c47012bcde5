import EventSourcing
import LMDB
import Wire

/// The tables of `ledger.mdb`. `FileFormat.md` says what lies in each.
struct Tables: Sendable {
    static let format: UInt32 = 2

    /// Position → record.
    let events: IntegerTable
    /// Level and index → root of a complete subtree, from level 1 on: see `MerkleNode`.
    let nodes: IntegerTable
    /// Stream name → its number, its last position, its version.
    let heads: BytesTable
    /// Position of a commit's first event → `CommitHeader`.
    let commits: IntegerTable
    /// Commit id → position of the commit's first event.
    let commitIDs: BytesTable
    /// Sequence → digest and content.
    let artifacts: IntegerTable
    /// Run and row → digests and sequences, sorted: see `ArtifactRuns`.
    let artifactRuns: IntegerTable
    /// `format`, `origin`, `tree`, `artifact runs`.
    let meta: BytesTable

    init(_ environment: Environment) throws {
        events = try environment.integerTable("events")
        nodes = try environment.integerTable("nodes")
        heads = try environment.bytesTable("heads")
        commits = try environment.integerTable("commits")
        commitIDs = try environment.bytesTable("commit ids")
        artifacts = try environment.integerTable("artifacts")
        artifactRuns = try environment.integerTable("artifact runs")
        meta = try environment.bytesTable("meta")
    }
}

/// What is known of a stream's end: its row in `heads`.
struct Head: Equatable {
    static let byteCount = 20

    /// The position of its first event; 0 for a stream that does not exist.
    var number: Position = 0
    var last: Position = 0
    var version: StreamVersion = 0
}

extension Head {
    init?(_ bytes: RawSpan) {
        guard bytes.byteCount == Self.byteCount else { return nil }
        number = bytes.littleEndian(at: 0)
        last = bytes.littleEndian(at: 8)
        version = bytes.littleEndian(at: 16)
    }

    /// The row, lent.
    func withBytes<Result>(_ body: (RawSpan) throws -> Result) rethrows -> Result {
        try withUnsafeTemporaryAllocation(byteCount: Self.byteCount, alignment: 8) { room in
            room.storeBytes(of: number.littleEndian, toByteOffset: 0, as: UInt64.self)
            room.storeBytes(of: last.littleEndian, toByteOffset: 8, as: UInt64.self)
            room.storeBytes(of: version.littleEndian, toByteOffset: 16, as: UInt32.self)
            return try body(RawSpan(_unsafeBytes: UnsafeRawBufferPointer(room)))
        }
    }
}

// MARK: - Rows
extension Tables {
    func lastPosition(in transaction: borrowing some Readable & ~Copyable) throws -> Position {
        var cursor = try transaction.cursor(in: events)
        return try cursor.last() ? cursor.key : 0
    }

    /// A stream's head; nil for a stream that does not exist.
    func head(of stream: StreamName, in transaction: borrowing some Readable & ~Copyable) throws -> Head? {
        guard stream.description.utf8.count <= StreamName.bytesMax, !stream.description.isEmpty else { return nil }
        guard let row = try transaction.value(for: stream.description.utf8.span.bytes, in: heads) else { return nil }
        guard let head = Head(row) else { throw LedgerError.damaged("the head of the stream \(stream) is damaged") }
        return head
    }

    func commitHeader(at first: Position, in transaction: borrowing some Readable & ~Copyable) throws -> CommitHeader? {
        guard let row = try transaction.value(for: first, in: commits) else { return nil }
        guard let header = CommitHeader(row) else { throw LedgerError.damaged("the commit at @\(first) is damaged") }
        return header
    }

    /// The commit that holds the last position at or before this one.
    func commitHeader(holding position: Position, in transaction: borrowing some Readable & ~Copyable) throws
        -> CommitHeader?
    {
        var cursor = try transaction.cursor(in: commits)
        guard try cursor.seek(atOrBefore: position) else { return nil }
        guard let header = CommitHeader(cursor.value) else {
            throw LedgerError.damaged("the commit at @\(cursor.key) is damaged")
        }
        return header
    }

    /// A commit by its id.
    func commitHeader(_ id: CommitID, in transaction: borrowing some Readable & ~Copyable) throws -> CommitHeader? {
        guard let first = try number(for: id.bytes, in: commitIDs, transaction) else { return nil }
        guard let header = try commitHeader(at: first, in: transaction) else {
            throw LedgerError.damaged("the commit id \(id) leads to no commit")
        }
        return header
    }

    /// The highest id of any commit; nil for an empty log.
    func highestCommitID(in transaction: borrowing some Readable & ~Copyable) throws -> CommitID? {
        var cursor = try transaction.cursor(in: commitIDs)
        guard try cursor.last() else { return nil }
        guard let id = CommitID(cursor.key) else { throw LedgerError.damaged("a commit id is damaged") }
        return id
    }

    /// What an index says; nil if it says nothing.
    func number(
        for key: [UInt8], in index: BytesTable, _ transaction: borrowing some Readable & ~Copyable
    ) throws -> UInt64? {
        guard let row = try transaction.value(for: key.span.bytes, in: index) else { return nil }
        guard row.byteCount == 8 else { throw LedgerError.damaged("the index row \(key.hex) is damaged") }
        return row.littleEndian(at: 0)
    }

    func frontier(in transaction: borrowing some Readable & ~Copyable) throws -> MerkleFrontier {
        guard let row = try transaction.value(for: "tree".utf8.span.bytes, in: meta) else { return MerkleFrontier() }
        guard let frontier = MerkleFrontier(row) else { throw LedgerError.damaged("the tree's frontier is damaged") }
        return frontier
    }

    /// How far the log has come.
    func checkpoint(origin: String, in transaction: borrowing some Readable & ~Copyable) throws -> Ledger.Checkpoint {
        let frontier = try frontier(in: transaction)
        return Ledger.Checkpoint(origin: origin, size: frontier.size, root: frontier.root)
    }

    func origin(in transaction: borrowing some Readable & ~Copyable) throws -> String? {
        guard let row = try transaction.value(for: "origin".utf8.span.bytes, in: meta) else { return nil }
        return String(decoding: row.copied, as: UTF8.self)
    }
}

// MARK: - Events
extension Tables {
    /// One event as the port gives it.
    ///
    /// - Parameter names: the names of streams met so far, by number.
    func event(
        _ bytes: RawSpan, at position: Position, names: inout [Position: StreamName],
        in transaction: borrowing some Readable & ~Copyable
    ) throws -> RecordedEvent {
        guard let record = Record(bytes), record.header.position == position else {
            throw LedgerError.damaged("the record at @\(position) is damaged")
        }
        let header = record.header
        return RecordedEvent(
            position: position, stream: try name(of: header.stream, names: &names, in: transaction),
            version: header.version, previous: header.previous, commit: header.commit, index: UInt32(header.index),
            type: header.type, revision: header.revision, kind: record.kind, time: header.time, actor: record.actor,
            causation: header.causation, payload: record.payload.copied)
    }

    /// The events from one position to another, in order.
    func events(
        _ range: ClosedRange<Position>, in transaction: borrowing some Readable & ~Copyable
    ) throws -> [RecordedEvent] {
        var events: [RecordedEvent] = []
        var names: [Position: StreamName] = [:]
        var cursor = try transaction.cursor(in: self.events)
        var more = try cursor.seek(atOrAfter: range.lowerBound)
        while more, cursor.key <= range.upperBound {
            events.append(try event(cursor.value, at: cursor.key, names: &names, in: transaction))
            more = try cursor.next()
        }
        return events
    }

    private func name(
        of number: Position, names: inout [Position: StreamName],
        in transaction: borrowing some Readable & ~Copyable
    ) throws -> StreamName {
        if let name = names[number] { return name }
        let name = try name(of: number, in: transaction)
        names[number] = name
        return name
    }

    /// The name of a stream by its number.
    func name(of number: Position, in transaction: borrowing some Readable & ~Copyable) throws -> StreamName {
        guard let bytes = try transaction.value(for: number, in: events), let first = Record(bytes),
            first.header.version == 1
        else { throw LedgerError.damaged("the stream number \(number) leads to no first event") }
        return StreamName(first.name)
    }
}
