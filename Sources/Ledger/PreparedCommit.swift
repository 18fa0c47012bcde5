import EventSourcing
import Wire

/// A commit that keeps every limit, with its payloads and artifacts hashed: made on the caller's thread, so that the
/// one writer has less to do.
struct PreparedCommit: Sendable {
    /// The longest actor, in bytes.
    static let actorBytesMax = 255
    /// The most artifacts of one commit.
    static let artifactsMax = 1_024
    /// The most bytes of payloads and artifacts of one commit.
    static let bytesMax = 64 << 20

    struct Event: Sendable {
        let stream: StreamName
        let event: NewEvent
        let payloadDigest: Wire.Digest
    }

    let commit: NewCommit
    /// The events of all its streams, in order.
    let events: [Event]
    let artifacts: [(digest: Wire.Digest, bytes: [UInt8])]
    /// The bytes that it adds to the log, roughly.
    let byteCount: Int

    /// - Throws: `AppendFailure.invalid`.
    init(_ commit: NewCommit) throws(AppendFailure) {
        try Self.check(commit)
        self.commit = commit
        events = commit.appends.flatMap { append in
            append.events.map { event in
                Event(stream: append.stream, event: event, payloadDigest: Wire.Digest.of(event.payload))
            }
        }
        var seen: Set<Wire.Digest> = []
        artifacts = commit.artifacts.map { (Wire.Digest.of($0), $0) }.filter { seen.insert($0.0).inserted }
        byteCount = Self.byteCount(of: commit)
    }

    private static func byteCount(of commit: NewCommit) -> Int {
        commit.appends.reduce(0) { sum, append in append.events.reduce(sum) { $0 + $1.payload.count } }
            + commit.artifacts.reduce(0) { $0 + $1.count }
    }
}

// MARK: - Limits
extension PreparedCommit {
    private static func check(_ commit: NewCommit) throws(AppendFailure) {
        let count = commit.appends.reduce(0) { $0 + $1.events.count }
        guard count > 0 else { throw .invalid("a commit without events") }
        guard count <= NewCommit.eventsMax else {
            throw .invalid("a commit of \(count) events; at most \(NewCommit.eventsMax)")
        }
        guard commit.actor.utf8.count <= actorBytesMax else {
            throw .invalid("an actor of \(commit.actor.utf8.count) bytes; at most \(actorBytesMax)")
        }
        guard commit.artifacts.count <= artifactsMax else {
            throw .invalid("a commit with \(commit.artifacts.count) artifacts; at most \(artifactsMax)")
        }
        for bytes in commit.artifacts where bytes.count > NewCommit.artifactBytesMax {
            throw .invalid("an artifact of \(bytes.count) bytes; at most \(NewCommit.artifactBytesMax)")
        }
        guard byteCount(of: commit) <= bytesMax else {
            throw .invalid("a commit of \(byteCount(of: commit)) bytes; at most \(bytesMax)")
        }
        var streams: Set<StreamName> = []
        var place = 0
        for append in commit.appends {
            try check(append.stream)
            guard streams.insert(append.stream).inserted else {
                throw .invalid("a commit that names the stream \(append.stream) twice")
            }
            guard !append.events.isEmpty else {
                throw .invalid("no events for the stream \(append.stream); to rely on its version, use a guard")
            }
            for event in append.events {
                try check(event, at: place, in: append.stream)
                place += 1
            }
        }
        for condition in commit.guards { try check(condition.stream) }
    }

    /// Names are printable ASCII: the same text is then the same bytes.
    private static func check(_ stream: StreamName) throws(AppendFailure) {
        let name = stream.description.utf8
        guard !stream.category.isEmpty else { throw .invalid("a stream name without a category: \"\(stream)\"") }
        guard name.count <= StreamName.bytesMax else {
            throw .invalid("a stream name of \(name.count) bytes; at most \(StreamName.bytesMax)")
        }
        guard name.allSatisfy({ 0x21...0x7e ~= $0 }) else {
            throw .invalid("a stream name with other characters than printable ASCII: \"\(stream)\"")
        }
    }

    private static func check(_ event: NewEvent, at place: Int, in stream: StreamName) throws(AppendFailure) {
        guard event.payload.count <= NewCommit.payloadBytesMax else {
            throw .invalid(
                "an event of \(event.payload.count) bytes in \(stream); at most \(NewCommit.payloadBytesMax). "
                    + "Content belongs in artifacts")
        }
        guard event.revision > 0 else { throw .invalid("an event of revision 0 in \(stream); they count from 1") }
        if let cause = event.cause, cause >= place {
            throw .invalid("event \(place) of a commit is caused by event \(cause), which is not before it")
        }
    }
}

// MARK: - Versions
extension PreparedCommit {
    /// Checks expected versions, then guards, against the versions as they stand.
    func check<Failure: Error>(
        _ version: (StreamName) throws(Failure) -> StreamVersion
    ) throws(Failure) -> AppendFailure? {
        for append in commit.appends {
            let actual = try version(append.stream)
            guard case .exactly(let expected) = append.expected, expected != actual else { continue }
            return .wrongExpectedVersion(stream: append.stream, expected: expected, actual: actual)
        }
        for condition in commit.guards {
            let actual = try version(condition.stream)
            guard actual != condition.version else { continue }
            return .guardFailed(stream: condition.stream, expected: condition.version, actual: actual)
        }
        return nil
    }
}

// MARK: - Repeats
extension PreparedCommit {
    /// Whether these are its events, as they were recorded when it was taken.
    func isRecorded(as recorded: [RecordedEvent]) -> Bool {
        events.count == recorded.count
            && zip(events, recorded).allSatisfy { new, old in
                new.stream == old.stream && new.event.type == old.type && new.event.revision == old.revision
                    && new.event.kind == old.kind && new.event.payload == old.payload
            }
    }

    /// What the receipt of a repeat says.
    ///
    /// - Throws: `AppendFailure.invalid` if the id was given to other events: they would be lost in silence.
    func repeated(as recorded: [RecordedEvent]) throws(AppendFailure) -> Taken {
        guard isRecorded(as: recorded), let first = recorded.first, let last = recorded.last else {
            throw .invalid("the commit id \(commit.id) was used for other events")
        }
        let streams = commit.appends.map { append in
            let versions = recorded.lazy.filter { $0.stream == append.stream }.map(\.version)
            let after = versions.max() ?? 0
            return Receipt.Written(stream: append.stream, before: after - UInt32(append.events.count), after: after)
        }
        return Taken(first: first.position, last: last.position, streams: streams, isRepeat: true)
    }
}

/// What a receipt says: the receipt itself cannot be copied, so it is made last.
struct Taken: Sendable {
    let first: Position
    let last: Position
    let streams: [Receipt.Written]
    let isRepeat: Bool
}
