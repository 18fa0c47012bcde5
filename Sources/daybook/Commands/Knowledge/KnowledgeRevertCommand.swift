import ArgumentParser
import EventSourcing
import Events
import Jobs
import Knowledge
import Views
import Wire

struct KnowledgeRevertCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revert",
        abstract: "Take a version back: what an earlier one said is current again, and what follows is shown.",
        discussion: """
            daybook knowledge revert pricing --to 1 --plan     what follows; changes nothing
            daybook knowledge revert pricing --to 1            one event, undoable; open jobs begin again
            daybook knowledge revert pricing@2                 what @2 changed, and nothing that came after it

            Edits that people made since the wrong version are kept, line by line and field by field; --exact drops
            them. Where both changed the same, nothing is written (exit 1): each conflict is shown, and --ours N,
            --theirs N (or `all`), or --marks FILE and then --resolved FILE decide. Taking back a merge brings back the
            entries that it was made of; if it made a new entry, `revert NEW@1` retires that.

            A file that still says it would bring it back with its next change: --write-back writes what is current into
            it, if it is as it was imported; --retire-source FILE keeps it out of every import from now on.

            With --json: one object with `entry`, `bad_version`, `to_version`, `bad_line`, `good_line`, `as_of`,
            `consequence` (not_used, recompute, compensable, irreversible), `calls` (`job`, `step`, `class`,
            `provider`, `model`, `cost_microdollars`, `output`, `says`, `line`, `redone`, `position`), `effects`
            (`job`, `step`, `class`, `connector`, `deliveries`, `succeeded`, `unknown`, `says`, `position`,
            `first_sent_position`, `first_sent`), `approvals` (`id`, `job`, `step`, `state`, `position`),
            `made_from_these`, `files` (that still say it), `applied`, and once it is: `version`, `position`, `plan`
            (a hash), `retired_sources`, `write_back` (`result`: written, same or refused; `path`, `why`), `kept`
            (versions whose edits stand), `contradictions` (ids), `jobs` (`job`, `result`: told, told_before, resting,
            ended or refused; `withdrawn`, `redone`).
            """)

    @Argument(help: "An entry, or the version of it that was wrong: pricing, pricing@2.")
    var entry: [String]

    @Option(
        help: ArgumentHelp(
            "The version that was right; the one before if the wrong one is named instead.", valueName: "version"))
    var to: VersionArgument?

    @Option(help: ArgumentHelp("The version that was wrong; name it, or --to.", valueName: "version"))
    var bad: VersionArgument?

    @Flag(help: "Show what follows, and change nothing.")
    var plan = false

    @Flag(help: "Say exactly what that version said: edits since are dropped too.")
    var exact = false

    @OptionGroup var merge: MergeOptions

    @Flag(help: "Carry it out; so it is anyway without --plan.")
    var apply = false

    @OptionGroup var sources: SourceOptions

    @Option(help: "Why.")
    var reason: String?

    @OptionGroup var options: WorkspaceOptions

    func validate() throws {
        if plan && apply { throw ValidationError("--plan changes nothing, and --apply does: choose one") }
    }

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let book = KnowledgeBook(workplace: workplace)
        let (entry, wrong) = try names()
        if to == nil, !plan, let merge = try Unmerge(entry, wrong, in: book) {
            return show(try await merge.run(reason: reason, actor: "owner"), of: entry)
        }
        try sources.check(entry, in: book)
        let choice = RevertChoice(
            to: to?.version, bad: wrong, isExact: exact, merge: merge, text: try merge.resolvedText(options))
        let study = try RevertStudy(entry, choice, in: book)
        if let conflicts = study.merge, !conflicts.open.isEmpty, !plan {
            try merge.refuse(conflicts, command(study), options)
        }
        guard !study.isEmpty else { return showNothing(study) }
        guard !plan else { return showPlan(study) }
        let outcome = try await RevertAction(study: study, book: book, actor: "owner").run(reason: reason)
        let files = try await sources.run(entry, in: book)
        if options.json {
            let fields = study.fields + [JSON.Field("applied", true)] + outcome.fields + files.fields
            Terminal.line(JSON.object(fields).description)
        } else {
            show(study, outcome, files)
        }
    }

    /// A merge that made the entry is taken back.
    private func show(_ outcome: Unmerge.Outcome, of entry: String) {
        guard !options.json else {
            return Terminal.line(
                JSON.fields(
                    ("entry", .string(entry)), ("version", .number(outcome.version)), ("retired", true),
                    ("restored", .array(outcome.restored.map { .string($0) })), ("applied", true),
                    ("position", outcome.position.map { .number($0) } ?? .null)
                ).description)
        }
        Terminal.line("\(entry)@\(outcome.version)   retired   @\(outcome.position ?? 0)")
        Terminal.line("There again: \(outcome.restored.joined(separator: ", "))")
        Terminal.line("Next: daybook knowledge show \(outcome.restored.first ?? entry)")
    }

    /// The entry, and the version that was wrong if it is named.
    private func names() throws -> (entry: String, bad: StreamVersion?) {
        let reference = try Reference(words: entry)
        switch reference.form {
        case .name(let name):
            guard to != nil || bad != nil else {
                throw Complaint(
                    "which version of \(name) is to be taken back?",
                    hint: "daybook knowledge revert \(name)@N, or --to N; daybook knowledge history \(name)",
                    status: .usage)
            }
            return (name, bad?.version)
        case .version(let name, let version):
            guard bad == nil || bad?.version == version else {
                throw Complaint("\(name)@\(version) and --bad name two versions", status: .usage)
            }
            return (name, version)
        case .position, .imported: throw reference.missing
        }
    }

    /// This command, as it is typed again.
    private func command(_ study: RevertStudy) -> String {
        var command = "daybook knowledge revert \(study.entry)"
        if study.isWhole, bad == nil { return command + " --to \(study.good.version)" }
        if study.good.version + 1 != study.bad.version { command += " --to \(study.good.version)" }
        return command.replacing(study.entry, with: "\(study.entry)@\(study.bad.version)")
    }

    private func showNothing(_ study: RevertStudy) {
        guard !options.json else {
            return Terminal.line(JSON.object(study.fields + [JSON.Field("applied", false)]).description)
        }
        Terminal.line("\(study.bad.name) says just what @\(study.good.version) said; nothing was written.")
    }

    private func showPlan(_ study: RevertStudy) {
        guard !options.json else {
            return Terminal.line(JSON.object(study.fields + [JSON.Field("applied", false)]).description)
        }
        let open = study.merge?.open.count ?? 0
        let words =
            study.isDone
            ? "It is current already."
            : open > 0 ? "\(Format.plural(open, "conflict")) to decide first." : "Nothing has changed yet."
        Terminal.line("Plan for \(study.entry) @\(study.bad.version) -> @\(study.good.version). \(words)")
        study.show()
        if !study.isDone { Terminal.line("Next: \(command(study)) --apply    1 event, undoable") }
    }

    private func show(_ study: RevertStudy, _ outcome: RevertAction.Outcome, _ files: SourceOptions.Outcome) {
        let name = "\(study.entry)@\(outcome.version)"
        if let position = outcome.position {
            let words =
                study.isWhole
                ? "says again what @\(study.good.version) said"
                : "is without what @\(study.bad.version) changed; edits since are kept"
            Terminal.line("\(name) \(words).   @\(position)")
        } else if !study.isWhole {
            Terminal.line("\(name) is without what @\(study.bad.version) changed already; nothing was written.")
        } else {
            let same = study.good.version == outcome.version ? "" : " and says what @\(study.good.version) said"
            Terminal.line("\(name) is current\(same) already; nothing was written.")
        }
        study.show(corrected: files.corrected)
        files.show()
        outcome.showNoted()
        for job in outcome.jobs { Terminal.line("  \(job.job.column(16)) \(job.words(study))") }
        showNext(study, outcome)
    }

    private func showNext(_ study: RevertStudy, _ outcome: RevertAction.Outcome) {
        var next: [(command: String, words: String)] = []
        if outcome.jobs.contains(where: \.isRedone) {
            next.append(("daybook work", "makes it again, then asks you"))
        }
        if let job = outcome.jobs.first(where: \.isResting)?.job {
            next.append(("daybook review \(job)", "decide whether it may still go out"))
        }
        let ended = Set(outcome.jobs.filter(\.isEnded).map(\.job))
        if let call = study.calls.first(where: { ended.contains($0.step.job) && $0.step.consequence == .recompute }) {
            next.append(
                ("daybook rerun \(call.step.job) --from \(call.step.step)", "a new job without @\(study.bad.version)"))
        }
        if let sent = study.sent.first(where: { $0.effect.succeeded > 0 && $0.risk != .none }) {
            next.append(("daybook job show \(sent.effect.job)", "its mail is sent; a correction is a new job"))
        }
        let back =
            study.bad.retired
            ? "retire \(study.entry)"
            : study.isWhole
                ? "revert \(study.entry) --to \(study.bad.version)" : "revert \(study.entry)@\(outcome.version)"
        if outcome.position != nil {
            next.append(("daybook knowledge \(back)", "takes this back"))
        } else if next.isEmpty {
            next.append(("daybook knowledge show \(study.entry)", "what it says"))
        }
        let width = next.map(\.command.count).max() ?? 0
        for (index, line) in next.enumerated() {
            Terminal.line("\(index == 0 ? "Next:" : "     ") \(line.command.column(width))   \(line.words)")
        }
    }
}

