import ArgumentParser
import Coordinator
import EventSourcing
import Events
import Jobs
import Ledger
import ViewStore
import Views
import Wire

struct WhyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why", abstract: "The chain from an event, a mail or an output back to your goal.",
        discussion: """
            daybook why @147        an event
            daybook why 4c19e0d3    a mail, a request or an output, by its hash
            daybook why pricing@2   where this version of a knowledge entry came from

            The newest first; what something rests on stands below it, one level deeper for each hand it went through. \
            With --json: one object an event with `position`, `stream`, `version`, `event`, `step` (null for the whole \
            job), `depth`, `because` (the positions it rests on directly) and `words`.
            """)

    /// Deeper levels are not indented further.
    private static let depthMax = 12

    @Argument(help: "An event, a hash, a job, a step, or a version of a knowledge entry.")
    var reference: [String]

    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let reference = try Reference(words: reference)
        let workplace = try Workplace(options, readOnly: true)
        defer { workplace.close() }
        let timeline = try? workplace.view(Timeline())
        var event = try ReasonStart.event(for: reference, in: workplace)
        var depth = 0
        // Knowledge came from a person, from a file, or from a job; other streams have no chain of their own.
        while event.stream.category != "job" {
            show(event, timeline, depth)
            guard let next = try cause(of: event, in: workplace.ledger) else { return }
            event = next
            depth += 1
        }
        let reasons = try Reasons(event.version, of: String(event.stream.id), in: workplace.ledger)
        for node in reasons.nodes { show(node, timeline, depth, workplace.artifacts) }
        guard !options.json, let last = reasons.nodes.last else { return }
        Terminal.line("Next: daybook audit \(last.job)    what each agent saw on the way")
    }

    /// What an event outside of jobs rests on.
    private func cause(of event: RecordedEvent, in ledger: Ledger) throws -> RecordedEvent? {
        if event.stream.category == "entry", let entry = try? event.decode(EntryObservation.self) {
            let source: EntrySource? =
                switch entry {
                case .entryAdded(let event): event.source
                case .entryRevised(let event): event.source
                case .entryMerged(let event): event.source
                case .entryReverted, .entryRetired: nil
                }
            if case .job(let from)? = source {
                return try ledger.events(of: JobSession.stream(of: from.job), after: from.version - 1).first
            }
            // A reverted text came with the version that it was taken from.
            if case .entryReverted(let reverted) = entry {
                return try ledger.events(of: event.stream, after: reverted.to - 1).first
            }
        }
        guard event.causation > 0 else { return nil }
        return try ledger.events(after: event.causation - 1, limit: 1).first
    }

    // MARK: - Lines

    private func show(_ event: RecordedEvent, _ timeline: (any RowSource)?, _ depth: Int) {
        let text = EventText(event, timeline: timeline)
        let words = [text.line, origin(of: event)].filter { !$0.isEmpty }.joined(separator: ", ")
        if options.json {
            return Terminal.line(
                json(event, text.name, step: nil, depth, because: event.causation > 0 ? [event.causation] : [], words))
        }
        line(event.position, text.name, text.place, words, depth)
    }

    /// `from knowledge/pricing.md`
    private func origin(of event: RecordedEvent) -> String {
        guard let entry = try? event.decode(EntryObservation.self) else { return "" }
        let source: EntrySource? =
            switch entry {
            case .entryAdded(let event): event.source
            case .entryRevised(let event): event.source
            case .entryMerged(let event): event.source
            case .entryReverted, .entryRetired: nil
            }
        switch source {
        case .file(let path): return "from \(path)"
        case .person: return "by you"
        case .job(let job): return "made by \(job.job)"
        case nil: return ""
        }
    }

    private func show(
        _ node: Reasons.Node, _ timeline: (any RowSource)?, _ depth: Int, _ artifacts: some ArtifactReader
    ) {
        let record = node.item.record
        let text = EventText(record, step: node.item.step, timeline: timeline)
        let words = self.words(node, text, artifacts)
        if options.json {
            return Terminal.line(
                json(
                    record, node.item.name, step: node.item.step, depth + node.depth, because: node.because.sorted(),
                    words))
        }
        line(record.position, node.item.name, text.place, words, depth + node.depth)
    }

    private func words(_ node: Reasons.Node, _ text: EventText, _ artifacts: some ArtifactReader) -> String {
        if let context = node.item.context {
            let sources = context.items.map(\.source.label)
            let shown = sources.prefix(6).joined(separator: ", ") + (sources.count > 6 ? ", …" : "")
            return sources.isEmpty ? "nothing was looked up" : "shown \(shown)"
        }
        if case .observed(.jobQueued(let queued)) = node.item.event {
            let inputs = artifacts.bytes(queued.inputs).flatMap { try? JSON(parsing: $0) }?.members ?? []
            let given = inputs.filter { $0.value.text != "" }.map {
                "\($0.name) = \($0.value.text ?? $0.value.description)"
            }
            return "your goal: \(node.job)\(given.isEmpty ? "" : ", \(given.joined(separator: ", "))")"
        }
        let from = node.because.filter { $0 != node.item.position - 1 }.sorted(by: >).map { "@\($0)" }
        return from.isEmpty ? text.line : "\(text.line)  <- \(from.joined(separator: " "))"
    }

    private func line(_ position: Position, _ name: String, _ place: String, _ words: String, _ depth: Int) {
        let indent = String(repeating: "  ", count: min(depth, Self.depthMax))
        let head = "\(indent)\("@\(position)".column(7)) \(name.column(18)) \(place.column(24))"
        Terminal.line("\(head) \(words.printable.replacing("\n", with: " ").cut(110))")
    }

    private func json(
        _ event: RecordedEvent, _ name: String, step: String?, _ depth: Int, because: [Position], _ words: String
    ) -> String {
        JSON.fields(
            ("position", .number(event.position)), ("stream", .string(event.stream.description)),
            ("version", .number(event.version)), ("event", .string(name)), ("step", step.map { .string($0) } ?? .null),
            ("depth", .number(depth)), ("because", .array(because.map { .number($0) })), ("words", .string(words))
        ).description
    }
}
