import EventSourcing
import EventSourcingTesting
import Events
import Foundation
import JobFixtures
import Jobs
import Testing
import Wire

/// A job as it was recorded once: what was observed and concluded, what was refused, and every content it needs.
///
/// The files are kept for ever. A line is `content <hex>`, `observed|decided <type> <time> <hex>` or
/// `refused <type> <time> <hex> <why>`.
struct GoldenJob {
    enum Step {
        case recorded(RecordedEvent)
        /// An observation that was not let in, and the name of the reason.
        case refused(JobObservation, at: Timestamp, why: String)
    }

    let name: String
    let shelf: Shelf
    private(set) var steps: [Step] = []

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

    static func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".job") }.sorted()
    }

    init(named name: String) throws {
        self.name = name
        shelf = Shelf()
        let text = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
        var version: StreamVersion = 0
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
            if words[0] == "content" {
                shelf.put(try #require([UInt8](hex: words[1])))
                continue
            }
            let type = try #require(UInt16(words[1]))
            let time = try #require(Timestamp(words[2]))
            let payload = try #require([UInt8](hex: words[3]))
            if words[0] == "refused" {
                steps.append(
                    .refused(
                        try JobObservation(type: type, revision: 1, from: payload.span.bytes), at: time, why: words[4]))
                continue
            }
            version += 1
            let kind: EventKind = words[0] == "observed" ? .observation : .decision
            steps.append(
                .recorded(
                    RecordedEvent(
                        position: Position(version), stream: StreamName("job/golden-1"), version: version,
                        previous: Position(version) - 1, commit: Position(version), index: 0, type: type, revision: 1,
                        kind: kind, time: time, actor: "test", causation: 0, payload: payload)))
        }
    }

    var events: [RecordedEvent] { steps.compactMap { if case .recorded(let event) = $0 { event } else { nil } } }

    /// How many decisions a decider makes otherwise, or observations it treats otherwise.
    func divergences<D: Decider>(_ decider: D) throws -> (decisions: Int, first: String?)
    where D.Observation == JobObservation, D.Decision == JobDecision, D.State == JobState, D.Rejection == JobRejection {
        let replay = try Replay(decider, events)
        if let first = replay.divergences.first {
            return (replay.decisions, "\(name) @\(first.position): \(first.what)")
        }
        var turn = Turn(decider, state: decider.initialState, version: 0)
        for step in steps {
            switch step {
            case .recorded(let event): try turn.apply(event)
            case .refused(let observation, let time, let why):
                var trial = Turn(decider, state: turn.state, version: turn.version)
                do throws(JobRejection) {
                    _ = try trial.take(observation, at: time)
                    return (replay.decisions, "\(name): \(observation.name) was refused (\(why)) and is let in")
                } catch {
                    guard Self.name(of: error) != why else { continue }
                    return (replay.decisions, "\(name): refused for \(why), now for \(error)")
                }
            }
        }
        return (replay.decisions, nil)
    }

    static func name(of rejection: JobRejection) -> String {
        String("\(rejection)".prefix { $0 != "(" })
    }

    /// Writes a story down. Only `DAYBOOK_RECORD_GOLDEN=1` does so, and only for a name that is not there yet.
    static func record(_ story: Story, named name: String) throws {
        let file = folder.appending(path: "\(name).job")
        guard !FileManager.default.fileExists(atPath: file.path) else { return }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var lines = story.newsletter.shelf.all.map { "content \($0.hex)" }.sorted()
        var events = story.specification.events[...]
        for attempt in story.attempts {
            if let why = attempt.refused {
                let payload = attempt.observation.wireBytes.hex
                lines.append("refused \(attempt.observation.type) \(attempt.time) \(payload) \(why)")
                continue
            }
            repeat {
                guard let event = events.popFirst() else { break }
                let kind = event.kind == .observation ? "observed" : "decided"
                lines.append("\(kind) \(event.type) \(event.time) \(event.payload.hex)")
            } while events.first?.kind == .decision
        }
        try (lines.joined(separator: "\n") + "\n").write(to: file, atomically: true, encoding: .utf8)
    }
}
