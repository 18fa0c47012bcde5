public import EventSourcing
import Synchronization
public import Wire

/// The log in memory, for tests and simulation: the same rules, nothing durable.
public final class MemoryLog: EventLog {
    private let state = Mutex(State())
    private let growth = Growth(isShared: false)

    public init() {}

    public func append(_ commit: NewCommit) async throws(AppendFailure) -> Receipt {
        let pending = PendingCommit(try PreparedCommit(commit))
        state.withLock { $0.take(pending) }
        let receipt = try pending.receipt()
        growth.announce(receipt.last)
        return receipt
    }

    public func head() -> Position { state.withLock { $0.head } }

    public func events(after position: Position, limit: Int) -> [RecordedEvent] {
        state.withLock { state in
            guard position < state.head, limit > 0 else { return [] }
            return Array(state.events[Int(position)...].prefix(limit))
        }
    }

    public func events(of stream: StreamName, after version: StreamVersion) -> [RecordedEvent] {
        state.withLock { state in
            (state.streams[stream] ?? []).dropFirst(Int(version)).map { state.events[Int($0) - 1] }
        }
    }

    public func version(of stream: StreamName) -> StreamVersion { state.withLock { $0.version(of: stream) } }

    public func streams(in category: String) -> [StreamName] {
        state.withLock { state in state.streams.keys.filter { $0.category == category }.sorted() }
    }

    public func commit(_ id: CommitID) -> ClosedRange<Position>? { state.withLock { $0.commits[id] } }

    public func record(of id: CommitID) -> CommitRecord? { state.withLock { $0.records[id] } }

    public func artifact(_ digest: Wire.Digest) -> [UInt8]? { state.withLock { $0.artifacts[digest] } }

    public func artifacts(startingWith hex: String, limit: Int) -> [Wire.Digest] {
        let prefix = hex.lowercased()
        return state.withLock { state in
            Array(state.artifacts.keys.filter { $0.description.hasPrefix(prefix) }.sorted().prefix(max(0, limit)))
        }
    }

    public func grown(beyond position: Position) async throws(ReadFailure) -> Position {
        try await growth.wait(beyond: position) { [self] () throws(ReadFailure) in head() }
    }
}

private struct State: Sendable {
    var events: [RecordedEvent] = []
    /// The positions of each stream's events.
    var streams: [StreamName: [Position]] = [:]
    var commits: [CommitID: ClosedRange<Position>] = [:]
    var records: [CommitID: CommitRecord] = [:]
    var lastCommit = Wire.Digest.zero
    var artifacts: [Wire.Digest: [UInt8]] = [:]

    var head: Position { Position(events.count) }

    func version(of stream: StreamName) -> StreamVersion { StreamVersion(streams[stream]?.count ?? 0) }

    mutating func take(_ pending: PendingCommit) {
        let commit = pending.prepared.commit
        if let range = commits[commit.id] {
            return pending.settle(
                asRepeatOf: Array(events[Int(range.lowerBound) - 1..<Int(range.upperBound)]))
        }
        let named = commit.appends.map(\.stream) + commit.guards.map(\.stream)
        if let failure = PreparedCommit.check(commit, head: head, version: { version(of: named[$0]) }) {
            return pending.settle(.failure(failure))
        }
        let first = head + 1
        for (place, append) in commit.appends.enumerated() {
            pending.note(before: version(of: append.stream), of: place)
            for event in append.events { record(event, to: append.stream, first: first, of: commit) }
        }
        commits[commit.id] = first...head
        seal(commit, first: first)
        for artifact in pending.prepared.artifacts { artifacts[artifact.digest] = artifact.bytes }
        pending.settle(.success(PendingCommit.Taken(first: first, last: head)))
    }

    /// Makes the commit's byte string.
    private mutating func seal(_ commit: NewCommit, first: Position) {
        let records = events[Int(first) - 1..<Int(head)].map { event in
            event.record(streamNumber: streams[event.stream]?.first ?? event.position)
        }
        let leaves = records.flatMap { Record($0.span.bytes)?.leaf.bytes ?? [] }
        let header = CommitHeader(
            count: UInt32(records.count), first: first, time: commit.time, id: commit.id, before: lastCommit,
            leaves: Wire.Digest.of(leaves))
        self.records[commit.id] = CommitRecord(header, records: records.flatMap(\.self))
        lastCommit = header.digest
    }

    private mutating func record(_ new: NewEvent, to stream: StreamName, first: Position, of commit: NewCommit) {
        let position = head + 1
        events.append(
            RecordedEvent(
                position: position, stream: stream, version: version(of: stream) + 1,
                previous: streams[stream]?.last ?? 0, commit: first, index: UInt32(position - first), type: new.type,
                revision: new.revision, kind: new.kind, time: commit.time, actor: commit.actor,
                causation: new.cause.map { first + Position($0) } ?? 0, payload: new.payload))
        streams[stream, default: []].append(position)
    }
}
