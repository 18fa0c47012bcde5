import Coordinator
import EventSourcing
import Events
import Jobs
import Keys
import Ledger
import Sealing
import Views
import Wire

/// What becomes unreadable once a person is forgotten, and what does not.
struct ErasureStudy {
    /// Events that are looked at in one go.
    private static let batchEvents = 4_096
    /// Artifacts with one first byte that are looked at.
    private static let artifactsMax = 10_000_000

    let person: String
    /// Their keys; empty for somebody whom the ledger does not know.
    let subjects: [SubjectID]
    /// Artifacts that nobody can read any more.
    private(set) var sealed: Set<Digest> = []
    private(set) var sealedBytes = 0
    /// Artifacts in which the person stands in the clear.
    private(set) var clear: [Digest] = []
    /// Events in which the person stands in the clear.
    private(set) var events: [Position] = []
    /// Jobs with events that name what becomes unreadable.
    private(set) var jobs: [String] = []
    /// Mails to the person, made or only prepared.
    private(set) var mails = 0
    /// Entries about the person that are not retired yet.
    private(set) var entries: [(entry: String, version: StreamVersion)] = []
    /// Open jobs that rest on what becomes unreadable: they cannot go on.
    private(set) var stopped: [String] = []
    /// Open jobs that would have written to the person.
    private(set) var spared: [String] = []

    init(_ person: String, in workplace: Workplace) throws {
        self.person = KeyStore.normal(person)
        subjects = try workplace.keys.ids(of: person)
        try readArtifacts(workplace)
        try readEvents(workplace)
        try readEntries(workplace)
        try readJobs(workplace)
    }

    var isKnown: Bool { !subjects.isEmpty }

    private func isAbout(_ found: Set<SubjectID>) -> Bool { !found.isDisjoint(with: subjects) }

    private mutating func readArtifacts(_ workplace: Workplace) throws {
        for first in 0..<256 {
            let digits = [UInt8(first)].hex
            for digest in try workplace.ledger.artifacts(startingWith: digits, limit: Self.artifactsMax) {
                guard let stored = try workplace.ledger.artifact(digest) else { continue }
                if let envelope = SealedEnvelope(stored) {
                    guard isAbout(Set(envelope.subjects)) else { continue }
                    sealed.insert(digest)
                    sealedBytes += stored.count
                } else if Mention(of: person).stands(in: stored) {
                    clear.append(digest)
                }
            }
        }
    }

    private mutating func readEvents(_ workplace: Workplace) throws {
        let mention = Mention(of: person)
        var found: Set<String> = []
        var position: Position = 0
        while true {
            let batch = try workplace.ledger.events(after: position, limit: Self.batchEvents)
            guard let last = batch.last else { break }
            for event in batch {
                if mention.stands(in: event.payload) { events.append(event.position) }
                if event.stream.category == "job", event.payload.names(oneOf: sealed) {
                    found.insert(String(event.stream.id))
                }
            }
            position = last.position
        }
        jobs = found.sorted()
    }

    private mutating func readEntries(_ workplace: Workplace) throws {
        let shelf = workplace.artifacts
        for row in try KnowledgeIndex.rows(in: workplace.view(KnowledgeIndex()), retired: false)
        where isAbout(shelf.about(row.content.body)) {
            entries.append((row.entry, row.version))
        }
    }

    private mutating func readJobs(_ workplace: Workplace) throws {
        let names = Set(subjects.map(\.description))
        let shelf = workplace.artifacts
        for stream in try workplace.ledger.streams(in: "job") {
            let session = try workplace.session(String(stream.id))
            let isOpen = !session.state.phase.isEnded && session.state.phase != .missing
            if isOpen, isAbout(session.about) { stopped.append(session.job) }
            var isRecipient = false
            for effect in session.state.effects where !effect.isVoid {
                guard let batch = shelf.bytes(effect.exact).flatMap({ try? MailBatch(wireBytes: $0) }) else { continue }
                let places = batch.deliveries.indices.filter { names.contains(batch.deliveries[$0].recipient.subject) }
                mails += places.count
                isRecipient = isRecipient || places.contains { effect.deliveries[$0].status == .idle }
            }
            if isOpen, isRecipient { spared.append(session.job) }
        }
    }
}

extension [UInt8] {
    /// Whether a field of these canonical bytes is one of these digests.
    fileprivate func names(oneOf digests: Set<Digest>) -> Bool {
        guard !digests.isEmpty, count > 32 else { return false }
        return indices.dropLast(32).contains { index in
            self[index] == 32
                && Digest(Array(self[(index + 1)...(index + 32)]).span.bytes).map(digests.contains) ?? false
        }
    }
}
