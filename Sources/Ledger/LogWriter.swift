import EventSourcing
import LMDB
import Wire

/// Writes batches of commits, each batch in one transaction. Lives on the writer thread alone.
struct LogWriter: ~Copyable {
    private let environment: Environment
    private let tables: Tables
    private let hasStopped: (String) -> Void
    private var heads = HeadCache()
    private var tree = MerkleFrontier()
    private var lastCommit = Wire.Digest.zero
    /// The highest id of any commit: one behind it is certainly new.
    private var highestID: CommitID?
    private var nextArtifact: UInt64 = 1
    private var runs = ArtifactRuns()
    /// The artifacts that are in no run yet.
    private var tail: [Wire.Digest: UInt64] = [:]
    /// Nothing is known of the file before the first batch.
    private var isFresh = false
    private var journal: Journal
    /// The batch that is being written, for the journal.
    private var entry = JournalEntry()
    /// Room for the leaves of one commit, and for the places of its streams in `heads`.
    private var leaves: [UInt8] = []
    private var slots: [Int] = []
    /// Why nothing is taken any more; nil while all is well.
    private(set) var stopped: String?

    /// - Parameters:
    ///   - folder: that of the journal.
    ///   - hasStopped: told why nothing is taken any more, before any caller is.
    init(
        environment: Environment, tables: Tables, folder: String, hasStopped: @escaping (String) -> Void = { _ in }
    ) {
        self.hasStopped = hasStopped
        self.environment = environment
        self.tables = tables
        journal = Journal(in: folder)
    }

    /// The position of the last event, as of the last batch.
    var head: Position { tree.size }

    /// What the writer asks of whoever feeds it.
    protocol Feed {
        /// Whether batches are to be made durable in the journal, while the transaction goes on.
        var usesJournal: Bool { get }
        /// Asked once the writers' lock is held, which may take long: what is to be written; nil if nothing is left.
        mutating func claim() -> ArraySlice<PendingCommit>?
        /// These commits are settled, and what was taken of them is durable: their callers can be told.
        ///
        /// - Parameters:
        ///   - head: the last position that is durable.
        ///   - isVisible: whether it can be read; if not, it can once the transaction has ended.
        mutating func acknowledge(_ batch: ArraySlice<PendingCommit>, head: Position, isVisible: Bool)
        /// What has arrived meanwhile, for the same transaction; nil to end it.
        mutating func next() -> ArraySlice<PendingCommit>?
    }

    /// Writes what it is fed in one transaction, and settles every commit of it.
    ///
    /// - Returns: whether the transaction was committed. If not, what was acknowledged is in the journal alone.
    @discardableResult
    mutating func write(_ feed: inout some Feed) -> Bool {
        var batch: ArraySlice<PendingCommit> = []
        if let stopped {
            settle(feed.claim() ?? [], .unavailable(stopped), &feed)
            return false
        }
        let before = try? environment.info().lastTransaction
        var (isClaimed, isWhole) = (false, false)
        do {
            try environment.write { transaction in
                isClaimed = true
                guard let claimed = feed.claim() else { throw GivenUp() }
                batch = claimed
                try refresh(in: &transaction)
                while !batch.isEmpty {
                    let first = tree.size + 1
                    try take(batch, in: &transaction)
                    guard feed.usesJournal, makeDurable(first: first) else { break }
                    feed.acknowledge(batch, head: tree.size, isVisible: false)
                    batch = feed.next() ?? []
                }
                try storeEnd(in: &transaction)
                isWhole = true
            }
        } catch {
            isFresh = false
            if !isClaimed { batch = feed.claim() ?? [] }
            var failure = isWhole ? failedCommit(error, after: before) : .unavailable("\(error)")
            if journal.isBroken {
                // The batch may be found in the journal by whoever opens the ledger next.
                stop("\(error). Nothing is taken until the ledger has been opened again")
                failure = .outcomeUnknown("\(error)")
            }
            settle(batch, failure, &feed)
            return false
        }
        heads.shrink()
        journal.rewind()
        feed.acknowledge(batch, head: tree.size, isVisible: true)
        return true
    }

    /// The batch was answered while the writer waited for its lock.
    private struct GivenUp: Error {}

