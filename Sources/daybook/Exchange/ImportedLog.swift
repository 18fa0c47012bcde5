import EventSourcing
import Wire

/// A ledger that was imported, read as if it were one's own: `import/8f0c21d3a4b5/job/a-1` is `job/a-1` in it.
///
/// It takes no commits, so nothing that works on it can go on with what somebody else began.
struct ImportedLog: EventLog {
    private let log: any EventLog
    /// `import/8f0c21d3a4b5/`
    private let place: String

    init(_ ledger: some StringProtocol, in log: any EventLog) {
        self.log = log
        place = "import/\(ledger)/"
    }

    /// The imported ledger that a stream belongs to, and the stream's name there; nil for one's own streams. What the
    /// other ledger had taken in itself is found as well.
    static func split(
        _ stream: StreamName, in log: any EventLog
    ) -> (log: ImportedLog, stream: StreamName)? {
        let parts = stream.description.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "import", !parts[2].isEmpty else { return nil }
        let (imported, inner) = (ImportedLog(parts[1], in: log), StreamName(String(parts[2])))
        return split(inner, in: imported) ?? (imported, inner)
    }

    /// The streams of a category of every imported ledger, by their whole names.
    static func streams(in category: String, of log: any EventLog) throws(ReadFailure) -> [StreamName] {
        try log.streams(in: "import").filter { split($0, in: log)?.stream.category == category[...] }
    }

    private func inside(_ event: RecordedEvent) -> RecordedEvent? {
        guard event.stream.description.hasPrefix(place) else { return nil }
        return RecordedEvent(
            position: event.position, stream: StreamName(String(event.stream.description.dropFirst(place.count))),
            version: event.version, previous: event.previous, commit: event.commit, index: event.index,
            type: event.type, revision: event.revision, kind: event.kind, time: event.time, actor: event.actor,
            causation: event.causation, payload: event.payload)
    }

    private func outside(_ stream: StreamName) -> StreamName { StreamName(place + stream.description) }
}

extension ImportedLog {
    func append(_ commit: NewCommit) async throws(AppendFailure) -> Receipt {
        throw .invalid("an imported ledger takes no commits")
    }

    func head() throws(ReadFailure) -> Position { try log.head() }

    func events(after position: Position, limit: Int) throws(ReadFailure) -> [RecordedEvent] {
        var found: [RecordedEvent] = []
        var place = position
        while found.count < limit {
            let batch = try log.events(after: place, limit: limit)
            guard let last = batch.last else { break }
            found += batch.compactMap { inside($0) }
            place = last.position
        }
        return Array(found.prefix(limit))
    }

    func events(of stream: StreamName, after version: StreamVersion) throws(ReadFailure) -> [RecordedEvent] {
        try log.events(of: outside(stream), after: version).compactMap { inside($0) }
    }

    func version(of stream: StreamName) throws(ReadFailure) -> StreamVersion { try log.version(of: outside(stream)) }

    func streams(in category: String) throws(ReadFailure) -> [StreamName] {
        try log.streams(in: "import").filter { $0.description.hasPrefix(place) }
            .map { StreamName(String($0.description.dropFirst(place.count))) }
            .filter { $0.category == category[...] }
    }

    func commit(_ id: CommitID) throws(ReadFailure) -> ClosedRange<Position>? { try log.commit(id) }

    func record(of id: CommitID) throws(ReadFailure) -> CommitRecord? { try log.record(of: id) }

    func artifact(_ digest: Digest) throws(ReadFailure) -> [UInt8]? { try log.artifact(digest) }

    func artifacts(startingWith hex: String, limit: Int) throws(ReadFailure) -> [Digest] {
        try log.artifacts(startingWith: hex, limit: limit)
    }

    func grown(beyond position: Position) async throws(ReadFailure) -> Position {
        try await log.grown(beyond: position)
    }
}
