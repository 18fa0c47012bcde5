import EventSourcing
import Events
import Wire

/// An event of the ledger with its payload read.
enum KnownEvent {
    case job(JobEvent)
    case entry(EntryObservation)
    case proposal(ProposalObservation)
    case contradiction(ContradictionObservation)
    case derived(DerivedEvent)
    case definition(DefinitionObservation)
    case control(ControlObservation)
    case driver(DriverObservation)
    case ledger(LedgerObservation)
}

/// An event of a job's stream.
enum JobEvent {
    case observed(JobObservation)
    case decided(JobDecision)
}

/// An event of what others made of the knowledge.
enum DerivedEvent {
    case observed(DerivedObservation)
    case decided(DerivedDecision)
}

/// The lists of the schema.
enum EventList: String {
    case job, entry, proposal, contradiction, derived, definition, control, driver, ledger
}

extension EventShape {
    /// What this build knows of each type, by its number.
    private static let known: [(list: EventList, revision: UInt8, kind: EventKind)?] = {
        var known = [(list: EventList, revision: UInt8, kind: EventKind)?](
            repeating: nil, count: Int(EventCatalog.entries.map(\.type).max() ?? 0) + 1)
        for entry in EventCatalog.entries {
            guard let list = EventList(rawValue: entry.category) else { continue }
            known[Int(entry.type)] = (list, entry.revision, entry.kind == .decision ? .decision : .observation)
        }
        return known
    }()

    /// The list that the event stands in.
    ///
    /// - Throws: for an event that this build does not know, whichever list it is of.
    func list() throws(UnknownEvent) -> EventList {
        guard type < Self.known.count, let known = Self.known[Int(type)] else { throw .type(type) }
        guard 1...known.revision ~= revision else { throw .revision(revision, of: name, known: known.revision) }
        guard kind == known.kind else { throw .kind(of: name) }
        return known.list
    }

    /// The revision that this build writes; nil for a type that it does not know.
    var newest: UInt8? { type < Self.known.count ? Self.known[Int(type)]?.revision : nil }

    /// Whether a projection of some lists must see such an event: it is in one of them, or it is not known.
    func isOf(_ lists: EventList...) -> Bool {
        do throws(UnknownEvent) { return lists.contains(try list()) } catch { return true }
    }

    /// The name that people see.
    var name: String { EventCatalog.entry(of: type)?.name ?? "type \(type)" }
}

extension StreamName {
    /// What-if jobs and imported ledgers are shown by no view, unless asked.
    var isShown: Bool { category != "whatif" && category != "import" }
}

extension EventView {
    /// The payload of an event of a list, as one of its unions.
    func read<Union: EventUnion>(_: Union.Type = Union.self) throws(UnknownEvent) -> Union {
        do {
            return try decode()
        } catch {
            throw .payload(of: header.shape.name, error)
        }
    }
}

extension EventView {
    /// Lends an event of a job with its payload in the newest shape.
    func newest(_ body: (borrowing EventView) throws -> Void) throws {
        guard let revision = header.shape.newest, revision != header.revision else { return try body(self) }
        let bytes: [UInt8]
        switch header.kind {
        case .observation: bytes = try read(JobObservation.self).wireBytes
        case .decision: bytes = try read(JobDecision.self).wireBytes
        }
        try withPayload(bytes, revision: revision, body)
    }

    /// The payload as the message that its type stands for, in the newest shape.
    func message<Message: WireMessage>() throws(UnknownEvent) -> Message {
        try read { r throws(WireError) in try Message(from: &r) }
    }

    /// Reads some fields of the payload.
    func read<Part>(_ part: (inout WireReader) throws(WireError) -> Part) throws(UnknownEvent) -> Part {
        let begun = beginDecoding()
        defer { endDecoding(begun) }
        var reader = WireReader(payload)
        do throws(WireError) {
            return try part(&reader)
        } catch {
            throw .payload(of: header.shape.name, error)
        }
    }
}

extension RecordedEvent {
    var shape: EventShape { EventShape(type: type, revision: revision, kind: kind) }

    func list() throws(UnknownEvent) -> EventList { try shape.list() }

    var isShown: Bool { stream.isShown }

    /// The name that people see.
    var name: String { shape.name }

    /// The event of a job; nil for another list's.
    func jobEvent() throws(UnknownEvent) -> JobEvent? {
        guard try list() == .job, isShown else { return nil }
        guard stream.category == "job", !stream.id.isEmpty else { throw .stream(of: name) }
        switch kind {
        case .observation: return .observed(try read())
        case .decision: return .decided(try read())
        }
    }

    /// The event of a knowledge entry; nil for another list's.
    func entryEvent() throws(UnknownEvent) -> EntryObservation? {
        guard try list() == .entry, isShown else { return nil }
        guard stream.category == "entry", !stream.id.isEmpty else { throw .stream(of: name) }
        return try read()
    }

    /// The event of a proposal; nil for another list's.
    func proposalEvent() throws(UnknownEvent) -> ProposalObservation? {
        guard try list() == .proposal, isShown else { return nil }
        guard stream.category == "proposal", !stream.id.isEmpty else { throw .stream(of: name) }
        return try read()
    }

    /// The event of a contradiction; nil for another list's.
    func contradictionEvent() throws(UnknownEvent) -> ContradictionObservation? {
        guard try list() == .contradiction, isShown else { return nil }
        guard stream.category == "contradiction", !stream.id.isEmpty else { throw .stream(of: name) }
        return try read()
    }

    /// The event of something derived; nil for another list's.
    func derivedEvent() throws(UnknownEvent) -> DerivedEvent? {
        guard try list() == .derived, isShown else { return nil }
        guard stream.category == "derived", !stream.id.isEmpty else { throw .stream(of: name) }
        switch kind {
        case .observation: return .observed(try read())
        case .decision: return .decided(try read())
        }
    }

    /// Any event; nil for what is not shown.
    func known() throws(UnknownEvent) -> KnownEvent? {
        let list = try list()
        guard isShown else { return nil }
        switch list {
        case .job: return try jobEvent().map { .job($0) }
        case .entry: return try entryEvent().map { .entry($0) }
        case .proposal: return try proposalEvent().map { .proposal($0) }
        case .contradiction: return try contradictionEvent().map { .contradiction($0) }
        case .derived: return try derivedEvent().map { .derived($0) }
        case .definition: return .definition(try read())
        case .control: return .control(try read())
        case .driver: return .driver(try read())
        case .ledger: return .ledger(try read())
        }
    }

    private func read<Union: EventUnion>() throws(UnknownEvent) -> Union {
        do {
            return try decode()
        } catch {
            throw .payload(of: name, error)
        }
    }

    /// The stream's id: the job, the entry.
    var id: String { String(stream.id) }
}

/// The flow of a job: its id without the number at the end.
func flow(ofJob job: String) -> String {
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    guard let dash = job.utf8.lastIndex(of: UInt8(ascii: "-")),
        job.utf8[dash...].dropFirst().allSatisfy(digits.contains)
    else { return job }
    return String(job[..<dash])
}
