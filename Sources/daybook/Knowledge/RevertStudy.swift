import Coordinator
import EventSourcing
import Events
import Jobs
import Knowledge
import Ledger
import ViewStore
import Views
import Wire
import Workspace

/// What taking back a version of an entry means: read from the ledger, nothing is written.
struct RevertStudy {
    let entry: String
    /// The newest version.
    let current: EntryVersionRow
    /// The version that is taken back.
    let bad: EntryVersionRow
    /// The version whose content is to be current again.
    let good: EntryVersionRow
    let change: TextChange
    let plan: RevertPlan
    /// Every call that was shown the bad version, by job, in order.
    let calls: [ShownCall]
    /// What was sent of what they made.
    let sent: [SentEffect]
    /// Other versions that say the same wrong thing and were not taken back yet, and to how many calls they were shown.
    let repeated: [(version: EntryVersionRow, calls: Int)]
    /// Files of the workspace that still say the wrong thing.
    let files: [String]

    /// A call that was shown the bad version.
    struct ShownCall {
        let step: AffectedStep
        /// Nil if it was not made yet.
        let call: JobCalls.Call?
        /// Nil if its output does not repeat what was wrong, or there is none.
        let mention: TextChange.Mention?
        /// Whether the step was done anew after this.
        let isRedone: Bool
    }

    /// An effect that cannot simply be made again.
    struct SentEffect {
        let effect: AffectedEffect
        /// As a person was told before it was sent.
        let risk: Risk
        let mention: TextChange.Mention?
    }

    /// What takes edits since the bad version along; nil where the good version's content is current again as it was.
    let merge: StatementMerge?
    /// What is to be current.
    let outcome: Statement
    /// The versions since the bad one, whose edits are kept.
    let kept: [EntryVersionRow]

    /// - Throws: `Complaint`, also where a version that it needs was erased.
    init(_ entry: String, _ choice: RevertChoice, in book: KnowledgeBook) throws {
        let chosen = try RevertVersions(entry, choice, in: book.requireVersions(of: entry))
        let (versions, current) = (chosen.versions, chosen.current)
        let (badRow, good) = (chosen.bad, chosen.good)
        self.entry = entry
        self.current = current
        self.bad = badRow
        self.good = good
        let goodStatement = try book.statement(good.content)
        if chosen.keepsEdits(choice) {
            var merge = try choice.merge.merge(
                base: book.statement(badRow.content), ours: book.statement(current.content), theirs: goodStatement)
            if let text = choice.text { merge.setText(text) }
            self.merge = merge
            outcome = merge.statement
            kept = chosen.since
        } else {
            merge = nil
            outcome = goodStatement
            kept = []
        }
        isCurrent =
            !current.retired
            && (kept.isEmpty && current.content.isSame(as: good.content)
                || (try? book.statement(current.content)) == outcome)
        let change = TextChange(bad: try book.knownText(badRow), good: try book.knownText(good))
        self.change = change
        do {
            // The head first: the view is at least as far.
            let head = try book.workplace.ledger.head()
            let lineage = try book.workplace.view(Lineage())
            plan = try RevertPlan(takingBack: badRow.version, of: entry, asOf: head, in: lineage)
            let shelf = book.workplace.artifacts
            func mention(_ digest: Digest?) -> TextChange.Mention? {
                let json = digest.flatMap { shelf.bytes($0) }.flatMap { try? JSON(parsing: $0) }
                return json.flatMap { change.mention(in: $0) }
            }
            var jobs: [String: JobCalls] = [:]
            calls = try plan.steps.filter(\.shown).map { step in
                let known = try jobs[step.job] ?? JobCalls(of: step.job, in: book.workplace)
                jobs[step.job] = known
                return ShownCall(
                    step: step, call: known.call(ofTask: step.task), mention: mention(step.output),
                    isRedone: known.all.contains { $0.step == step.step && $0.task > step.task })
            }
            sent = try plan.effects.filter { $0.succeeded + $0.unknown > 0 }.map { effect in
                let rows = try lineage.rows(startingWith: "effect/\(effect.job)/", as: EffectRow.self)
                let row = rows.first { $0.version == effect.effect }
                return SentEffect(effect: effect, risk: row?.risk ?? .irreversible, mention: mention(row?.draft))
            }
            repeated = try versions.filter { row in
                let isTakenBack = versions.contains { $0.takesBack == row.version }
                guard row.version != badRow.version, !row.retired, !isTakenBack else { return false }
                // What is erased repeats nothing.
                return change.isRepeated(in: (try? book.knownText(row)) ?? "")
            }.map { ($0, try Lineage.exposure(ofEntry: entry, version: $0.version, in: lineage).count) }
                .filter { $0.1 > 0 }
        } catch {
            throw Complaint(error)
        }
        files = Self.files(of: versions, in: book.workplace).filter { path in
            let note = try? MarkdownNote.read(at: "\(book.workplace.directory)/\(path)").first
            guard let note else { return false }
            let text = (try? book.knownText(badRow)) ?? ""
            return note.body == text || text.hasSuffix("\n\n\(note.body)") || change.isRepeated(in: note.body)
        }
    }

    /// The files that versions came from, each once.
    private static func files(of versions: [EntryVersionRow], in workplace: Workplace) -> [String] {
        var paths: [String] = []
        for case .file(let path)? in versions.map(\.source) where !paths.contains(path) && !path.hasPrefix("/") {
            guard !path.split(separator: "/").contains("..") else { continue }
            paths.append(path)
        }
        return paths
    }

    /// Whether both versions say the same, so that there is nothing to take back.
    var isEmpty: Bool { !bad.retired && bad.content.isSame(as: good.content) }

    /// Whether nothing would change.
    var isDone: Bool { isCurrent && merge?.open.isEmpty ?? true }

    /// Whether the entry says already what it is to say.
    private let isCurrent: Bool

    /// Whether the good version's content is current again as it was, without edits of later versions.
    var isWhole: Bool { merge == nil }

    /// The jobs whose calls were shown the bad version, sorted.
    var jobs: [String] { Set(calls.map(\.step.job)).sorted() }

    /// The jobs that took over what these made, sorted.
    var otherJobs: [String] { Set(plan.steps.map(\.job)).subtracting(jobs).sorted() }
}

extension KnowledgeBook {
    /// The text of a version; empty for a retirement.
    func knownText(_ row: EntryVersionRow) throws -> String { row.retired ? "" : try text(row.content) }
}

extension AffectedClass {
    /// As people and `--json` name it.
    var word: String {
        switch self {
        case .notUsed: "not used yet"
        case .recompute: "recompute"
        case .compensable: "compensable"
        case .irreversible: "irreversible"
        }
    }
}
