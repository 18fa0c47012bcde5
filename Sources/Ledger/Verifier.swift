import Dispatch
import EventSourcing
import LMDB
import Synchronization
import Wire

/// Verifies a whole ledger on all cores, part by part, while others read and write.
///
/// What was appended before it began is read in parts, each under transactions of its own. What came after that, and
/// all that stands beside the records, is then compared within one transaction.
struct Verifier: ~Copyable {
    /// Cores that are used at most.
    static let coresMax = 16
    /// Artifacts that one core hashes at a time.
    static let artifactsPerPart: UInt64 = 256

    var found = Ledger.Verification()
    let environment: Environment
    let tables: Tables
    /// The end of each stream, by number.
    private var ends: [Position: End] = [:]
    private var begun = 0
    /// The tree over all full parts, with their roots as leaves, and over the last one.
    private var parts = MerkleFrontier()
    private var rest = MerkleFrontier()
    /// The tree's root when it was as large as the checkpoint.
    private var rootAtCheckpoint: Wire.Digest?

    private struct End {
        var last: Position
        var version: StreamVersion
    }

    private init(_ environment: Environment, _ tables: Tables, against checkpoint: Ledger.Checkpoint?) {
        self.environment = environment
        self.tables = tables
        found.checkpoint = checkpoint
    }