    /// Takes in what was acknowledged and is not in the log, after a crash.
    ///
    /// - Throws: what LMDB throws; what the journal holds then stays there.
    mutating func recover() throws {
        try environment.write { transaction in
            try refresh(in: &transaction)
            try storeEnd(in: &transaction)
        }
        journal.rewind()
    }

    /// Takes nothing any more.
    mutating func stop(_ words: String) {
        stopped = words
        hasStopped(words)
    }

    private mutating func take(_ batch: ArraySlice<PendingCommit>, in transaction: inout WriteTransaction) throws {
        entry.removeAll()
        for pending in batch { try take(pending, in: &transaction) }
    }

    /// Whether the batch is durable now, without LMDB's commit. If the journal fails, that commit makes up for it.
    private mutating func makeDurable(first: Position) -> Bool {
        if entry.isEmpty { return true }
        guard !entry.isTooLarge, journal.hasRoom(for: entry.byteCount) else { return false }
        return (try? journal.append(entry, first: first)) != nil
    }

    private func settle(_ batch: ArraySlice<PendingCommit>, _ failure: AppendFailure, _ feed: inout some Feed) {
        for pending in batch { pending.settle(.failure(failure)) }
        feed.acknowledge(batch, head: 0, isVisible: true)
    }

    /// After a failed commit nothing is acknowledged until the ledger has been opened again: the kernel may have
    /// dropped pages that it could not write, and would call the next flush a success.
    private mutating func failedCommit(_ error: any Error, after before: Int?) -> AppendFailure {
        stop("\(error). Nothing is taken until the ledger has been opened again")
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
    /// Another process may have written since the last transaction, or died before its own was committed.
    private mutating func refresh(in transaction: inout WriteTransaction) throws {
        try reread(in: transaction)
        for lost in try journal.lostCommits(behind: tree.size, lastCommit) { try put(lost, in: &transaction) }
    }

    /// If another process has appended or merged runs, everything cached is old.
    private mutating func reread(in transaction: borrowing WriteTransaction) throws {
        let last = try tables.lastPosition(in: transaction)
        guard try !isFresh || last != tree.size || tables.runs(in: transaction) != runs else { return }
        heads.removeAll()
        tree = try tables.frontier(in: transaction)
        guard tree.size == last else {
            throw LedgerError.damaged("the tree has \(tree.size) leaves and the log \(last) events")
        }
        lastCommit = try tables.commitHeader(holding: last, in: transaction)?.digest ?? .zero
        highestID = try tables.highestCommitID(in: transaction)
        runs = try tables.runs(in: transaction)
        tail.removeAll(keepingCapacity: true)
        nextArtifact = runs.indexed + 1
        try tables.forEachArtifact(behind: runs.indexed, in: transaction) { entry in
            tail[entry.digest] = entry.sequence
            nextArtifact = entry.sequence + 1
        }
        isFresh = true
    }

    private mutating func storeEnd(in transaction: inout WriteTransaction) throws {
        var isMoved = false
        try heads.forEachMoved { stream, head in
            isMoved = true
            try head.withBytes { row in
                try transaction.put(row, for: stream.description.utf8.span.bytes, in: tables.heads)
            }
        }
        guard isMoved else { return }
        try transaction.put(tree.bytes.span.bytes, for: "tree".utf8.span.bytes, in: tables.meta)
        try storeRun(in: &transaction)
    }
}

// MARK: - One commit
extension LogWriter {
    /// Everything is checked before anything is put, so a refused commit harms no other of its batch.
    private mutating func take(_ pending: PendingCommit, in transaction: inout WriteTransaction) throws {
        let new = pending.prepared
        let commit = new.commit
        let isHighest = highestID.map { $0 < commit.id } ?? true
        if !isHighest, let taken = try tables.commitHeader(commit.id, in: transaction) {
            return pending.settle(asRepeatOf: try tables.events(taken.first...taken.last, in: transaction))
        }
        try findHeads(of: commit, in: transaction)
        if let failure = check(commit) { return pending.settle(.failure(failure)) }
        let first = tree.size + 1
        leaves.removeAll(keepingCapacity: true)
        entry.beginCommit()
        var index = 0
        for (place, append) in commit.appends.enumerated() {
            var head = heads[slots[place]]
            pending.note(before: head.version, of: place)
            for _ in append.events {
                try put(new.events[index], of: new, to: append.stream, at: &head, first: first, in: &transaction)
                index += 1
            }
            heads[slots[place]] = head
        }
        let header = CommitHeader(
            count: UInt32(tree.size - first + 1), first: first, time: commit.time, id: commit.id, before: lastCommit,
            leaves: Wire.Digest.of(leaves))
        try put(header, isHighest: isHighest, in: &transaction)
        for artifact in new.artifacts { try put(artifact.bytes, artifact.digest, in: &transaction) }
        header.withBytes { entry.endCommit($0, artifacts: new.artifacts) }
        pending.settle(.success(PendingCommit.Taken(first: first, last: tree.size)))
    }

