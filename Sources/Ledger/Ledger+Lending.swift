public import EventSourcing
import LMDB

// What a reader is lent lies in the pages that LMDB mapped; a lease bounds how long it may.
extension Ledger {
    @discardableResult
    public func forEachEvent(
        after position: Position, limit: Int, _ body: (borrowing EventView) throws -> Bool
    ) throws -> Position {
        var walk = LogWalk(ledger: self, place: position, rest: limit)
        while try walk.nextLease(body) {}
        return walk.place
    }

    public func forEachEvent(
        of stream: StreamName, after version: StreamVersion, _ body: (borrowing EventView) throws -> Bool
    ) throws {
        var walk = StreamWalk(ledger: self, stream: stream, version: version)
        while try walk.nextLease(body) {}
    }

    /// The names of streams, read when they are asked for, through windows of their own.
    func streamNames() -> StreamNames {
        StreamNames { [self] number throws(ReadFailure) in
            try read { transaction in
                guard let bytes = try transaction.value(for: number, in: tables.events), let first = Record(bytes),
                    first.header.version == 1
                else { throw LedgerError.damaged("the stream number \(number) leads to no first event") }
                return StreamName(first.name)
            }
        }
    }

    /// Runs a body that reads, and says in words what went wrong.
    func read<Result: ~Copyable>(
        _ body: (borrowing ReadTransaction) throws -> Result
    ) throws(ReadFailure) -> Result {
        try writer?.settleReads()
        do {
            return try environment.read(body)
        } catch let error as ReadFailure {
            throw error
        } catch {
            throw ReadFailure("\(error)")
        }
    }
}

/// A way through the whole log.
private struct LogWalk {
    let ledger: Ledger
    let names: StreamNames
    private(set) var place: Position
    private var rest: Int
    /// What the body threw, which is none of the log's business.
    private var thrown: (any Error)?

    init(ledger: Ledger, place: Position, rest: Int) {
        self.ledger = ledger
        self.place = place
        self.rest = rest
        names = ledger.streamNames()
    }

    /// Lends the events of one lease. False when there is nothing more to lend.
    mutating func nextLease(_ body: (borrowing EventView) throws -> Bool) throws -> Bool {
        guard rest > 0, place < Position.max else { return false }
        let goesOn = try ledger.read { transaction in try lend(in: transaction, body) }
        if let thrown { throw thrown }
        return goesOn
    }

    private mutating func lend(
        in transaction: borrowing ReadTransaction, _ body: (borrowing EventView) throws -> Bool
    ) throws -> Bool {
        var lease = ReadLease()
        var cursor = try transaction.cursor(in: ledger.tables.events)
        var more = try cursor.seek(atOrAfter: place + 1)
        while more {
            cursor.prefetch()
            place = cursor.key
            rest -= 1
            guard try lend(cursor.value, body), rest > 0 else { return false }
            guard lease.holds() else { return true }
            more = try cursor.next()
        }
        return false
    }

    /// False if the body has enough.
    private mutating func lend(_ bytes: RawSpan, _ body: (borrowing EventView) throws -> Bool) throws -> Bool {
        guard let record = Record(bytes), record.header.position == place else {
            throw LedgerError.damaged("the record at @\(place) is damaged")
        }
        do {
            return try body(record.view(names: names))
        } catch {
            thrown = error
            return false
        }
    }
}

/// A way along one stream, oldest event first. The thread through the log runs the other way, so the places are
/// collected first.
private struct StreamWalk {
    let ledger: Ledger
    let stream: StreamName
    /// The last version that was lent.
    private var version: StreamVersion
    private let names: StreamNames
    private var thrown: (any Error)?

    init(ledger: Ledger, stream: StreamName, version: StreamVersion) {
        self.ledger = ledger
        self.stream = stream
        self.version = version
        names = ledger.streamNames()
    }

    mutating func nextLease(_ body: (borrowing EventView) throws -> Bool) throws -> Bool {
        let goesOn = try ledger.read { transaction in try lend(in: transaction, body) }
        if let thrown { throw thrown }
        return goesOn
    }

    private mutating func lend(
        in transaction: borrowing ReadTransaction, _ body: (borrowing EventView) throws -> Bool
    ) throws -> Bool {
        guard let head = try ledger.tables.head(of: stream, in: transaction), head.version > version else {
            return false
        }
        names.learn(stream, of: head.number)
        var lease = ReadLease()
        while version < head.version, let outcome = try lendSegment(of: head, in: transaction, &lease, body) {
            switch outcome {
            case .hasEnough: return false
            case .leaseEnds: return true
            case .goesOn: continue
            }
        }
        guard version < head.version else { return false }
        return try lendFromLog(to: head, in: transaction, &lease, body)
    }

    private enum Outcome { case goesOn, hasEnough, leaseEnds }

    /// Lends the rest of a piece that is kept in the cache; nil if there is none.
    private mutating func lendSegment(
        of head: Head, in transaction: borrowing ReadTransaction, _ lease: inout ReadLease,
        _ body: (borrowing EventView) throws -> Bool
    ) throws -> Outcome? {
        try ledger.streamCache.withSegment(of: head, behind: version, in: transaction, ledger.tables) { segment in
            var outcome = Outcome.goesOn
            let before = version
            _ = try segment.forEachRecord { record in
                guard record.header.version > version else { return true }
                guard record.header.stream == head.number, record.header.version == version + 1 else { return false }
                version += 1
                if try !lend(record, body) { outcome = .hasEnough } else if !lease.holds() { outcome = .leaseEnds }
                return outcome == .goesOn
            }
            // A piece that leads nowhere is none: the log goes on from here.
            return version > before ? outcome : nil
        }
    }

    private mutating func lendFromLog(
        to head: Head, in transaction: borrowing ReadTransaction, _ lease: inout ReadLease,
        _ body: (borrowing EventView) throws -> Bool
    ) throws -> Bool {
        let first = version + 1
        let found = try ledger.tables.places(of: stream, to: head, behind: version, in: transaction)
        for place in found {
            guard let record = Record(transaction.bytes(at: place)) else { return false }
            version = record.header.version
            guard try lend(record, body) else { return false }
            guard lease.holds() else { break }
        }
        // Who comes next need not walk so far.
        if !ledger.isOpenedReadOnly, found.count >= StreamCache.eventsWalkedMin {
            ledger.streamCache.copy(stream, behind: first - 1, from: ledger.environment, ledger.tables)
        }
        return version < head.version
    }

    /// False if the body has enough.
    private mutating func lend(
        _ record: borrowing Record, _ body: (borrowing EventView) throws -> Bool
    ) throws -> Bool {
        do {
            return try body(record.view(names: names))
        } catch {
            thrown = error
            return false
        }
    }
}

extension Record {
    /// What the port lends.
    @_lifetime(copy self)
    func view(names: StreamNames) -> EventView {
        if header.nameLength > 0 { names.learn(StreamName(name), of: header.position) }
        return EventView(
            EventHeader(
                position: header.position, stream: header.stream, version: header.version, previous: header.previous,
                commit: header.commit, index: UInt32(header.index), type: header.type, revision: header.revision,
                kind: kind, time: header.time, causation: header.causation),
            actor: actorBytes, payload: payload, names: names)
    }
}
