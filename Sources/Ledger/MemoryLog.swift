@_spi(Minting) public import EventSourcing
import Synchronization
public import Wire

/// The log in memory, for tests and simulation: the same rules, nothing durable.
public final class MemoryLog: EventLog {
    private let state = Mutex(State())
    private let growth = Growth(isShared: false)

    public init() {}

    public func append(_ commit: NewCommit) async throws(AppendFailure) -> Receipt {
        let prepared = try PreparedCommit(commit)
        let taken = try state.withLock { state throws(AppendFailure) in try state.take(prepared) }
        growth.announce(taken.last)
        return Receipt(
            id: commit.id, first: taken.first, last: taken.last, streams: taken.streams, isRepeat: taken.isRepeat)
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
    var artifacts: [Wire.Digest: [UInt8]] = [:]

    var head: Position { Position(events.count) }

    func version(of stream: StreamName) -> StreamVersion { StreamVersion(streams[stream]?.count ?? 0) }

    mutating func take(_ prepared: PreparedCommit) throws(AppendFailure) -> Taken {
        let commit = prepared.commit
        if let range = commits[commit.id] {
            return try prepared.repeated(as: Array(events[Int(range.lowerBound) - 1..<Int(range.upperBound)]))
        }
        let streams = commit.appends.map(\.stream) + commit.guards.map(\.stream)
        if let failure = PreparedCommit.check(commit, version: { version(of: streams[$0]) }) { throw failure }
        let first = head + 1
        let written = commit.appends.map { append in
            let before = version(of: append.stream)
            return Receipt.Written(stream: append.stream, before: before, after: before + UInt32(append.events.count))
        }
        for append in commit.appends {
            for event in append.events { record(event, to: append.stream, first: first, of: commit) }
        }
        commits[commit.id] = first...head
        for artifact in prepared.artifacts { artifacts[artifact.digest] = artifact.bytes }
        return Taken(first: first, last: head, streams: written, isRepeat: false)
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
