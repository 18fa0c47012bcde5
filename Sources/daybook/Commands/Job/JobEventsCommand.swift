import ArgumentParser
import Coordinator
import EventSourcing
import Events
import Ledger
import Views
import Wire

struct JobEventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "The events of one job, in order.",
        discussion: """
            With --json: one object an event with `position`, `version`, `time`, `event`, `kind`, `actor`, `causation`
            and `data`, the event's own fields.
            """)

    @OptionGroup var target: JobArgument
    @OptionGroup var options: WorkspaceOptions

    @Flag(help: "Go on printing events as they come.")
    var follow = false

    func run() async throws {
        let workplace = try Workplace(options, readOnly: true)
        defer { workplace.close() }
        _ = try target.state(in: workplace)
        let stream = JobSession.stream(of: target.job)
        var version: StreamVersion = 0
        var head: Position = 0
        repeat {
            for event in try workplace.ledger.events(of: stream, after: version) {
                version = event.version
                try EventLine(event).show(json: options.json)
            }
            if follow { head = try await workplace.ledger.grown(beyond: head) }
        } while follow
    }
}

/// One event on one line.
struct EventLine {
    let event: RecordedEvent
    let name: String

    init(_ event: RecordedEvent) {
        self.event = event
        name = EventCatalog.entry(of: event.type)?.name ?? "type \(event.type)"
    }

    func show(json: Bool) throws {
        let data = try EventCatalog.json(type: event.type, payload: event.payload)
        if json {
            Terminal.line(
                JSON.fields(
                    ("position", .number(event.position)), ("stream", .string(event.stream.description)),
                    ("version", .number(event.version)), ("time", .string(Format.iso(event.time))),
                    ("event", .string(name)), ("kind", .string(event.kind == .observation ? "observation" : "decision")),
                    ("actor", .string(event.actor)), ("causation", .number(event.causation)), ("data", data)
                ).description)
        } else {
            Terminal.line(
                "\("@\(event.position)".column(8)) \(Format.time(event.time))  \(name.column(20)) "
                    + "\(event.actor.column(8)) \(data.description.printable.cut(120))")
        }
    }
}
