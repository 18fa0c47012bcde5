import Coordinator
import EventSourcing
import Events
import Jobs
import Ledger
import Wire
import Workspace

/// `daybook replay JOB`, computed and ready to be shown.
struct ReplayOfOne {
    private let name: String
    private let isImported: Bool
    private let replay: JobReplay
    private let whatIf: WhatIf
    private let prompt: PromptDifference?
    private let workplace: Workplace
    private let shelf: ArtifactShelf
    private let microseconds: UInt64

    init(_ kept: KeptJob, _ whatIf: WhatIf, in workplace: Workplace, _ shelf: ArtifactShelf) throws {
        let start = workplace.world.now()
        let history = try JobHistory(kept.job, in: kept.log)
        let substitution = try whatIf.substitution(for: kept.job, in: history, shelf)
        let replay = try JobReplay(kept.job, in: kept.log, shelf, with: substitution)
        name = kept.name
        isImported = kept.isImported
        prompt = substitution.flatMap { PromptDifference(replay, $0, shelf) }
        self.replay = replay
        microseconds = UInt64(max(0, workplace.world.now() - start))
        self.whatIf = whatIf
        self.workplace = workplace
        self.shelf = shelf
    }

    func show(json: Bool) throws {
        if json {
            let object = replay.json.setting("job", to: .string(name))
            Terminal.line((whatIf.isNone ? object : object.setting("prompt", to: prompt?.json ?? .null)).description)
        } else {
            Terminal.line("From the ledger alone: no network, no model, no cost, nothing is sent.")
            announce()
            for line in replay.lines { Terminal.line("  \(line)") }
            Terminal.line(
                "  \(Format.plural(replay.observations, "observation")) fed in, "
                    + "\(replay.same) of \(Format.plural(replay.decisions, "decision")) the same, "
                    + Format.duration(microseconds))
            conclude()
        }
        if replay.verdict != .reproduced { throw Ending(.failed) }
    }

    private func announce() {
        if let rules = whatIf.rules, rules == replay.history.queued?.rules {
            Terminal.line("\(replay.job) already uses the latest rules (\(rules)).")
        }
        guard whatIf.files != nil else { return }
        let changes = changedFiles
        Terminal.line(
            changes.isEmpty
                ? "The files are as \(replay.job) pinned them."
                : "With the files as they are now: \(changes.joined(separator: ", ")).")
    }

    private func conclude() {
        let job = name
        switch replay.verdict {
        case .reproduced where whatIf.isNone:
            Terminal.line("\(Style.green("Exact.")) \(job) reproduces on this build.")
            let changes = isImported ? [] : changedFiles
            if changes.isEmpty {
                Terminal.line("Next: daybook audit \(job)    what each agent saw")
            } else {
                Terminal.line("Note: \(changes.joined(separator: ", ")). What if?")
                Terminal.line("Next: daybook replay \(job) --with workspace     shows the prompt diff")
            }
        case .reproduced:
            Terminal.line("\(Style.green("The same.")) Nothing in \(job) would have been decided otherwise.")
        case .notCheckable(let why): Terminal.line("\(Style.yellow("Not checkable:")) \(why).")
        case .diverged where whatIf.isNone:
            Terminal.line("\(Style.red("Diverges,")) first at \(job) @\(replay.firstDifference ?? 0).")
            for divergence in replay.divergences { replay.words(divergence).forEach { Terminal.line("  \($0)") } }
        case .diverged: concludeWhatIf()
        }
    }

    /// What other files would have changed: the first turn in full, those behind it counted.
    private func concludeWhatIf() {
        let job = replay.job
        if let first = replay.divergences.first {
            let words = replay.words(first)
            Terminal.line("\(Style.yellow("Differs,")) first at \(words.first ?? "")")
            // A prompt is shown as such below.
            let isPrompt = if case .callRequested? = first.today, prompt?.today != nil { true } else { false }
            if !isPrompt { words.dropFirst().forEach { Terminal.line("  \($0)") } }
            let more = replay.divergences.count - 1
            if more > 0 { Terminal.line("  and \(Format.plural(more, "turn")) behind it") }
        }
        prompt?.show(job: job)
        let step = prompt?.step ?? replay.divergences.first.flatMap { replay.history.item($0.version)?.step }
        if let step { Terminal.line("Next: daybook rerun \(job) --from \(step)    makes it anew with these files") }
    }

    /// `agents/writer.md has changed since (9f31c07a -> c2d86b15)`, for each definition that is not as it was pinned.
    private var changedFiles: [String] {
        // Files that are broken are `daybook check`'s to complain about.
        guard let files = whatIf.files ?? (try? workplace.files()),
            let pinned = replay.history.definitions(at: StreamVersion(replay.history.items.count), from: shelf)
        else { return [] }
        var changes: [String] = []
        func compare(_ path: String, _ old: Digest?, _ new: Digest?) {
            guard old != new else { return }
            changes.append("\(path) has changed since (\(old?.short ?? "none") -> \(new?.short ?? "none"))")
        }
        if let flow = files.flow(pinned.flow.name) { compare(flow.source.path, Digest.of(pinned.flow), flow.digest) }
        for (agent, digest) in zip(pinned.agents, pinned.agentDigests) {
            guard let file = files.agent(agent.name) else { continue }
            compare(file.source.path, digest, file.digest)
        }
        for model in pinned.models {
            guard let file = files.model(model.alias) else { continue }
            compare("\(file.source.path) (\(model.alias))", Digest.of(model), file.digest)
        }
        compare(files.business.source.path + " (business)", Digest.of(pinned.business), files.business.digest)
        return changes
    }
}
