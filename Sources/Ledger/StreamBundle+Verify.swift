import EventSourcing
import Wire

extension StreamBundle {
    /// Checks everything: the signature, each event's place in the tree, the stream from its first event on without a
    /// gap, each content's hash, and that each content is one that the events lead to.
    ///
    /// No bundle can show that the stream has no later event: the signed tree knows events, not streams.
    /// - Parameter key: of the log, from somebody who is trusted.
    /// - Throws: `ProofFailure` at the first thing that is not as it should be.
    public func verify(with key: VerifierKey) throws(ProofFailure) -> VerifiedBundle {
        try checkpoint.require(key)
        let (events, leaves) = try readRecords()
        guard let first = events.first else { throw .malformed("the bundle has no events") }
        let proof = MultiProof(
            indexes: events.map { $0.position - 1 }, size: checkpoint.checkpoint.size, hashes: hashes)
        guard proof.root(from: leaves) == checkpoint.checkpoint.root else {
            throw .refuted("the events are not those of the tree that was signed")
        }
        return VerifiedBundle(
            checkpoint: checkpoint, stream: first.stream, events: events, artifacts: try readArtifacts(events))
    }

    private func readRecords() throws(ProofFailure) -> (events: [RecordedEvent], leaves: [Digest]) {
        var events: [RecordedEvent] = []
        var leaves: [Digest] = []
        var stream: (name: StreamName, number: Position)?
        for bytes in records {
            guard let record = Record(bytes.span.bytes) else { throw .malformed("a record of the bundle is damaged") }
            let header = record.header
            let (last, version) = (events.last?.position ?? 0, StreamVersion(events.count + 1))
            if stream == nil { stream = (StreamName(record.name), header.position) }
            guard let stream, header.version == version, header.previous == last, header.position > last,
                header.stream == stream.number, (header.nameLength > 0) == (version == 1)
            else {
                throw .refuted("the stream is not whole: @\(header.position) does not follow version \(version - 1)")
            }
            events.append(RecordedEvent(record, of: stream.name))
            leaves.append(record.leaf)
        }
        return (events, leaves)
    }

    private func readArtifacts(_ events: [RecordedEvent]) throws(ProofFailure) -> [Digest: [UInt8]] {
        var found: [Digest: [UInt8]] = [:]
        var last: Digest?
        for artifact in artifacts {
            if let last, last >= artifact.digest { throw .malformed("the contents of the bundle are out of order") }
            guard Digest.of(artifact.bytes) == artifact.digest else {
                throw .refuted("the content \(artifact.digest) is damaged")
            }
            found[artifact.digest] = artifact.bytes
            last = artifact.digest
        }
        var strangers = Set(found.keys)
        var unread = events.map(\.payload)
        while let bytes = unread.popLast(), !strangers.isEmpty {
            for digest in Self.named(in: bytes, among: strangers) {
                strangers.remove(digest)
                if let content = found[digest] { unread.append(content) }
            }
        }
        if let stranger = strangers.min() { throw .refuted("no event leads to the content \(stranger)") }
        return found
    }

    /// The digests, out of a set, that stand anywhere in some bytes: as 32 bytes, or as 64 digits.
    private static func named(in bytes: [UInt8], among digests: Set<Digest>) -> Set<Digest> {
        // Eight bytes tell nearly all places that are none.
        let words = Set(digests.map(\.leadingWord))
        var found: Set<Digest> = []
        func look(at window: [UInt8]) {
            if let digest = Digest(window.span.bytes), digests.contains(digest) { found.insert(digest) }
        }
        var word: UInt64 = 0
        var digits = 0
        for (place, byte) in bytes.enumerated() {
            word = word << 8 | UInt64(byte)
            if place >= 7, words.contains(word), place + 25 <= bytes.count {
                look(at: Array(bytes[place - 7..<place + 25]))
            }
            digits = byte.isHexDigit ? digits + 1 : 0
            if digits == 64, let window = [UInt8](hex: String(decoding: bytes[place - 63...place], as: UTF8.self)) {
                look(at: window)
            }
        }
        return found
    }
}

extension UInt8 {
    /// As digests are written: in lower case.
    fileprivate var isHexDigit: Bool {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= self || UInt8(ascii: "a")...UInt8(ascii: "f") ~= self
    }
}

extension RecordedEvent {
    /// An event as the port gives it.
    init(_ record: borrowing Record, of stream: StreamName) {
        let header = record.header
        self.init(
            position: header.position, stream: stream, version: header.version, previous: header.previous,
            commit: header.commit, index: UInt32(header.index), type: header.type, revision: header.revision,
            kind: record.kind, time: header.time, actor: record.actor, causation: header.causation,
            payload: record.payload.copied)
    }
}
