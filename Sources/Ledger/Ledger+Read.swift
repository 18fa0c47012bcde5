public import EventSourcing
import LMDB
public import Wire

extension Ledger {
    /// Events given out in one call: a reader must not hold its window on the file for long.
    public static let eventsPerReadMax = 65_536

    public func head() throws(ReadFailure) -> Position {
        try read { transaction in try tables.lastPosition(in: transaction) }
    }

    public func events(after position: Position, limit: Int) throws(ReadFailure) -> [RecordedEvent] {
        guard limit > 0, position < Position.max - Position(Self.eventsPerReadMax) else { return [] }
        let last = position + Position(min(limit, Self.eventsPerReadMax))
        return try read { transaction in try tables.events(position + 1...last, in: transaction) }
    }

    public func events(of stream: StreamName, after version: StreamVersion) throws(ReadFailure) -> [RecordedEvent] {
        var events: [RecordedEvent] = []
        do {
            try forEachEvent(of: stream, after: version) { event in
                events.append(try event.copied())
                return true
            }
        } catch let error as ReadFailure {
            throw error
        } catch {
            throw ReadFailure("\(error)")
        }
        return events
    }

    public func version(of stream: StreamName) throws(ReadFailure) -> StreamVersion {
        try read { transaction in try tables.head(of: stream, in: transaction)?.version ?? 0 }
    }

    public func streams(in category: String) throws(ReadFailure) -> [StreamName] {
        try read { transaction in
            var names: [StreamName] = []
            var cursor = try transaction.cursor(in: tables.heads)
            var more = try cursor.seek(atOrAfter: category.utf8.span.bytes)
            while more {
                let name = StreamName(String(decoding: cursor.key.copied, as: UTF8.self))
                guard name.description.hasPrefix(category) else { break }
                if name.category == category { names.append(name) }
                more = try cursor.next()
            }
            return names
        }
    }

    public func commit(_ id: CommitID) throws(ReadFailure) -> ClosedRange<Position>? {
        try read { transaction in try tables.commitHeader(id, in: transaction).map { $0.first...$0.last } }
    }

    public func record(of id: CommitID) throws(ReadFailure) -> CommitRecord? {
        try read { transaction in
            guard let header = try tables.commitHeader(id, in: transaction) else { return nil }
            var records: [UInt8] = []
            var events = try transaction.cursor(in: tables.events)
            var more = try events.seek(header.first)
            while more, events.key <= header.last {
                events.value.withUnsafeBytes { records.append(contentsOf: $0) }
                more = try events.next()
            }
            return CommitRecord(header, records: records)
        }
    }

    /// The bytes are hashed again: what is given out is what was put in.
    public func artifact(_ digest: Wire.Digest) throws(ReadFailure) -> [UInt8]? {
        let found = try read { transaction -> [UInt8]? in
            guard let sequence = try tables.sequence(of: digest, in: transaction) else { return nil }
            guard let bytes = try transaction.value(for: sequence, in: tables.artifacts), bytes.byteCount >= 32
            else { throw LedgerError.damaged("the artifact \(digest) is listed and is not there") }
            return bytes.extracting(32..<bytes.byteCount).copied
        }
        guard let found else { return nil }
        guard Wire.Digest.of(found) == digest else { throw ReadFailure("the artifact \(digest) is damaged") }
        return found
    }

    public func artifacts(startingWith hex: String, limit: Int) throws(ReadFailure) -> [Wire.Digest] {
        let prefix = hex.lowercased()
        // A digit alone is half a byte: the search begins at the lowest byte that it could be.
        let even = prefix.count.isMultiple(of: 2) ? prefix : prefix + "0"
        guard let start = [UInt8](hex: even), start.count <= 32 else { return [] }
        let padded = start + [UInt8](repeating: 0, count: 32 - start.count)
        guard let first = Wire.Digest(padded.span.bytes) else { return [] }
        return try read { transaction in
            try tables.digests(
                from: first, while: { $0.description.hasPrefix(prefix) }, limit: limit, in: transaction)
        }
    }

    public func grown(beyond position: Position) async throws(ReadFailure) -> Position {
        try await growth.wait(beyond: position) { [self] () throws(ReadFailure) in try head() }
    }
}
