import Coordinator
import EventSourcing
import Jobs
import Ledger
import Wire

/// `daybook replay --all`: every job that ever ran, one after the other, and what was asked of others beside them.
struct ReplayOfAll {
    private let whatIf: WhatIf
    private let workplace: Workplace
    private let shelf: ArtifactShelf

    /// The sums over all jobs.
    private struct Sums {
        var jobs = 0
        var reproduced = 0
        /// Streams of what others made.
        var derived = 0
        var derivedReproduced = 0
        /// By reason.
        var notCheckable: [String: Int] = [:]
        var diverged = 0
        var first: (name: String, position: Position)?
        var observations = 0
        var decisions = 0
        var same = 0
        var requests = 0
        var mails = 0

        mutating func diverge(_ name: String, _ position: Position) {
            diverged += 1
            if first.map({ position < $0.position }) ?? true { first = (name, position) }
        }
    }

    init(_ whatIf: WhatIf, in workplace: Workplace, _ shelf: ArtifactShelf) {
        self.whatIf = whatIf
        self.workplace = workplace
        self.shelf = shelf
    }

    func show(json: Bool) throws {
        let start = workplace.world.now()
        if !json { Terminal.line("From the ledger alone: no network, no model, no cost, nothing is sent.") }
        var sums = Sums()
        for kept in try jobs() {
            sums.jobs += 1
            do {
                let history = try JobHistory(kept.job, in: kept.log)
                let substitution = try whatIf.substitution(for: kept.job, in: history, shelf)
                let replay = try JobReplay(kept.job, in: kept.log, shelf, with: substitution)
                add(replay, of: kept, to: &sums)
                let object = replay.json.setting("job", to: .string(kept.name))
                json ? Terminal.line(object.description) : mention(replay, of: kept.name)
            } catch let complaint as Complaint {
                sums.notCheckable[complaint.message, default: 0] += 1
                mention(kept.name, complaint, as: "job", json: json)
            }
        }
        try addDerived(to: &sums, json: json)
        let time = UInt64(max(0, workplace.world.now() - start))
        json ? Terminal.line(self.json(sums).description) : conclude(sums, microseconds: time)
        if sums.diverged > 0 { throw Ending(.failed) }
    }

    /// What others made of the knowledge pins no files, so other files or rules change nothing in it.
    private func addDerived(to sums: inout Sums, json: Bool) throws {
        guard whatIf.isNone else { return }
        for name in try DerivedReplay.streams(of: workplace.ledger, imported: true) {
            sums.derived += 1
            do {
                guard let replay = try DerivedReplay(name, in: workplace.ledger) else { continue }
                sums.observations += replay.observations
                sums.decisions += replay.decisions
                sums.same += replay.same
                if json { Terminal.line(replay.json.description) }
                guard let position = replay.firstDifference else {
                    sums.derivedReproduced += 1
                    continue
                }
                sums.diverge(name, position)
                if !json {
                    let words = replay.lines.first ?? ""
                    Terminal.line("  \(name.column(20)) \(Style.red("diverges")): \(words)")
                }
            } catch let complaint as Complaint {
                sums.notCheckable[complaint.message, default: 0] += 1
                mention(name, complaint, as: "stream", json: json)
            }
        }
    }

    /// In the order in which they were queued: `newsletter-2` before `newsletter-10`. Those that were imported come
    /// last; what other files would change in them is nobody's question.
    private func jobs() throws -> [KeptJob] {
        let own = try workplace.ledger.streams(in: "job").map { String($0.id) }.sorted { a, b in
            let (left, right) = (Self.parts(a), Self.parts(b))
            return (left.flow, left.number) < (right.flow, right.number)
        }
        let imported = whatIf.isNone ? try ImportedLog.streams(in: "job", of: workplace.ledger) : []
        return (own + imported.map(\.description)).map { KeptJob($0, in: workplace.ledger) }
    }

    private static func parts(_ job: String) -> (flow: Substring, number: Int) {
        guard let dash = job.lastIndex(of: "-"), let number = Int(job[job.index(after: dash)...]) else {
            return (job[...], 0)
        }
        return (job[..<dash], number)
    }

