import EventSourcing
import Events
import ViewStore
import Views
import Wire

/// An event on one line: where it belongs, what it is called, and what it says.
struct EventText {
    /// `newsletter-8.draft`, `pricing@2`, `control`.
    let place: String
    let name: String
    let line: String

    /// - Parameters:
    ///   - step: of the job, if it is known without the view.
    ///   - timeline: the view of that name; without it the event's own fields stand for its line.
    init(_ event: RecordedEvent, step: String? = nil, timeline: (any RowSource)?) {
        let row = try? timeline.flatMap { try Timeline.row(at: event.position, in: $0) }
        name = EventCatalog.entry(of: event.type)?.name ?? "type \(event.type)"
        let id = String(event.stream.id)
        switch event.stream.category {
        case "job":
            let step = step ?? row?.step ?? ""
            place = step.isEmpty ? id : "\(id).\(step)"
        case "entry": place = "\(id)@\(event.version)"
        default: place = event.stream.description
        }
        let fields = try? EventCatalog.json(type: event.type, revision: event.revision, payload: event.payload)
        line = row?.line ?? fields?.description ?? "not understood by this build"
    }

    /// `@147  2026-11-02 09:14:41  newsletter-8.draft  CallEnded  driver  …`
    func show(_ event: RecordedEvent) {
        let position = "@\(event.position)".column(7)
        let head = "\(position)  \(Format.time(event.time))  \(place.column(22))  \(name.column(18))"
        Terminal.line(
            "\(head)  \(event.actor.printable.column(7))  \(line.printable.replacing("\n", with: " ").cut(100))")
    }
}

extension EventText {
    /// Prints some events, a line or an object each.
    static func show(_ events: [RecordedEvent], in workplace: Workplace, json: Bool) throws {
        // Where the view cannot be brought up to date, the events speak for themselves.
        let timeline = json || events.isEmpty ? nil : try? workplace.view(Timeline())
        for event in events {
            if json {
                Terminal.line(try event.json().description)
            } else {
                EventText(event, timeline: timeline).show(event)
            }
        }
    }
}

extension RecordedEvent {
    /// The header and the event's own fields, as `--json` prints them.
    func json() throws(WireError) -> JSON {
        let data = try EventCatalog.json(type: type, revision: revision, payload: payload)
        return .fields(
            ("position", .number(position)), ("stream", .string(stream.description)), ("version", .number(version)),
            ("time", .string(Format.iso(time))),
            ("event", .string(EventCatalog.entry(of: type)?.name ?? "type \(type)")),
            ("kind", .string(kind == .observation ? "observation" : "decision")), ("actor", .string(actor)),
            ("causation", .number(causation)), ("commit", .number(commit)), ("data", data))
    }
}
