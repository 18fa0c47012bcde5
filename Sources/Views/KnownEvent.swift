import EventSourcing
import Events
import Wire

/// An event of the ledger with its payload read.
enum KnownEvent {
    case job(JobEvent)
    case entry(EntryObservation)
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

extension RecordedEvent {
    /// The lists of the schema.
    enum List: String {
        case job, entry, definition, control, driver, ledger
    }

    /// What-if jobs and imported ledgers are shown by no view, unless asked.
    var isShown: Bool { stream.category != "whatif" && stream.category != "import" }

    /// The list that the event stands in.
    ///
    /// - Throws: for an event that this build does not know, whichever list it is of.
    func list() throws(UnknownEvent) -> List {
        guard let entry = EventCatalog.entry(of: type), let list = List(rawValue: entry.category) else {
            throw .type(type)
        }
        guard revision == entry.revision else { throw .revision(revision, of: entry.name, known: entry.revision) }
        guard (kind == .decision) == (entry.kind == .decision) else { throw .kind(of: entry.name) }
        return list
    }

    /// The name that people see.
    var name: String { EventCatalog.entry(of: type)?.name ?? "type \(type)" }

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

    /// Any event; nil for what is not shown.
    func known() throws(UnknownEvent) -> KnownEvent? {
        let list = try list()
        guard isShown else { return nil }
        switch list {
        case .job: return try jobEvent().map { .job($0) }
        case .entry: return try entryEvent().map { .entry($0) }
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
    guard let dash = job.lastIndex(of: "-"), job[job.index(after: dash)...].allSatisfy(\.isNumber) else { return job }
    return String(job[..<dash])
}