    private func add(_ replay: JobReplay, of kept: KeptJob, to sums: inout Sums) {
        sums.observations += replay.observations
        sums.decisions += replay.decisions
        sums.same += replay.same
        sums.requests += replay.requests.count
        sums.mails += replay.mails.reduce(0) { $0 + $1.messages }
        switch replay.verdict {
        case .reproduced: sums.reproduced += 1
        case .notCheckable(let why): sums.notCheckable[why, default: 0] += 1
        case .diverged:
            sums.diverge(kept.name, replay.firstDifference ?? 0)
        }
    }

    private func mention(_ replay: JobReplay, of job: String) {
        switch replay.verdict {
        case .reproduced: break
        case .notCheckable(let why): Terminal.line("  \(job.column(20)) not checkable: \(why)")
        case .diverged:
            let words =
                replay.divergences.first.flatMap { replay.words($0).first }
                ?? "@\(replay.firstDifference ?? 0) is not built the same"
            let verb = whatIf.isNone ? Style.red("diverges") : Style.yellow("differs")
            Terminal.line("  \(job.column(20)) \(verb): \(words)")
        }
    }

    private func mention(_ name: String, _ complaint: Complaint, as kind: String, json: Bool) {
        guard json else { return Terminal.line("  \(name.column(20)) not checkable: \(complaint.message.printable)") }
        Terminal.line(
            JSON.fields(
                (kind, .string(name)), ("verdict", "not_checkable"), ("reason", .string(complaint.message))
            ).description)
    }

    private func conclude(_ sums: Sums, microseconds: UInt64) {
        let mails = whatIf.isNone ? " and \(Format.plural(sums.mails, "mail"))" : ""
        Terminal.line(
            "  \(Format.plural(sums.observations, "observation")) fed in, "
                + "\(Format.count(sums.same)) of \(Format.plural(sums.decisions, "decision")) the same; "
                + "\(Format.plural(sums.requests, "request"))\(mails) rebuilt, \(Format.duration(microseconds))")
        let verb =
            whatIf.isNone ? (one: "reproduces", many: "reproduce") : (one: "stays the same", many: "stay the same")
        var words = "\(sums.reproduced) of \(Format.plural(sums.jobs, "job")) \(sums.jobs == 1 ? verb.one : verb.many)"
        if sums.derived > 0 {
            words += "; \(sums.derivedReproduced) of \(Format.plural(sums.derived, "derived stream"))"
        }
        let unchecked = sums.notCheckable.values.reduce(0, +)
        if unchecked > 0 {
            let reasons = sums.notCheckable.keys.sorted().joined(separator: "; ")
            words += "; \(unchecked) not checkable (\(reasons.printable))"
        }
        guard let first = sums.first else {
            return Terminal.line("\(Style.green(unchecked == 0 ? "Exact." : "No difference.")) \(words).")
        }
        let differ = whatIf.isNone ? (one: "diverges", many: "diverge") : (one: "differs", many: "differ")
        words += "; \(sums.diverged) \(sums.diverged == 1 ? differ.one : differ.many)"
        words += ", first at \(first.name) @\(first.position)"
        Terminal.line("\(words).")
        Terminal.line("Next: daybook replay \(first.name)\(whatIf.files == nil ? "" : " --with workspace")")
    }

    private func json(_ sums: Sums) -> JSON {
        .fields(
            ("jobs", .number(sums.jobs)), ("reproduced", .number(sums.reproduced)),
            ("not_checkable", .number(sums.notCheckable.values.reduce(0, +))), ("diverged", .number(sums.diverged)),
            (
                "first",
                sums.first.map { .fields(("job", .string($0.name)), ("position", .number($0.position))) } ?? .null
            ),
            ("observations", .number(sums.observations)), ("decisions", .number(sums.decisions)),
            ("same", .number(sums.same)), ("derived", .number(sums.derived)),
            ("derived_reproduced", .number(sums.derivedReproduced)))
    }
}
