import EventSourcing
import LMDB
import Wire

/// Writes batches of commits, each batch in one transaction. Lives on the writer thread alone.
struct LogWriter: ~Copyable {
    private let environment: Environment
    private let tables: Tables
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
    /// Room for the leaves of one commit, and for the places of its streams in `heads`.
    private var leaves: [UInt8] = []
    private var slots: [Int] = []
    /// Why nothing is taken any more; nil while all is well.
    private(set) var stopped: String?

    init(environment: Environment, tables: Tables) {
        self.environment = environment
        self.tables = tables
    }

    /// The position of the last event, as of the last batch.
    var head: Position { tree.size }

    /// Writes a batch, and settles every commit of it. All that was taken is flushed.
    ///
    /// - Parameter claim: asked once the writers' lock is held, which may take long: whether the batch is still ours.
    /// - Returns: false if it was not; then nothing was written or settled.
    @discardableResult
    mutating func write(_ batch: ArraySlice<PendingCommit>, claim: () -> Bool = { true }) -> Bool {
        if let stopped {
            guard claim() else { return false }
            settle(batch, .unavailable(stopped))
            return true
        }
        let before = try? environment.info().lastTransaction
        var isClaimed = false
        var isWhole = false
        do {
            try environment.write { transaction in
                isClaimed = claim()
                guard isClaimed else { throw GivenUp() }
                try refresh(in: transaction)
                for pending in batch { try take(pending, in: &transaction) }
                try storeEnd(in: &transaction)
                isWhole = true
            }
            heads.shrink()
        } catch {
            isFresh = false
            guard isClaimed || claim() else { return false }
            settle(batch, isWhole ? failedCommit(error, after: before) : .unavailable("\(error)"))
        }
        return true
    }

    /// The batch was answered while the writer waited for its lock.
    private struct GivenUp: Error {}

    private func settle(_ batch: ArraySlice<PendingCommit>, _ failure: AppendFailure) {
        for pending in batch { pending.settle(.failure(failure)) }
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
    /// Another process may have appended or merged runs since the last batch: then everything cached is old.
    private mutating func refresh(in transaction: borrowing WriteTransaction) throws {
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
        try putHeader(of: commit, first: first, isHighest: isHighest, in: &transaction)
        for artifact in new.artifacts { try put(artifact.bytes, artifact.digest, in: &transaction) }
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
        }
        leaves.append(leaf)
        try tree.append(leaf) { node in
            try node.hash.withBytes { bytes in
                try transaction.put(RawSpan(_unsafeBytes: bytes), for: node.key, in: tables.nodes)
            }
        }
    }

    private mutating func putHeader(
        of commit: NewCommit, first: Position, isHighest: Bool, in transaction: inout WriteTransaction
    ) throws {
        let header = CommitHeader(
            count: UInt32(tree.size - first + 1), first: first, time: commit.time, id: commit.id, before: lastCommit,
            leaves: Wire.Digest.of(leaves))
        try header.withBytes { bytes in
            try transaction.append(bytes, for: first, to: tables.commits)
            lastCommit = bytes.withUnsafeBytes { Wire.Digest.of($0) }
        }
        let value = InlineArray<1, Position>(repeating: first.littleEndian)
        try commit.id.withBytes { key in
            if isHighest {
                try transaction.append(value.span.bytes, for: key, to: tables.commitIDs)
            } else {
                try transaction.put(value.span.bytes, for: key, in: tables.commitIDs)
            }
        }
        if isHighest { highestID = commit.id }
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
