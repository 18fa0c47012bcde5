import EventSourcing
import Events
import Wire

// MARK: - One role with one customer
extension Rows {
    /// Puts an exchange among those of its role and customer, or in the place of what was known of it, and drops
    /// those that are too old, too many or too large.
    mutating func keep(_ exchange: ExchangeRow, at now: Timestamp) throws(WireError) {
        let key = Sessions.session(exchange.agent, exchange.customer)
        let cell: RowCell<SessionRow> = try cell(key)
        if !cell.isThere { try isDue(key, since: now) }
        var session = cell.value ?? SessionRow(agent: exchange.agent, customer: exchange.customer, exchanges: [])
        let place = SessionPlace(
            job: exchange.job, task: exchange.task, untilUs: exchange.untilUs,
            bytes: UInt32(clamping: exchange.wireBytes.count))
        if let index = session.exchanges.firstIndex(where: { $0.job == place.job && $0.task == place.task }) {
            session.exchanges[index] = place
        } else {
            session.exchanges.append(place)
        }
        try set(Sessions.said(exchange.job, exchange.task), to: exchange)
        var kept = session.exchanges.filter { $0.untilUs > now }.suffix(Sessions.exchangesMax)
        var bytes = kept.reduce(0) { $0 + UInt64($1.bytes) }
        while bytes > UInt64(Sessions.bytesMax), let first = kept.popFirst() { bytes -= UInt64(first.bytes) }
        for place in session.exchanges where !kept.contains(place) { try forget(place) }
        session.exchanges = Array(kept)
        set(cell, to: session)
    }

    private mutating func forget(_ place: SessionPlace) throws(WireError) {
        let cell: RowCell<ExchangeRow> = try cell(Sessions.said(place.job, place.task))
        set(cell, to: nil)
    }
}

// MARK: - All of them
extension Rows {
    /// Rows that are looked at after each event. An event adds two at most, so this keeps up.
    private static var sweepMax: Int { 4 }

    /// Says that a row began, and is to be looked at when it may be old.
    mutating func isDue(_ key: String, since time: Timestamp) throws(WireError) {
        let cell: RowCell<SessionQueue> = try cell("queue")
        var queue = cell.value ?? SessionQueue(first: 0, next: 0)
        try set(Self.due(queue.next), to: SessionDue(key: key, sinceUs: time))
        queue.next += 1
        set(cell, to: queue)
    }

    /// Forgets what is too old, and the oldest of what is too many.
    mutating func forgetSessions(at now: Timestamp) throws(WireError) {
        for _ in 0..<Self.sweepMax {
            let cell: RowCell<SessionQueue> = try cell("queue")
            guard var queue = cell.value, queue.first < queue.next else { return }
            let front: RowCell<SessionDue> = try self.cell(Self.due(queue.first))
            let isFull = queue.next - queue.first > Sessions.rowsMax
            guard let due = front.value, isFull || due.sinceUs.adding(Sessions.keptUsMax) <= now else { return }
            queue.first += 1
            set(cell, to: queue)
            set(front, to: nil)
            // What was used since then gets a second chance.
            if let last = try lastUse(of: due.key),
                isFull ? last > due.sinceUs : last.adding(Sessions.keptUsMax) > now
            {
                try isDue(due.key, since: last)
            } else {
                try forget(due.key)
            }
        }
    }

    private static func due(_ number: UInt64) -> String { RowKey.join("due", RowKey.position(number)) }

    private mutating func lastUse(of key: String) throws(WireError) -> Timestamp? {
        if key.hasPrefix("course/") { return try row(key, as: SessionJobRow.self)?.lastUs }
        let newest = try row(key, as: SessionRow.self)?.exchanges.last
        return try newest.flatMap { place throws(WireError) in
            try row(Sessions.said(place.job, place.task), as: ExchangeRow.self)
        }?.saidUs
    }

    private mutating func forget(_ key: String) throws(WireError) {
        if key.hasPrefix("course/") {
            let cell: RowCell<SessionJobRow> = try cell(key)
            return set(cell, to: nil)
        }
        let cell: RowCell<SessionRow> = try cell(key)
        for place in cell.value?.exchanges ?? [] { try forget(place) }
        set(cell, to: nil)
    }
}

extension Timestamp {
    /// The end of all time at the latest.
    func adding(_ span: Timestamp) -> Timestamp {
        let (sum, isTooLate) = addingReportingOverflow(span)
        return isTooLate ? .max : sum
    }
}
