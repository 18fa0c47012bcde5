import EventSourcing
import LMDB

extension Generation {
    /// Folds the next events of the log into the rows, in one write transaction.
    ///
    /// Only whole commits: who reads never sees half of one. If the fold stops at an event, the commits before it are
    /// kept.
    /// - Parameter limit: the last position to take in.
    /// - Returns: the stamp as it is now.
    /// - Throws: `ViewFailure`; `stopped` after what came before the event was written.
    @discardableResult
    func foldBatch<P: Projection>(
        _ projection: P, from log: any EventLog, upTo limit: Position, boot: String?
    ) throws -> Stamp {
        let (stamp, stop) = try environment.write { transaction in
            var stamp = try self.stamp(in: transaction) ?? Stamp(revision: P.revision)
            let room = Int(clamping: limit.subtractingReportingOverflow(stamp.position).partialValue)
            guard stamp.position < limit else { return (stamp, ViewFailure?.none) }
            let events = try log.events(after: stamp.position, limit: min(room, ViewStore.batchEventsMax))
            var whole = Self.wholeCommits(of: events, isFull: events.count == ViewStore.batchEventsMax)[...]
            var rows = BatchRows(self)
            var stop: ViewFailure?
            if let (event, failure) = Self.fold(whole, with: projection, into: &rows) {
                stop = try stopped(at: event, by: failure, behind: stamp.position, in: whole)
                whole = whole.prefix { $0.commit != event.commit }
                rows = BatchRows(self)
                if let (event, failure) = Self.fold(whole, with: projection, into: &rows) {
                    throw try stopped(at: event, by: failure, behind: stamp.position, in: [])
                }
            }
            guard let last = whole.last else { return (stamp, stop) }
            try BootMark.begin(path, boot: boot)
            try rows.write(to: &transaction)
            stamp.position = last.position
            stamp.fingerprint = Self.fingerprint(of: last)
            try setStamp(stamp, in: &transaction)
            return (stamp, stop)
        }
        if let stop { throw stop }
        return stamp
    }

    /// Applies events in order. Returns the one that could not be applied, and why.
    private static func fold<P: Projection>(
        _ events: ArraySlice<RecordedEvent>, with projection: P, into rows: inout BatchRows
    ) -> (RecordedEvent, any Error)? {
        for event in events {
            do {
                try projection.apply(event, to: &rows)
            } catch {
                return (event, rows.failure ?? error)
            }
            if let failure = rows.failure { return (event, failure) }
            rows.settle(at: event.position)
        }
        return nil
    }

    /// A file that cannot be read is no fault of an event: it is thrown as it is.
    private func stopped(
        at event: RecordedEvent, by failure: any Error, behind position: Position, in events: ArraySlice<RecordedEvent>
    ) throws -> ViewFailure {
        if let failure = failure as? LMDBError { throw failure }
        let last = events.last { $0.position < event.position && $0.commit != event.commit }
        return .stopped(
            view: view, position: last?.position ?? position, at: EventPlace(event), reason: "\(failure)")
    }

    /// Leaves out a last commit that the batch may have cut. The longest commit fits into a batch.
    static func wholeCommits(of events: [RecordedEvent], isFull: Bool) -> ArraySlice<RecordedEvent> {
        guard isFull, let last = events.last else { return events[...] }
        let whole = events.prefix { $0.commit != last.commit }
        return whole.isEmpty ? events[...] : whole
    }

    /// Tells two histories apart by their last events: FNV-1a over what identifies an event.
    static func fingerprint(of event: RecordedEvent) -> UInt64 {
        var bytes = Array(event.stream.description.utf8)
        withUnsafeBytes(of: (event.version, UInt32(event.type), event.time, event.position)) {
            bytes.append(contentsOf: $0)
        }
        return Trail.hash(bytes + event.payload)
    }
}
