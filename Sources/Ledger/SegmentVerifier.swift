import EventSourcing
import LMDB
import Wire

/// Reads one part of the log as a stranger would, trusting nothing that can be computed.
///
/// Parts are independent of each other, so they can be read on all cores; `Verifier` joins what they found.
struct SegmentVerifier: ~Copyable {
    /// Events of a part: those under one node of the tree's second level.
    static let eventsMax: UInt64 = 65_536
    /// Events that are read under one transaction: a long reader makes the file grow.
    static let eventsPerLease: UInt64 = 8_192

    /// Two events whose places in memory differ by this lie on different pages of LMDB's.
    static let smallestPageBytes: UInt = 4_096

    /// What one part has to say.
    struct Findings: Sendable {
        var problems = Ledger.Verification()
        /// The tree over this part alone.
        var tree = MerkleFrontier()
        /// The tree over this part up to the checkpoint, if that ends here.
        var treeAtCheckpoint: MerkleFrontier?
        var commits = 0
        /// Streams that begin here.
        var begun = 0
        /// What this part holds of each stream, by number.
        var spans: [Position: Span] = [:]
    }

    /// The events of one stream in one part.
    struct Span: Sendable {
        let first: Position
        let previous: Position
        let firstVersion: StreamVersion
        var last: Position
        var lastVersion: StreamVersion
    }

    private var found = Findings()
    private let tables: Tables
    private let range: ClosedRange<Position>
    private let checkpointSize: Position?
    /// The page of the event before, in memory.
    private var lastPage: UInt = 0
    /// The commit that the next event belongs to; nil where none could be read.
    private var commit: CommitHeader?
    /// The digest of the commit before the next one.
    private var lastCommit = Wire.Digest.zero
    /// The leaves of the commit that is being read, if it began in this part.
    private var leaves: [UInt8] = []
    private var isOwnCommit = false
    /// The problems found before the present block of 256 leaves, and before the present commit.
    private var problemsBeforeBlock = 0
    private var problemsBeforeCommit = 0

    private init(_ tables: Tables, _ range: ClosedRange<Position>, checkpointSize: Position?) {
        self.tables = tables
        self.range = range
        self.checkpointSize = checkpointSize
    }

    /// - Parameter range: begins behind a multiple of `eventsMax`.
    static func verify(
        _ environment: Environment, _ tables: Tables, _ range: ClosedRange<Position>, checkpointSize: Position?
    ) throws -> Findings {
        var verifier = SegmentVerifier(tables, range, checkpointSize: checkpointSize)
        var next = range.lowerBound
        while next <= range.upperBound {
            next = try environment.read { try verifier.read(from: next, in: $0) }
        }
        try environment.read { try verifier.finish(in: $0) }
        return verifier.found
    }

    /// The same within a transaction that is there.
    static func verify(
        in transaction: borrowing ReadTransaction, _ tables: Tables, _ range: ClosedRange<Position>,
        checkpointSize: Position?
    ) throws -> Findings {
        var verifier = SegmentVerifier(tables, range, checkpointSize: checkpointSize)
        var next = range.lowerBound
        while next <= range.upperBound { next = try verifier.read(from: next, in: transaction) }
        try verifier.finish(in: transaction)
        return verifier.found
    }
}

// MARK: - Events
extension SegmentVerifier {
    /// Reads some events, and returns the position to go on from.
    private mutating func read(from start: Position, in transaction: borrowing ReadTransaction) throws -> Position {
        if start == range.lowerBound { try begin(in: transaction) }
        var events = try transaction.cursor(in: tables.events)
        var more = try events.seek(atOrAfter: start)
        let end = min(range.upperBound, start + Self.eventsPerLease - 1)
        var position = start
        while position <= end {
            if commit == nil { try beginCommit(at: position, in: transaction) }
            if more, events.key == position {
                events.prefetch()
                try checkLookup(of: position, at: events.value.address, in: transaction)
                if let record = Record(events.value), record.header.position == position {
                    check(record)
                    try take(record.leaf, at: position, in: transaction)
                } else {
                    note("the record is damaged", at: position)
                    try take(.zero, at: position, in: transaction)
                }
                more = try events.next()
            } else {
                note("the event is missing", at: position)
                try take(.zero, at: position, in: transaction)
            }
            position += 1
        }
        return position
    }

    /// Readers also come from the root to a page, so each page must be found that way: its first event is looked up.
    private mutating func checkLookup(
        of position: Position, at address: UInt, in transaction: borrowing ReadTransaction
    ) throws {
        let page = address / Self.smallestPageBytes
        defer { lastPage = page }
        guard page != lastPage else { return }
        if try transaction.value(for: position, in: tables.events)?.address != address {
            note("the event is not found by its position", at: position)
        }
    }

