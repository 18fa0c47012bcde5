import Coordinator
import EventSourcing
import Events
import Knowledge
import Wire

/// A stream of what others made of the knowledge, replayed on this build: each request is concluded again from what was
/// asked for, what there was to pay it with, and how the one before it had ended.
struct DerivedReplay {
    static let category = "derived"

    /// What people type: `derived/summaries`, or `import/8f0c21d3a4b5/derived/summaries`.
    let name: String
    private let replay: Replay<DerivationDecider>

    var observations: Int { replay.observations }
    var decisions: Int { replay.decisions }
    var same: Int { replay.same }
    var verdict: JobReplay.Verdict { replay.isExact ? .reproduced : .diverged }
    /// The first thing that does not come out the same.
    var firstDifference: Position? { replay.divergences.map(\.position).min() }

    /// Nil if the name is of no such stream.
    ///
    /// - Throws: `Complaint` if the log has none of this name, or if an event is not understood by this build.
    init?(_ name: String, in log: any EventLog) throws {
        var (own, stream) = (log, StreamName(name))
        if let (imported, inner) = ImportedLog.split(stream, in: log) { (own, stream) = (imported, inner) }
        guard stream.category == Self.category else { return nil }
        self.name = name
        do {
            let events = try own.events(of: stream, after: 0)
            guard !events.isEmpty else {
                throw Complaint("nothing was made under \(name)", hint: "daybook metrics", status: .notFound)
            }
            replay = try Replay(DerivationDecider(), events)
        } catch {
            throw Complaint(error)
        }
    }

    /// The streams of this ledger, and of those that were imported.
    static func streams(of log: any EventLog, imported: Bool) throws -> [String] {
        do {
            let others = imported ? try ImportedLog.streams(in: category, of: log) : []
            return (try log.streams(in: category) + others).map(\.description).sorted()
        } catch {
            throw Complaint(error)
        }
    }

    /// `@147  DerivationRequested was recorded; today it is DerivationRequested`, a line each.
    var lines: [String] {
        replay.divergences.map { divergence in
            let what =
                switch divergence.what {
                case .rejected(let why): "would not be taken today: \(why)"
                case .extra(let recorded): "\(recorded) was recorded; today it does not follow"
                case .missing(let today): "today \(today) follows as well"
                case .other(let recorded, let today) where recorded == today: "\(recorded) differs"
                case .other(let recorded, let today): "\(recorded) was recorded; today it is \(today)"
                }
            return "@\(divergence.position)  \(what)"
        }
    }

    var json: JSON {
        .fields(
            ("stream", .string(name)), ("verdict", .string(verdict.name)), ("reason", .null),
            ("observations", .number(observations)), ("decisions", .number(decisions)), ("same", .number(same)),
            (
                "divergences",
                .array(
                    zip(replay.divergences, lines).map { divergence, line in
                        .fields(
                            ("position", .number(divergence.position)), ("version", .number(divergence.version)),
                            ("words", .string(line)), ("recorded", divergence.recorded?.displayJSON ?? .null),
                            ("today", divergence.today?.displayJSON ?? .null))
                    })
            ))
    }

    /// `daybook replay derived/summaries`.
    func show(json: Bool) throws {
        if json {
            Terminal.line(self.json.description)
        } else {
            Terminal.line("From the ledger alone: no network, no model, no cost, nothing is sent.")
            Terminal.line(
                "  \(Format.plural(observations, "observation")) fed in, "
                    + "\(same) of \(Format.plural(decisions, "decision")) the same")
            if verdict == .reproduced {
                Terminal.line("\(Style.green("Exact.")) \(name) reproduces on this build.")
                Terminal.line("Next: daybook metrics    what it cost")
            } else {
                Terminal.line("\(Style.red("Diverges,")) first at \(name) @\(firstDifference ?? 0).")
                for line in lines { Terminal.line("  \(line)") }
            }
        }
        if verdict != .reproduced { throw Ending(.failed) }
    }
}