    /// Finds the heads of the commit's streams: first those that it appends to, then those of its guards.
    private mutating func findHeads(of commit: NewCommit, in transaction: borrowing WriteTransaction) throws {
        slots.removeAll(keepingCapacity: true)
        for append in commit.appends {
            slots.append(try heads.slot(of: append.stream) { try tables.head(of: append.stream, in: transaction) })
        }
        for condition in commit.guards {
            slots.append(
                try heads.slot(of: condition.stream) { try tables.head(of: condition.stream, in: transaction) })
        }
    }

    private func check(_ commit: NewCommit) -> AppendFailure? {
        for (place, append) in commit.appends.enumerated()
        where UInt64(heads[slots[place]].version) + UInt64(append.events.count) > UInt64(StreamVersion.max) {
            return .invalid("the stream \(append.stream) is full")
        }
        return PreparedCommit.check(commit, head: tree.size) { heads[slots[$0]].version }
    }

    private mutating func put(
        _ event: PreparedCommit.Event, of commit: PreparedCommit, to stream: StreamName, at head: inout Head,
        first: Position, in transaction: inout WriteTransaction
    ) throws {
        let position = tree.size + 1
        let isNew = head.version == 0
        if isNew { head.number = position }
        head.version += 1
        let place = RecordPlace(
            position: position, stream: head.number, previous: head.last, commit: first,
            causation: event.cause < 0 ? 0 : first + Position(event.cause), version: head.version)
        head.last = position
        let name = isNew ? stream.description : ""
        let nameLength = name.utf8.count
        let headLength = RecordHeader.byteCount + commit.commit.actor.utf8.count
        var leaf = Wire.Digest.zero
        try transaction.append(
            position, byteCount: headLength + nameLength + event.payloadLength, to: tables.events
        ) { room in
            commit.image.withUnsafeBytes { image in
                let record = UnsafeRawBufferPointer(rebasing: image[event.start...])
                room.copyMemory(from: UnsafeRawBufferPointer(rebasing: record[..<RecordHeader.byteCount]))
                place.stamp(room, nameLength: UInt8(nameLength))
                let rest = UnsafeMutableRawBufferPointer(rebasing: room[RecordHeader.byteCount...])
                if isNew { rest.copyBytes(from: name.utf8) }
                UnsafeMutableRawBufferPointer(rebasing: rest[nameLength...]).copyMemory(
                    from: UnsafeRawBufferPointer(
                        rebasing: record[RecordHeader.byteCount..<headLength + event.payloadLength]))
            }
            let head = RawSpan(_unsafeBytes: UnsafeRawBufferPointer(rebasing: room[..<(headLength + nameLength)]))
            leaf = Merkle.leaf(head: head, payload: event.payloadDigest)
            entry.append(record: UnsafeRawBufferPointer(room))
        }
        try put(leaf, in: &transaction)
    }

    private mutating func put(_ leaf: Wire.Digest, in transaction: inout WriteTransaction) throws {
        leaves.append(leaf)
        try tree.append(leaf) { node in
            try node.hash.withBytes { bytes in
                try transaction.put(RawSpan(_unsafeBytes: bytes), for: node.key, in: tables.nodes)
            }
        }
    }

