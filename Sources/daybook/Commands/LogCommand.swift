import ArgumentParser
import Coordinator
import EventSourcing
import Events
import Ledger
import ViewStore
import Views
import Wire

struct LogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "Everything that happened, one line an event, from the ledger itself.",
        discussion: """
            daybook log --job newsletter-8
            daybook log --since 2h --type ApprovalDecided
            daybook log --reverse --limit 10

            With --json: one object an event with `position`, `stream`, `version`, `time`, `event`, `kind` \
            (observation or decision), `actor`, `causation` (0 for none), `commit` (the position of its commit's first \
            event) and `data`, the event's own fields.
            """)

    /// Events that are read in one go.
    static let batchEvents = 1_024

    @Option(help: "Only events of this job.")
    var job: String?

    @Option(help: "Only events of this stream, such as entry/pricing, or of all of a kind, such as entry.")
    var stream: String?

    @Option(help: ArgumentHelp("Only events of this name, such as CallEnded.", valueName: "name"))
    var type: String?

    @Option(help: "Only events by this actor: owner, driver.")
    var actor: String?

    @Option(help: ArgumentHelp("Only from this event (@147) or this time on (2h, 2026-11-02).", valueName: "when"))
    var since: String?

    @Option(help: "At most so many.")
    var limit: Int?

    @Flag(help: "The newest first.")
    var reverse = false

    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let workplace = try Workplace(options, readOnly: true)
        defer { workplace.close() }
        let wanted = try type.map { try Self.typeNumber($0) }
        let since = try since.map { try Since($0, now: workplace.world.now()) }
        // Where the view cannot be brought up to date, the events speak for themselves.
        let timeline = options.json ? nil : try? workplace.view(Timeline())
        var left = limit ?? .max
        try forEachEvent(in: workplace.ledger) { event in
            guard left > 0 else { return false }
            let isRecent = since?.includes(event) ?? true
            // Positions only grow: nothing that is wanted comes behind this one.
            if case .position? = since, reverse, !isRecent { return false }
            guard isRecent, wanted == nil || event.type == wanted, actor == nil || event.actor == actor,
                stream.map({ event.stream.description == $0 || event.stream.category == $0[...] }) ?? true
            else { return true }
            left -= 1
            if options.json {
                Terminal.line(try event.json().description)
            } else {
                EventText(event, timeline: timeline).show(event)
            }
            return true
        }
    }

    /// Hands out events in the order asked for until `body` says no.
    private func forEachEvent(in ledger: Ledger, _ body: (RecordedEvent) throws -> Bool) throws {
        do {
            if let job {
                let events = try ledger.events(of: JobSession.stream(of: job), after: 0)
                guard !events.isEmpty else {
                    throw Complaint("there is no job \(job)", hint: "daybook job list", status: .notFound)
                }
                for event in reverse ? events.reversed() : events where try !body(event) { return }
                return
            }
            let head = try ledger.head()
            var place = reverse ? head : 0
            if !reverse, let since, since.hasPrefix("@"), let start = Position(since.dropFirst()), start > 0 {
                place = start - 1
            }
            while reverse ? place > 0 : place < head {
                let start = reverse ? place - min(place, Position(Self.batchEvents)) : place
                let count = reverse ? Int(place - start) : Self.batchEvents
                let events = try ledger.events(after: start, limit: count)
                guard let last = events.last else { return }
                for event in reverse ? events.reversed() : events where try !body(event) { return }
                place = reverse ? start : last.position
            }
        } catch {
            throw Complaint(error)
        }
    }

    private static func typeNumber(_ name: String) throws -> UInt16 {
        if let entry = EventCatalog.entries.first(where: { $0.name.lowercased() == name.lowercased() }) {
            return entry.type
        }
        let near = EventCatalog.entries.map(\.name).filter { $0.lowercased().contains(name.lowercased()) }
        throw Complaint(
            "there is no event called \(name)",
            hint: near.isEmpty ? "daybook log shows the names" : "perhaps \(near.joined(separator: ", "))",
            status: .usage)
    }
}