extension RevertAction.JobOutcome {
    var isRedone: Bool { if case .told(_, let redone) = result { !redone.isEmpty } else { false } }
    var isEnded: Bool { if case .ended = result { true } else { false } }
    var isResting: Bool { if case .resting = result { true } else { false } }

    func words(_ study: RevertStudy) -> String {
        switch result {
        case .told(let withdrawn, let redone) where !redone.isEmpty:
            let steps = "\(redone.joined(separator: ", ")) \(redone.count == 1 ? "is" : "are") made again"
            return withdrawn > 0 ? "\(Format.plural(withdrawn, "question")) to you withdrawn, \(steps)" : steps
        case .told: return "noted; mail of it is on its way already"
        case .toldBefore: return "was told before"
        case .resting: return "took over what they made; look at it before you say yes"
        case .ended: return "has ended; it stays as it was"
        case .refused(JobRejection.noSuchStep): return "nothing in it rests on @\(study.bad.version) any more"
        case .refused(let rejection): return Complaint(rejection).message
        }
    }
}

extension RevertAction.Outcome {
    fileprivate func showNoted() {
        KnowledgeBook.Committed(versions: [version], position: position, noted: noted).showNoted()
    }

    /// What `--json` prints beside the plan.
    var fields: [JSON.Field] {
        [
            JSON.Field("version", .number(version)), JSON.Field("position", position.map { .number($0) } ?? .null),
            JSON.Field("plan", .string(plan.description)),
            JSON.Field("contradictions", .array(noted.map { .string($0.contradiction) })),
            JSON.Field("jobs", .array(jobs.map(\.json))),
        ]
    }
}

extension RevertAction.JobOutcome {
    fileprivate var json: JSON {
        var fields = [JSON.Field("job", .string(job))]
        switch result {
        case .told(let withdrawn, let redone):
            fields.append(JSON.Field("result", "told"))
            fields.append(JSON.Field("withdrawn", .number(withdrawn)))
            fields.append(JSON.Field("redone", .array(redone.map { .string($0) })))
        case .toldBefore: fields.append(JSON.Field("result", "told_before"))
        case .resting: fields.append(JSON.Field("result", "resting"))
        case .ended: fields.append(JSON.Field("result", "ended"))
        case .refused(let rejection):
            fields.append(JSON.Field("result", "refused"))
            fields.append(JSON.Field("reason", .string(Complaint(rejection).message)))
        }
        return .object(fields)
    }
}
