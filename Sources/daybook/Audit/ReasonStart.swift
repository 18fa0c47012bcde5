import Coordinator
import EventSourcing
import Events
import Ledger
import Wire

/// The event that somebody asks "why" about.
enum ReasonStart {
    /// - Throws: `Complaint` if nothing is meant, or if no event made it.
    static func event(for reference: Reference, in workplace: Workplace) throws -> RecordedEvent {
        let ledger = workplace.ledger
        func event(_ stream: StreamName, _ version: StreamVersion) throws -> RecordedEvent {
            guard let event = try ledger.events(of: stream, after: version - 1).first else { throw reference.missing }
            return event
        }
        switch try reference.target(in: ledger) {
        case .event(let position):
            guard let event = try ledger.events(after: position - 1, limit: 1).first else { throw reference.missing }
            return event
        case .jobEvent(let job, let version): return try event(JobSession.stream(of: job), version)
        case .job(let job):
            let stream = JobSession.stream(of: job)
            return try event(stream, ledger.version(of: stream))
        case .step(let job, let step):
            let history = try JobHistory(job, in: ledger)
            let items = history.items.filter { $0.step == step }
            guard let item = items.last(where: { $0.completed != nil || $0.adopted != nil }) ?? items.last else {
                throw Complaint("\(job).\(step) has not begun", hint: "daybook job show \(job)", status: .notFound)
            }
            return item.record
        case .entry(let entry):
            let stream = StreamName(category: "entry", id: entry)
            return try event(stream, ledger.version(of: stream))
        case .entryVersion(let entry, let version): return try event(StreamName(category: "entry", id: entry), version)
        case .artifact(let digest): return try naming(digest, in: ledger, reference)
        case .digits(let digits):
            guard let computed = try ComputedBytes.one(digits, in: ledger, workplace.artifacts) else {
                throw reference.missing
            }
            return try naming(computed, in: ledger)
        }
    }

    /// The first event that names these bytes brought them here.
    private static func naming(_ digest: Digest, in ledger: Ledger, _ reference: Reference) throws -> RecordedEvent {
        let bytes = digest.bytes
        var position: Position = 0
        while true {
            let events = try ledger.events(after: position, limit: 4_096)
            guard let last = events.last else { break }
            if let event = events.first(where: { $0.payload.contains(bytes) }) { return event }
            position = last.position
        }
        throw Complaint(
            "no event names \(digest.short) itself; it is a part of something", hint: "daybook show \(digest.short)",
            status: .notFound)
    }

    /// A request's own event; for a mail how its delivery ended, or how far it came.
    private static func naming(_ computed: ComputedBytes, in ledger: Ledger) throws -> RecordedEvent {
        let history = try JobHistory(computed.job, in: ledger)
        let version: StreamVersion
        switch computed.origin {
        case .request(let call): version = call
        case .mail(let effect, _):
            let start = history.items.last { $0.started?.message == computed.digest }
            let end = start.flatMap { start in history.items.first { $0.delivered?.started == start.version } }
            version = (end ?? start)?.version ?? effect
        }
        guard let item = history.item(version) else {
            throw Complaint("\(computed.digest.short) is not kept whole", status: .failed)
        }
        return item.record
    }
}
