import Coordinator
import EventSourcing
import Events
import Ledger
import Wire

/// `daybook verify --bundle`: a job proved by a file and a key, and driven again from the file alone.
struct BundleCheck {
    private let bundle: VerifiedBundle
    private let key: VerifierKey
    private let history: JobHistory
    private let replay: JobReplay
    /// Hashes that the events name and the bundle does not hold.
    private let absent: Int

    /// - Throws: `ProofFailure` if anything in it is not as it should be, `Complaint` if it is not understood.
    init(_ bytes: [UInt8], _ key: VerifierKey) throws {
        bundle = try StreamBundle(bytes).verify(with: key)
        self.key = key
        guard bundle.stream.category == "job" else {
            throw Complaint("the bundle holds \(bundle.stream.description.printable), which is no job", status: .failed)
        }
        let contents = ContentsAtHand(contents: bundle.artifacts)
        history = try JobHistory(String(bundle.stream.id), bundle.events)
        absent = try BundleContents.named(by: history, in: contents).others.count
        replay = try JobReplay(history, contents)
    }

    /// Looks in a process of its own, and says what it said: whoever has a key can sign events that no decider was made
    /// for, and one that meets them may end its process.
    static func elsewhere(_ path: String, _ key: VerifierKey, json: Bool) throws {
        let arguments = ["verify", "--inside", "--bundle", path, "--key", key.description]
        let process = try OwnProcess.run(arguments + (json ? ["--json"] : []))
        Terminal.bytes(process.output)
        let words = String(decoding: process.errors, as: UTF8.self)
        if !words.isEmpty { Terminal.note(words.hasSuffix("\n") ? String(words.dropLast()) : words) }
        switch process.end {
        case .exit(let code):
            guard let status = ExitStatus(rawValue: code) else { throw Ending(.failed) }
            if status != .done { throw Ending(status) }
        case .signal(let number):
            throw Complaint(
                "the job in this bundle cannot be driven again: trying to ended the process (signal \(number))",
                hint: "nothing it says can be relied on; ask whoever gave it to you", status: .failed)
        }
    }

    private var checkpoint: Ledger.Checkpoint { bundle.checkpoint.checkpoint }
    private var contentBytes: Int { bundle.artifacts.values.reduce(0) { $0 + $1.count } }

    func show(json: Bool) throws {
        json ? Terminal.line(self.json.description) : show()
        // What cannot be judged is not proved either.
        if replay.verdict != .reproduced { throw Ending(.failed) }
    }

    private func show() {
        let counts =
            "\(Format.plural(bundle.events.count, "event")), "
            + "\(Format.plural(bundle.artifacts.count, "content")) (\(Format.bytes(UInt64(contentBytes))))"
        Terminal.line("\(Style.green("OK.")) \(history.job.printable): \(counts), as they were signed.")
        Terminal.line(
            "Signed    \(checkpoint.origin.printable), \(Format.plural(checkpoint.size, "event")), key \(key.id)")
        if let first = history.items.first, let last = history.items.last {
            Terminal.line(
                "Events    @\(first.position) \(first.name) .. @\(last.position) \(last.name), versions 1 to "
                    + "\(last.version) without a gap")
        }
        let others = absent == 0 ? "" : "; \(Format.count(absent)) named are not in it: computed, or not kept"
        Terminal.line("Contents  each has the hash that an event names\(others)")
        Terminal.line("Replay    \(replayWords)")
        for divergence in replay.divergences { replay.words(divergence).forEach { Terminal.line("  \($0.printable)") } }
        Terminal.line("Not shown: whether anything follows. No bundle can prove that nothing does.")
    }

    private var replayWords: String {
        let built =
            "\(Format.plural(replay.requests.count, "request")) and "
            + "\(Format.plural(replay.mails.count, "batch of mails", "batches of mails")) rebuilt"
        let counts = "\(replay.same) of \(Format.plural(replay.decisions, "decision")) the same, \(built)"
        switch replay.verdict {
        case .reproduced: return "exact on this build: \(counts)"
        case .notCheckable(JobReplay.erased):
            return "\(Style.yellow("not checkable:")) contents are sealed, and the keys of people are in no bundle"
        case .notCheckable(let why): return "\(Style.yellow("not checkable:")) \(why.printable)"
        case .diverged:
            return "\(Style.red("diverges")) on this build, first at @\(replay.firstDifference ?? 0): \(counts)"
        }
    }

    private var json: JSON {
        .fields(
            ("ok", .bool(true)), ("job", .string(history.job)), ("events", .number(bundle.events.count)),
            ("first_position", .number(bundle.events.first?.position ?? 0)),
            ("last_position", .number(bundle.events.last?.position ?? 0)),
            ("last_event", history.items.last.map { .string($0.name) } ?? .null),
            ("contents", .number(bundle.artifacts.count)), ("content_bytes", .number(contentBytes)),
            ("contents_absent", .number(absent)), ("checkpoint", checkpoint.json), ("key", .string(key.description)),
            ("replay", replay.json))
    }
}