    private mutating func put(
        _ header: CommitHeader, isHighest: Bool, in transaction: inout WriteTransaction
    ) throws {
        try header.withBytes { bytes in
            try transaction.append(bytes, for: header.first, to: tables.commits)
            lastCommit = bytes.withUnsafeBytes { Wire.Digest.of($0) }
        }
        let value = InlineArray<1, Position>(repeating: header.first.littleEndian)
        try header.id.withBytes { key in
            if isHighest {
                try transaction.append(value.span.bytes, for: key, to: tables.commitIDs)
            } else {
                try transaction.put(value.span.bytes, for: key, in: tables.commitIDs)
            }
        }
        if isHighest { highestID = header.id }
    }
}

// MARK: - What the journal kept
extension LogWriter {
    /// Puts a commit that was acknowledged before a crash, byte for byte.
    private mutating func put(_ lost: JournalEntry.Commit, in transaction: inout WriteTransaction) throws {
        let bytes = lost.record.bytes
        guard let header = CommitHeader(bytes.span.bytes.extracting(0..<CommitHeader.byteCount)) else {
            throw LedgerError.damaged("the journal holds no commit at @\(lost.record.first)")
        }
        leaves.removeAll(keepingCapacity: true)
        var offset = CommitHeader.byteCount
        while offset < bytes.count {
            let rest = bytes.span.bytes.extracting(offset..<bytes.count)
            let length = RecordHeader(rest).recordLength
            try put(rest.extracting(0..<length), in: &transaction)
            offset += length
        }
        let isHighest = highestID.map { $0 < header.id } ?? true
        try put(header, isHighest: isHighest, in: &transaction)
        for artifact in lost.artifacts { try put(artifact, Wire.Digest.of(artifact), in: &transaction) }
    }

    private mutating func put(_ bytes: RawSpan, in transaction: inout WriteTransaction) throws {
        guard let record = Record(bytes) else { throw LedgerError.damaged("the journal holds a damaged record") }
        let header = record.header
        let leaf = record.leaf
        let name = header.version == 1 ? StreamName(record.name) : try tables.name(of: header.stream, in: transaction)
        let slot = try heads.slot(of: name) { try tables.head(of: name, in: transaction) }
        var head = heads[slot]
        guard header.position == tree.size + 1, header.previous == head.last, header.version == head.version + 1 else {
            throw LedgerError.damaged("the journal's @\(header.position) does not follow the stream \(name)")
        }
        try transaction.append(bytes, for: header.position, to: tables.events)
        try put(leaf, in: &transaction)
        if header.version == 1 { head.number = header.position }
        (head.last, head.version) = (header.position, header.version)
        heads[slot] = head
    }
}

// MARK: - Artifacts
extension LogWriter {
    private mutating func put(
        _ artifact: [UInt8], _ digest: Wire.Digest, in transaction: inout WriteTransaction
    ) throws {
        if tail[digest] != nil { return }
        if try tables.sequence(of: digest, in: runs, transaction) != nil { return }
        try transaction.append(nextArtifact, byteCount: 32 + artifact.count, to: tables.artifacts) { room in
            digest.withBytes { room.copyMemory(from: $0) }
            UnsafeMutableRawBufferPointer(rebasing: room[32...]).copyBytes(from: artifact)
        }
        tail[digest] = nextArtifact
        nextArtifact += 1
    }

    /// Puts the artifacts that are in no run into one, once there are enough of them.
    private mutating func storeRun(in transaction: inout WriteTransaction) throws {
        guard tail.count >= ArtifactRuns.entriesPerRunMin else { return }
        let entries = tail.map { ArtifactRuns.Entry(digest: $0.key, sequence: $0.value) }.sorted()
        try tables.write(runs.add(entries.count), entries, of: runs, in: &transaction)
        tail.removeAll(keepingCapacity: true)
    }

    /// Merges runs of artifacts if there are many, in a transaction of its own: nobody waits for it.
    ///
    /// A merge that fails harms nothing; it is tried again after the next batch.
    mutating func tidy() {
        guard stopped == nil, isFresh, let merged = runs.mergeable else { return }
        try? environment.write { transaction in
            // Another process may have merged meanwhile.
            guard try tables.runs(in: transaction) == runs else {
                isFresh = false
                return
            }
            try tables.merge(merged, of: &runs, in: &transaction)
        }
        isFresh = isFresh && (try? environment.read { try tables.runs(in: $0) }) == runs
    }
}
