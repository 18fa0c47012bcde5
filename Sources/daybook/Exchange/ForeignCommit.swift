import EventSourcing
import Wire

/// The events of one commit of another ledger, as far as they were exported, and the contents that came with them.
struct ForeignCommit {
    private(set) var events: [ForeignEvent]
    private(set) var artifacts: [[UInt8]]

    init(_ first: ForeignEvent, _ artifacts: [[UInt8]]) {
        events = [first]
        self.artifacts = artifacts
    }

    mutating func add(_ event: ForeignEvent, _ artifacts: [[UInt8]]) {
        events.append(event)
        self.artifacts += artifacts
    }

    var id: CommitID { events[0].commit }

    /// The commit without the events that its ledger is known to hold already; nil if none is left.
    func without(_ isKnown: (ForeignEvent) throws -> Bool) rethrows -> ForeignCommit? {
        var rest = self
        rest.events = try events.filter { try !isKnown($0) }
        return rest.events.isEmpty ? nil : rest
    }

    /// Where it goes: behind what is known of the same ledger, in streams of its own.
    ///
    /// - Parameter place: what stands before the names of streams, such as `import/8f0c21d3a4b5/`.
    func commit(in place: String) -> NewCommit {
        // A place in the commit there is another one here, if events were left out.
        var places: [UInt32: UInt32] = [:]
        for (new, event) in events.enumerated() { places[event.index] = UInt32(new) }
        var appends: [StreamAppend] = []
        var start = 0
        while start < events.count {
            let stream = events[start].stream
            let end = events[start...].firstIndex { $0.stream != stream } ?? events.count
            let new = events[start..<end].map { event in
                NewEvent(
                    type: event.type, revision: event.revision, kind: event.kind, payload: event.payload,
                    cause: event.cause.flatMap { places[$0] })
            }
            appends.append(
                StreamAppend(
                    new, to: StreamName(place + stream.description), expecting: .exactly(events[start].version - 1)))
            start = end
        }
        return NewCommit(
            id: newID(in: place), time: events[0].time, actor: events[0].actor, appends: appends, artifacts: artifacts)
    }

    /// The same events of the same ledger always come in the same commit: twice is once, also after a crash.
    private func newID(in place: String) -> CommitID {
        var writer = WireWriter()
        writer.field(0xa, place)
        writer.field(0x12, "\(id)")
        for event in events { writer.present(0x18, event.index) }
        return CommitID(time: events[0].time, digest: Digest.of(writer.bytes.withUnsafeBytes { Array($0) }))
    }
}

extension CommitID {
    /// An id that is no chance: what a digest was taken of, at a time.
    init(time: Timestamp, digest: Digest) {
        let words = digest.withBytes { bytes in
            (bytes.loadUnaligned(as: UInt64.self), bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        }
        self.init(time: time, random: words)
    }
}

/// The commits of a file, one after the other.
struct ForeignCommits {
    private var ledger: ForeignLedger
    private var begun: ForeignCommit?
    /// Contents behind the last event: they come with the commit of the next one.
    private var held: [[UInt8]] = []

    init(_ path: String, called name: String, contents: String?) throws {
        ledger = try ForeignLedger(path, called: name, contents: contents)
    }

    /// Nil behind the last.
    ///
    /// - Throws: `Complaint` with the line.
    mutating func next() throws -> ForeignCommit? {
        while let item = try ledger.next() {
            switch item {
            case .artifact(_, let bytes): held.append(bytes)
            case .event(let event):
                let artifacts = exchange(&held, with: [])
                guard let whole = begun, whole.id != event.commit else {
                    if begun?.add(event, artifacts) == nil { begun = ForeignCommit(event, artifacts) }
                    continue
                }
                begun = ForeignCommit(event, artifacts)
                return whole
            case .end: break
            }
        }
        return exchange(&begun, with: nil)
    }
}
