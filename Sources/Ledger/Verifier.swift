import EventSourcing
import LMDB
import Wire

/// Reads a whole ledger as a stranger would, trusting nothing that can be computed.
struct Verifier: ~Copyable {
    private(set) var found = Ledger.Verification()
    private let tables: Tables
    private var tree = MerkleFrontier()
    /// The end of each stream, by number.
    private var ends: [Position: End] = [:]
    private var numbers: [String: Position] = [:]
    /// The commit that the next event belongs to; nil between two.
    private var commit: CommitHeader?
    private var lastCommit = Wire.Digest.zero
    /// The tree's root when it was as large as the checkpoint.
    private var rootAtCheckpoint: Wire.Digest?

    private struct End {
        let name: String
        var last: Position
        var version: StreamVersion
    }

    private init(_ tables: Tables, against checkpoint: Ledger.Checkpoint?) {
        self.tables = tables
        found.checkpoint = checkpoint
    }

    static func verify(
        _ environment: Environment, _ tables: Tables, origin: String, against checkpoint: Ledger.Checkpoint?
    ) -> Ledger.Verification {
        var verifier = Verifier(tables, against: checkpoint)
        do {
            try environment.read { transaction in
                try verifier.readLog(in: transaction)
                try verifier.readHeads(in: transaction)
                try verifier.readArtifacts(in: transaction)
            }
        } catch {
            verifier.found.note("reading stopped: \(error)")
        }
        verifier.compare(origin: origin)
        return verifier.found
    }

    private mutating func compare(origin: String) {
        found.events = tree.size
        found.root = tree.root
        found.streams = ends.count
        guard let checkpoint = found.checkpoint else { return }
        let root = checkpoint.size == 0 ? Merkle.emptyRoot : rootAtCheckpoint
        if let words = checkpoint.difference(origin: origin, head: tree.size, root: root) { found.note(words) }
    }
}

// MARK: - The log
extension Verifier {
    private mutating func readLog(in transaction: borrowing ReadTransaction) throws {
        var events = try transaction.cursor(in: tables.events)
        while try events.next() {
            let position = tree.size + 1
            guard events.key == position else {
                found.note("the event is missing", at: position)
                return
            }
            guard let record = Record(events.value), record.header.position == position else {
                found.note("the record is damaged", at: position)
                return
            }
            try check(record, in: transaction)
        }
        if let commit { found.note("the commit at @\(commit.first) has lost its end") }
        try checkEnd(in: transaction)
    }

    private mutating func check(_ record: borrowing Record, in transaction: borrowing ReadTransaction) throws {
        let position = record.header.position
        if commit == nil { try beginCommit(at: position, in: transaction) }
        checkPlace(record)
        checkThread(record)
        let leaf = record.leaf
        if try tables.leaf(at: position, in: transaction) != leaf {
            found.note("the record is not the one that was hashed", at: position)
        }
        tree.append(leaf)
        if position == found.checkpoint?.size { rootAtCheckpoint = tree.root }
        if let commit, commit.last == position { end(commit) }
    }

    private mutating func beginCommit(at position: Position, in transaction: borrowing ReadTransaction) throws {
        guard let header = try tables.commitHeader(at: position, in: transaction), header.first == position else {
            found.note("no commit begins here", at: position)
            return
        }
        if header.before != lastCommit { found.note("the commit is not chained to the one before", at: position) }
        if try tables.number(for: header.id.bytes, in: tables.commitIDs, transaction) != position {
            found.note("the commit id \(header.id) does not lead to its commit", at: position)
        }
        commit = header
        found.commits += 1
    }

    private mutating func end(_ commit: CommitHeader) {
        if commit.root != tree.root { found.note("the tree's root after the commit differs", at: commit.first) }
        lastCommit = commit.digest
        self.commit = nil
    }

    private mutating func checkPlace(_ record: borrowing Record) {
        let header = record.header
        if let commit {
            let isPlaced =
                header.commit == commit.first && Position(header.index) == header.position - commit.first
                && header.time == commit.time
            if !isPlaced { found.note("the record does not belong to its commit", at: header.position) }
        }
        if header.causation >= header.position {
            found.note("the event is caused by one that is not before it", at: header.position)
        }
    }

    private mutating func checkThread(_ record: borrowing Record) {
        let header = record.header
        guard header.version != 1 else { return beginStream(record) }
        guard let end = ends[header.stream], header.nameLength == 0 else {
            found.note("the event belongs to no stream", at: header.position)
            return
        }
        if header.previous != end.last || header.version != end.version + 1 {
            found.note("the thread of the stream \(end.name) is broken", at: header.position)
        }
        ends[header.stream]?.last = header.position
        ends[header.stream]?.version = header.version
    }

    private mutating func beginStream(_ record: borrowing Record) {
        let header = record.header
        let name = record.name
        if header.stream != header.position || header.previous != 0 || name.isEmpty {
            found.note("the stream's first event is damaged", at: header.position)
        }
        if numbers.updateValue(header.position, forKey: name) != nil {
            found.note("the stream \(name) begins a second time", at: header.position)
        }
        ends[header.position] = End(name: name, last: header.position, version: 1)
    }

    /// What stands beside the records and must say the same.
    private mutating func checkEnd(in transaction: borrowing ReadTransaction) throws {
        if try tables.frontier(in: transaction) != tree { found.note("the tree's frontier differs from the events") }
        for (what, count, wanted) in [
            ("leaves", try transaction.count(in: tables.leaves), Int(tree.size)),
            ("commits", try transaction.count(in: tables.commits), found.commits),
            ("commit ids", try transaction.count(in: tables.commitIDs), found.commits),
        ] where count != wanted {
            found.note("there are \(count) \(what) and should be \(wanted)")
        }
    }
}

// MARK: - Beside the log
extension Verifier {
    private mutating func readHeads(in transaction: borrowing ReadTransaction) throws {
        var heads = try transaction.cursor(in: tables.heads)
        var count = 0
        while try heads.next() {
            count += 1
            let name = String(decoding: heads.key.copied, as: UTF8.self)
            let head = Head(heads.value)
            guard let number = numbers[name], let end = ends[number] else {
                found.note("the stream \(name) is listed and has no event")
                continue
            }
            if head != Head(number: number, last: end.last, version: end.version) {
                found.note("the head of the stream \(name) differs from its events", at: end.last)
            }
        }
        if count != ends.count { found.note("\(count) streams are listed and there are \(ends.count)") }
    }

    private mutating func readArtifacts(in transaction: borrowing ReadTransaction) throws {
        var artifacts = try transaction.cursor(in: tables.artifacts)
        while try artifacts.next() {
            found.artifacts += 1
            let row = artifacts.value
            guard artifacts.key == UInt64(found.artifacts), row.byteCount >= 32,
                let digest = Wire.Digest(row.extracting(0..<32))
            else {
                found.note("the artifact number \(artifacts.key) is damaged")
                continue
            }
            let content = row.extracting(32..<row.byteCount)
            found.artifactBytes += content.byteCount
            let isWhole = content.withUnsafeBytes { Wire.Digest.of($0) } == digest
            if !isWhole { found.note("the artifact \(digest) is damaged") }
            if try tables.number(for: digest.bytes, in: tables.artifactIndex, transaction) != artifacts.key {
                found.note("the artifact \(digest) is not listed")
            }
        }
        let listed = try transaction.count(in: tables.artifactIndex)
        if listed != found.artifacts { found.note("\(listed) artifacts are listed and there are \(found.artifacts)") }
    }
}