    private mutating func begin(in transaction: borrowing ReadTransaction) throws {
        guard range.lowerBound > 1 else { return }
        guard let before = try tables.commitHeader(holding: range.lowerBound - 1, in: transaction) else { return }
        if before.last >= range.lowerBound { commit = before }
        lastCommit = before.digest
    }

    private mutating func take(
        _ leaf: Wire.Digest, at position: Position, in transaction: borrowing ReadTransaction
    ) throws {
        if isOwnCommit { leaves.append(leaf) }
        var nodes: [MerkleNode] = []
        found.tree.append(leaf) { nodes.append($0) }
        if !nodes.isEmpty { try compare(nodes, in: transaction) }
        if position == checkpointSize { found.treeAtCheckpoint = found.tree }
        if let commit, commit.last == position { endCommit(commit) }
    }

    /// The nodes that are kept, against those computed. A block with a problem of its own has a node that differs.
    private mutating func compare(_ nodes: [MerkleNode], in transaction: borrowing ReadTransaction) throws {
        for node in nodes {
            let index = node.index + (range.lowerBound - 1) >> UInt64(node.level * MerkleNode.heightsPerLevel)
            let kept = try tables.node(MerkleNode.key(level: node.level, index: index), in: transaction)
            if kept != node.hash, found.problems.count == problemsBeforeBlock {
                note("the tree's node \(node.level)/\(index) differs from its events")
            }
        }
        problemsBeforeBlock = found.problems.count
    }

    mutating func note(_ words: String, at position: Position? = nil) {
        found.problems.note(words, at: position)
    }
}

// MARK: - Commits
extension SegmentVerifier {
    private mutating func beginCommit(at position: Position, in transaction: borrowing ReadTransaction) throws {
        guard let header = try tables.commitHeader(at: position, in: transaction), header.first == position else {
            note("no commit begins here", at: position)
            return
        }
        if header.before != lastCommit { note("the commit is not chained to the one before", at: position) }
        if try tables.number(for: header.id.bytes, in: tables.commitIDs, transaction) != position {
            note("the commit id \(header.id) does not lead to its commit", at: position)
        }
        commit = header
        isOwnCommit = true
        leaves.removeAll(keepingCapacity: true)
        problemsBeforeCommit = found.problems.count
        found.commits += 1
    }

    private mutating func endCommit(_ commit: CommitHeader) {
        if isOwnCommit, found.problems.count == problemsBeforeCommit, Wire.Digest.of(leaves) != commit.leaves {
            let events =
                commit.count == 1 ? "the event is not the one" : "one of the events up to @\(commit.last) is not"
            note("\(events) that was committed", at: commit.first)
        }
        lastCommit = commit.digest
        self.commit = nil
        isOwnCommit = false
    }

    /// A commit that began here and ends in the next part: its other leaves are computed here too.
    private mutating func finish(in transaction: borrowing ReadTransaction) throws {
        guard let commit, isOwnCommit else { return }
        var position = range.upperBound + 1
        while position <= commit.last {
            guard let bytes = try transaction.value(for: position, in: tables.events), let record = Record(bytes) else {
                note("the commit at @\(commit.first) has lost its end")
                return
            }
            leaves.append(record.leaf)
            position += 1
        }
        endCommit(commit)
    }
}

// MARK: - One record
extension SegmentVerifier {
    private mutating func check(_ record: borrowing Record) {
        let header = record.header
        if let commit {
            let isPlaced =
                header.commit == commit.first && Position(header.index) == header.position - commit.first
                && header.time == commit.time
            if !isPlaced { note("the record does not belong to its commit", at: header.position) }
        }
        if header.causation >= header.position {
            note("the event is caused by one that is not before it", at: header.position)
        }
        if header.version == 1 {
            found.begun += 1
            if header.stream != header.position || header.previous != 0 || header.nameLength == 0 {
                note("the stream's first event is damaged", at: header.position)
            }
        } else if header.nameLength != 0 {
            note("the event names its stream a second time", at: header.position)
        }
        checkThread(header)
    }

    private mutating func checkThread(_ header: RecordHeader) {
        guard var span = found.spans[header.stream] else {
            found.spans[header.stream] = Span(
                first: header.position, previous: header.previous, firstVersion: header.version, last: header.position,
                lastVersion: header.version)
            return
        }
        if header.previous != span.last || header.version != span.lastVersion + 1 {
            note("the thread of its stream is broken", at: header.position)
        }
        span.last = header.position
        span.lastVersion = header.version
        found.spans[header.stream] = span
    }
}