    static func verify(
        _ environment: Environment, _ tables: Tables, origin: String, against checkpoint: Ledger.Checkpoint?,
        cores: Int? = nil
    ) -> Ledger.Verification {
        let cores = min(max(1, cores ?? Files.cores), coresMax)
        var verifier = Verifier(environment, tables, against: checkpoint)
        do {
            try verifier.readParts(cores)
            try verifier.readArtifacts(cores)
            try environment.read { try verifier.readEnd(in: $0) }
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
    /// All full parts, on all cores.
    private mutating func readParts(_ cores: Int) throws {
        let (environment, tables, size) = (environment, tables, found.checkpoint?.size)
        let last = try environment.read { try readableEnd(in: $0) }
        let width = SegmentVerifier.eventsMax
        let results = Self.onAllCores(cores, count: Int(last / width)) { part in
            let start = UInt64(part) * width
            return try SegmentVerifier.verify(environment, tables, start + 1...start + width, checkpointSize: size)
        }
        for result in results { join(try result.get()) }
    }

    /// What is behind the full parts, and what must say the same as the records.
    private mutating func readEnd(in transaction: borrowing ReadTransaction) throws {
        let last = try readableEnd(in: transaction)
        let kept = try transaction.count(in: tables.events)
        let named = try tables.lastPosition(in: transaction)
        if Position(kept) != named { found.note("there are \(kept) events, and the last one is @\(named)") }
        while tree.size < last {
            let start = tree.size
            let end = min(last, start + SegmentVerifier.eventsMax)
            join(
                try SegmentVerifier.verify(
                    in: transaction, tables, start + 1...end, checkpointSize: found.checkpoint?.size))
        }
        if try tables.frontier(in: transaction) != tree { found.note("the tree's frontier differs from the events") }
        let nodes = (1..<8).reduce(0) { $0 + Int(tree.size >> UInt64($1 * MerkleNode.heightsPerLevel)) }
        for (what, count, wanted) in [
            ("nodes of the tree", try transaction.count(in: tables.nodes), nodes),
            ("commits", try transaction.count(in: tables.commits), found.commits),
            ("commit ids", try transaction.count(in: tables.commitIDs), found.commits),
        ] where count != wanted {
            found.note("there are \(count) \(what) and should be \(wanted)")
        }
        try readHeads(in: transaction)
        try readRuns(in: transaction)
    }

    /// How far there can be events: a damaged key may claim any position, and so many are never sought.
    private func readableEnd(in transaction: borrowing ReadTransaction) throws -> Position {
        min(try tables.lastPosition(in: transaction), Position(try transaction.count(in: tables.events)))
    }

    /// The tree over everything joined so far.
    private var tree: MerkleFrontier { Self.tree(parts, rest) }

    private static func tree(_ parts: MerkleFrontier, _ rest: MerkleFrontier) -> MerkleFrontier {
        MerkleFrontier(
            size: parts.size * SegmentVerifier.eventsMax + rest.size, subtrees: parts.subtrees + rest.subtrees)
    }

    /// Takes in a part, in the order of the log.
    private mutating func join(_ part: SegmentVerifier.Findings) {
        found.add(part.problems)
        found.commits += part.commits
        begun += part.begun
        for (number, span) in part.spans.sorted(by: { $0.value.first < $1.value.first }) { join(span, number) }
        if let tree = part.treeAtCheckpoint { rootAtCheckpoint = Self.tree(parts, tree).root }
        guard part.tree.size == SegmentVerifier.eventsMax, let root = part.tree.subtrees.first else {
            rest = part.tree
            return
        }
        parts.append(root)
    }

    private mutating func join(_ span: SegmentVerifier.Span, _ number: Position) {
        let end = ends[number]
        if span.previous != end?.last ?? 0 || span.firstVersion != (end?.version ?? 0) + 1 {
            found.note("the thread of its stream is broken", at: span.first)
        }
        ends[number] = End(last: span.last, version: span.lastVersion)
    }
}

// MARK: - Beside the log
extension Verifier {
    /// Each row of heads names another stream, and there are as many of one as of the other.
    private mutating func readHeads(in transaction: borrowing ReadTransaction) throws {
        var heads = try transaction.cursor(in: tables.heads)
        let kept = try transaction.count(in: tables.heads)
        var count = 0
        // Pages that lead to each other would be read for ever.
        while count <= kept, try heads.next() {
            count += 1
            let name = String(decoding: heads.key.copied, as: UTF8.self)
            guard let head = Head(heads.value), let end = ends[head.number],
                let bytes = try transaction.value(for: head.number, in: tables.events), let first = Record(bytes),
                first.name == name
            else {
                found.note("the stream \(name.debugDescription) is listed and has no such event")
                continue
            }
            if head.last != end.last || head.version != end.version {
                found.note("the head of the stream \(name) differs from its events", at: end.last)
            }
        }
        if count != begun || count != ends.count {
            found.note("\(count) streams are listed and there are \(max(begun, ends.count))")
        }
    }

    /// Every artifact's content, on all cores.
    private mutating func readArtifacts(_ cores: Int) throws {
        let (environment, tables) = (environment, tables)
        let (named, kept) = try environment.read { transaction in
            var cursor = try transaction.cursor(in: tables.artifacts)
            let named = try cursor.last() ? cursor.key : 0
            return (named, UInt64(try transaction.count(in: tables.artifacts)))
        }
        if named != kept { found.note("there are \(kept) artifacts, and the last one has the number \(named)") }
        let last = min(named, kept)
        let width = Self.artifactsPerPart
        let results = Self.onAllCores(cores, count: Int((last + width - 1) / width)) { part in
            let start = UInt64(part) * width
            return try environment.read { transaction in
                try Self.hash(start + 1...min(start + width, last), tables, in: transaction)
            }
        }
        for result in results {
            let part = try result.get()
            found.artifacts += part.artifacts
            found.artifactBytes += part.artifactBytes
            found.add(part)
        }
    }

    private static func hash(
        _ range: ClosedRange<UInt64>, _ tables: Tables, in transaction: borrowing ReadTransaction
    ) throws -> Ledger.Verification {
        var part = Ledger.Verification()
        // Row by row, as readers go, so that a row between two others is seen too.
        var cursor = try transaction.cursor(in: tables.artifacts)
        var more = try cursor.seek(atOrAfter: range.lowerBound)
        for sequence in range {
            if more, cursor.key == sequence, hash(cursor.value, into: &part) {
                more = try cursor.next()
            } else {
                part.note("the artifact number \(sequence) is missing or damaged")
                more = try cursor.seek(atOrAfter: sequence + 1)
            }
        }
        return part
    }

    /// False if this is no artifact's row.
    private static func hash(_ row: RawSpan, into part: inout Ledger.Verification) -> Bool {
        guard row.byteCount >= 32, let digest = Wire.Digest(row.extracting(0..<32)) else { return false }
        let content = row.extracting(32..<row.byteCount)
        part.artifacts += 1
        part.artifactBytes += content.byteCount
        let isWhole = content.withUnsafeBytes { Wire.Digest.of($0) } == digest
        if !isWhole { part.note("the artifact \(digest) is damaged") }
        return true
    }

    /// Each artifact is listed once: in a run, or behind the last one that is.
    private mutating func readRuns(in transaction: borrowing ReadTransaction) throws {
        let runs = try tables.runs(in: transaction)
        let kept = UInt64(try transaction.count(in: tables.artifacts))
        guard runs.indexed <= kept, UInt64(found.artifacts) <= kept else {
            found.note("\(runs.indexed) artifacts are listed and there are \(kept)")
            return
        }
        var listed = [Bool](repeating: false, count: Int(runs.indexed) + 1)
        var rows = 0
        for run in runs.runs {
            var last: ArtifactRuns.Entry?
            var count: UInt64 = 0
            for row in 0..<run.rows {
                rows += 1
                for entry in try tables.entries(ofRow: row, in: run, transaction) {
                    let isThere =
                        try tables.digest(ofArtifact: entry.sequence, in: transaction) == entry.digest
                        && entry.sequence < listed.count && !listed[Int(entry.sequence)]
                    if !isThere || last.map({ $0 >= entry }) == true {
                        found.note("the list of artifacts is wrong at \(entry.digest)")
                    } else {
                        listed[Int(entry.sequence)] = true
                    }
                    last = entry
                    count += 1
                }
            }
            if count != run.entries { found.note("the artifact run \(run.id) has \(count) of \(run.entries) entries") }
        }
        if rows != (try transaction.count(in: tables.artifactRuns)) { found.note("there are rows of no artifact run") }
    }
}

// MARK: - Cores
extension Verifier {
    /// Does pieces of work on some cores, and gives their results in order.
    static func onAllCores<Value: Sendable>(
        _ cores: Int, count: Int, _ work: @escaping @Sendable (Int) throws -> Value
    ) -> [Result<Value, any Error>] {
        let results = Mutex<[Result<Value, any Error>?]>(Array(repeating: nil, count: count))
        let next = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: min(cores, count)) { _ in
            while true {
                let piece = next.add(1, ordering: .relaxed).oldValue
                guard piece < count else { return }
                let result = Result { try work(piece) }
                results.withLock { $0[piece] = result }
            }
        }
        return results.withLock { $0.compactMap { $0 } }
    }
}
