import EventSourcing
import LMDB
import Wire

extension Generation {
    /// Folds the next events of the log into the rows, in one write transaction.
    ///
    /// Only whole commits: who reads never sees half of one. If the fold stops at an event, the commits before it are
    /// kept.
    /// - Parameters:
    ///   - limit: the last position to take in; it ends a commit.
    ///   - timer: measures it.
    /// - Returns: the stamp as it is now.
    /// - Throws: `ViewFailure`; `stopped` after what came before the event was written.
    @discardableResult
    func foldBatch<P: Projection>(
        _ projection: P, from log: any EventLog, upTo limit: Position, boot: String?, _ timer: FoldTimer?
    ) throws -> Stamp {
        guard let timer else { return try foldBatch(projection, from: log, upTo: limit, boot: boot, timedBy: nil) }
        return try timer.batch { try foldBatch(projection, from: log, upTo: limit, boot: boot, timedBy: timer) }
    }

    private func foldBatch<P: Projection>(
        _ projection: P, from log: any EventLog, upTo limit: Position, boot: String?, timedBy timer: FoldTimer?
    ) throws -> Stamp {
        let (stamp, stop) = try environment.write { transaction in
            let stamp = try self.stamp(in: transaction) ?? Stamp(revision: P.revision)
            guard stamp.position < limit else { return (stamp, ViewFailure?.none) }
            // A new file has no rows that one would have to look for.
            let base: any RowSource =
                stamp.position == 0 ? MemoryRows() : KeptRows(generation: self, handle: transaction.handle)
            let batch = Batch(projection: projection, log: log, start: stamp.position, timer: timer)
            var rows = Rows(over: base)
            guard let stop = try batch.fold(upTo: limit, into: &rows) else {
                return (try write(&rows, behind: stamp, of: log, boot, in: &transaction), nil)
            }
            let failure = ViewFailure.stopped(
                view: view, position: stop.commit - 1, at: stop.place, reason: stop.reason)
            guard stop.commit - 1 > stamp.position else { return (stamp, failure) }
            // What came before it is folded once more, so that nothing of its commit is kept.
            var whole = Rows(over: base)
            if try batch.fold(upTo: stop.commit - 1, into: &whole) != nil { throw failure }
            return (try write(&whole, behind: stamp, of: log, boot, in: &transaction), failure)
        }
        if let stop { throw stop }
        return stamp
    }

    /// Writes what a batch changed, and how far it went.
    private func write(
        _ rows: inout Rows, behind before: Stamp, of log: any EventLog, _ boot: String?,
        in transaction: inout WriteTransaction
    ) throws -> Stamp {
        let last = before.position + Position(rows.distance)
        guard rows.distance > 0, let event = try log.events(after: last - 1, limit: 1).first else { return before }
        try BootMark.begin(path, boot: boot)
        try transaction.changeInOrder(self.rows) { kept in
            try rows.forEachChange { key, row in
                if let row {
                    try kept.put(row, for: key.utf8.span.bytes)
                } else {
                    try kept.delete(key.utf8.span.bytes)
                }
            }
        }
        try Trail.write(
            rows.steps, from: before.position, keys: rows.changedKeys, to: trail, in: &transaction)
        var stamp = before
        stamp.position = last
        stamp.fingerprint = Self.fingerprint(of: event)
        try setStamp(stamp, in: &transaction)
        return stamp
    }

    /// Tells two histories apart by their last events.
    static func fingerprint(of event: RecordedEvent) -> UInt64 {
        var fingerprint = Fingerprint(seed: event.position)
        fingerprint.add(event.stream.description.utf8.span.bytes)
        fingerprint.add(UInt64(event.version), UInt64(event.type))
        fingerprint.add(UInt64(bitPattern: event.time))
        fingerprint.add(event.payload.span.bytes)
        return fingerprint.value
    }
}

/// The rows of the last commit. The writer's lock is held, so nobody moves it meanwhile.
private struct KeptRows: RowSource, Readable {
    let generation: Generation
    /// Of the transaction that the batch is written in, which has changed no row yet and outlives the fold: to begin a
    /// transaction for each row would cost more than to find it.
    let handle: TransactionHandle

    func row(_ key: String) throws -> [UInt8]? {
        guard let bytes = try value(for: key.utf8.span.bytes, in: generation.rows) else { return nil }
        return bytes.withUnsafeBytes { Array($0) }
    }

    func rows(startingWith prefix: String, after: String?, limit: Int) throws -> [Row] {
        var found: [Row] = []
        try generation.forEachRow(startingWith: prefix, after: after) { key, row in
            found.append(Row(key: key, bytes: row.withUnsafeBytes { Array($0) }))
            return found.count < limit
        }
        return found
    }
}

/// The events that are folded in one go.
private struct Batch<P: Projection> {
    let projection: P
    let log: any EventLog
    let start: Position
    let timer: FoldTimer?

    /// An event that could not be applied.
    struct Stop {
        let commit: Position
        let place: EventPlace
        let reason: String

        init(_ event: borrowing EventView, reason: String) throws {
            commit = event.header.commit
            place = EventPlace(event.header, in: try event.stream())
            self.reason = reason
        }
    }

    /// Folds whole commits up to a position. Nil if every event could be applied.
    func fold(upTo limit: Position, into rows: inout Rows) throws -> Stop? {
        guard let timer else { return try walk(upTo: limit, into: &rows) }
        return try timer.walk { try walk(upTo: limit, into: &rows) }
    }

    private func walk(upTo limit: Position, into rows: inout Rows) throws -> Stop? {
        var filter = EventFilter()
        var stop: Stop?
        var commit: Position = 0
        let count = Int(clamping: limit - start)
        try log.forEachEvent(after: start, limit: count) { event in
            let header = event.header
            let distance = header.position - start
            // The batch is full, and a new commit begins.
            if distance > ViewStore.batchEventsMax, header.commit != commit { return false }
            commit = header.commit
            let sampler = timer.flatMap { distance % FoldTimer.eventsPerSample == 1 ? $0 : nil }
            var failure: (any Error)?
            if filter.lets(header.shape, to: projection) {
                do {
                    if let sampler {
                        try sampler.applying(event) { event in try projection.apply(event, to: &rows) }
                    } else {
                        try projection.apply(event, to: &rows)
                    }
                } catch {
                    failure = error
                }
            }
            if let failure = rows.failure ?? failure {
                stop = try Stop(event, reason: try Self.reason(failure))
                return false
            }
            if let sampler {
                sampler.settling { rows.settle(at: UInt32(distance)) }
            } else {
                rows.settle(at: UInt32(distance))
            }
            return true
        }
        return stop
    }

    /// A file that cannot be read is no fault of an event: it is thrown as it is.
    private static func reason(_ failure: any Error) throws -> String {
        if let failure = failure as? LMDBError { throw failure }
        return "\(failure)"
    }
}
