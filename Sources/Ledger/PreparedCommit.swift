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

    /// One event, encoded: what the writer still has to add is where it will stand.
    struct Event: Sendable, BitwiseCopyable {
        /// Where its record begins in `image`: header, actor, payload. The stream's name is put in by the writer.
        let start: Int
        let payloadLength: Int
        let payloadDigest: Wire.Digest
        /// The place in the commit of the event that caused it; negative for none.
        let cause: Int32
    }

    let commit: NewCommit
    /// The events of all its streams, in order.
    let events: [Event]
    /// Their records, one behind the other.
    let image: [UInt8]
    let artifacts: [(digest: Wire.Digest, bytes: [UInt8])]
    /// The bytes that it adds to the log, roughly.
    let byteCount: Int

    /// - Throws: `AppendFailure.invalid`.
    init(_ commit: NewCommit) throws(AppendFailure) {
        let payloads = try Self.check(commit)
        self.commit = commit
        (events, image) = Self.encode(commit, count: payloads.count, payloadBytes: payloads.bytes)
        var artifacts: [(digest: Wire.Digest, bytes: [UInt8])] = []
        if !commit.artifacts.isEmpty {
            var seen: Set<Wire.Digest> = []
            for bytes in commit.artifacts {
                let digest = Wire.Digest.of(bytes)
                if seen.insert(digest).inserted { artifacts.append((digest, bytes)) }
            }
        }
        self.artifacts = artifacts
        byteCount = payloads.bytes + commit.artifacts.reduce(0) { $0 + $1.count }
    }

    private static func encode(_ commit: NewCommit, count: Int, payloadBytes: Int) -> ([Event], [UInt8]) {
        let actor = Array(commit.actor.utf8)
        let headLength = RecordHeader.byteCount + actor.count
        var events: [Event] = []
        events.reserveCapacity(count)
        let image = [UInt8](unsafeUninitializedCapacity: count * headLength + payloadBytes) { room, filled in
            let room = UnsafeMutableRawBufferPointer(room)
            for append in commit.appends {
                for event in append.events {
                    let header = RecordHeader(
                        position: 0, stream: 0, previous: 0, commit: 0, causation: 0, time: commit.time, version: 0,
                        payloadLength: UInt32(event.payload.count), index: UInt16(events.count), type: event.type,
                        revision: event.revision, kind: event.kind.rawValue, nameLength: 0,
                        actorLength: UInt8(actor.count))
                    let record = UnsafeMutableRawBufferPointer(rebasing: room[filled...])
                    header.store(to: record)
                    UnsafeMutableRawBufferPointer(rebasing: record[RecordHeader.byteCount...]).copyBytes(from: actor)
                    let payload = UnsafeMutableRawBufferPointer(rebasing: record[headLength...])
                    payload.copyBytes(from: event.payload)
                    let digest = Wire.Digest.of(UnsafeRawBufferPointer(rebasing: payload.prefix(event.payload.count)))
                    events.append(
                        Event(
                            start: filled, payloadLength: event.payload.count, payloadDigest: digest,
                            cause: event.cause.map { Int32($0) } ?? -1))
                    filled += headLength + event.payload.count
                }
            }
        }
        return (events, image)
    }
}

// MARK: - Limits
extension PreparedCommit {
    /// Returns the number of events, and the bytes of their payloads.
    private static func check(_ commit: NewCommit) throws(AppendFailure) -> (count: Int, bytes: Int) {
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
        let payloadBytes = commit.appends.reduce(0) { sum, append in append.events.reduce(sum) { $0 + $1.payload.count }
        }
        let bytes = commit.artifacts.reduce(payloadBytes) { $0 + $1.count }
        guard bytes <= bytesMax else { throw .invalid("a commit of \(bytes) bytes; at most \(bytesMax)") }
        var streams: Set<StreamName> = []
        var place = 0
        for append in commit.appends {
            try check(append.stream)
            guard commit.appends.count == 1 || streams.insert(append.stream).inserted else {
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
        return (count, payloadBytes)
    }

    /// Names are printable ASCII: the same text is then the same bytes.
    private static func check(_ stream: StreamName) throws(AppendFailure) {
        let name = stream.description.utf8
        guard let first = name.first, first != UInt8(ascii: "/") else {
            throw .invalid("a stream name without a category: \"\(stream)\"")
        }
        guard name.count <= StreamName.bytesMax else {
            throw .invalid("a stream name of \(name.count) bytes; at most \(StreamName.bytesMax)")
        }
        guard isPrintableASCII(name.span) else {
            throw .invalid("a stream name with other characters than printable ASCII: \"\(stream)\"")
        }
    }

    private static func isPrintableASCII(_ bytes: Span<UInt8>) -> Bool {
        for index in bytes.indices where !(0x21...0x7e ~= bytes[index]) { return false }
        return true
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
    /// Checks the expected head, expected versions, then guards, against what stands.
    ///
    /// - Parameter version: the version of the stream at a place: first those appended to, then those of the guards.
    static func check(_ commit: NewCommit, head: Position, version: (Int) -> StreamVersion) -> AppendFailure? {
        if let expected = commit.expectedHead, expected != head {
            return .wrongExpectedHead(expected: expected, actual: head)
        }
        for (place, append) in commit.appends.enumerated() {
            guard case .exactly(let expected) = append.expected else { continue }
            let actual = version(place)
            guard expected != actual else { continue }
            return .wrongExpectedVersion(stream: append.stream, expected: expected, actual: actual)
        }
        for (place, condition) in commit.guards.enumerated() {
            let actual = version(commit.appends.count + place)
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
        let new = commit.appends.lazy.flatMap { append in append.events.lazy.map { (append.stream, $0) } }
        return events.count == recorded.count
            && zip(new, recorded).allSatisfy { new, old in
                new.0 == old.stream && new.1.type == old.type && new.1.revision == old.revision
                    && new.1.kind == old.kind && new.1.payload == old.payload
            }
    }
}
