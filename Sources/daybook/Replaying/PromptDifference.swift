import EventSourcing
import Jobs
import Wire

/// What a request was, and what it would be with other definitions.
struct PromptDifference {
    let step: String
    let position: Position
    let recorded: [UInt8]
    /// Nil if there would be no such request.
    let today: [UInt8]?

    /// The first request of a replayed job that does not come out the same; nil if all do.
    init?(_ replay: JobReplay, _ substitution: Substitution, _ artifacts: some ArtifactReader) {
        guard let request = replay.requests.first(where: { !$0.isSame }) else { return nil }
        let records = Array(replay.history.records.prefix(Int(request.version)))
        let decider = JobDecider(artifacts: artifacts)
        guard let recorded = decider.request(of: request.version, in: records) else { return nil }
        step = request.step
        position = request.position
        self.recorded = recorded.clear
        today = decider.request(of: request.version, in: substitution.records(records))?.clear
    }

    func show(job: String) {
        guard let today else {
            return Terminal.line("The request of \(job).\(step) @\(position) could not be built with these files.")
        }
        let diff = LineDiff(RequestText.lines(recorded), RequestText.lines(today))
        Terminal.line(
            "What \(job).\(step) @\(position) was told (-) and would be told (+): "
                + "\(Format.plural(diff.removed, "line")) removed, \(diff.added) added")
        for line in diff.text() { Terminal.line("  \(line)") }
    }

    var json: JSON {
        .fields(
            ("step", .string(step)), ("position", .number(position)),
            ("recorded", .string(String(decoding: recorded, as: UTF8.self))),
            ("today", today.map { .string(String(decoding: $0, as: UTF8.self)) } ?? .null))
    }
}
