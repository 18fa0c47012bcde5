import Coordinator
import Documents
import EventSourcing
import Events
import Knowledge
import Ledger
import Views
import Wire
import Workspace

/// Takes files into the knowledge: adds what is new, revises what a file changed, and keeps what people did.
struct KnowledgeImport {
    /// The most entries of one commit, and contents in it.
    static let entriesPerCommitMax = 2_000
    static let artifactsPerCommitMax = 1_000
    /// The most bytes of content in one commit.
    static let bytesPerCommitMax = 8 << 20
    /// How often a commit is tried again because somebody else wrote to one of its entries meanwhile.
    static let conflictsMax = 3
    /// So many new versions at most are compared with all that is known, for contradictions.
    static let watchedMax = 200

    /// What became of one text.
    struct Outcome {
        let entry: String
        let path: String
        let verdict: Verdict
        /// The entry's newest version.
        let version: StreamVersion
    }

    enum Verdict: String, CaseIterable {
        case added
        case revised
        /// File and entry were both changed, in different places: it says both now.
        case merged
        /// The entry says just this already.
        case unchanged
        /// The file is as it was when it was last taken in; the entry has been changed since.
        case kept
        /// Both have changed the same: a person decides.
        case conflict
        /// The file, or the record in it, is not there any more.
        case gone
        /// It was gone, and now nobody is shown it any more.
        case retired
        /// A person said that this file is not to be taken in again.
        case leftOut = "left_out"
    }

    /// How it went.
    struct Report {
        var counts: [Verdict: Int] = [:]
        var problems: [DocumentProblem] = []
        var notes: [String] = []
        /// What was noted for the owner to decide.
        var contradictions: [ContradictionRow] = []

        subscript(verdict: Verdict) -> Int { counts[verdict] ?? 0 }
        /// Whether anything was written.
        var hasChanges: Bool { [.added, .revised, .merged, .retired].contains { self[$0] > 0 } }
        /// Whether a person has something to do.
        var isClean: Bool { self[.conflict] == 0 && problems.isEmpty }
    }

    struct Rules {
        var options = ImportOptions()
        /// Lets the file win where a person changed the entry.
        var force = false
        /// Writes nothing.
        var isDry = false
        /// Stops before anything is written if anything cannot be read.
        var isStrict = false
        /// Retires what is gone.
        var retiresGone = false
        /// Takes files that cannot be read for records that cannot be: they are told, and left out.
        var skipsBadFiles = false
    }

    let workplace: Workplace
    let actor: String
    let rules: Rules

    private var book: KnowledgeBook { KnowledgeBook(workplace: workplace) }

    /// Takes in some files.
    ///
    /// - Parameters:
    ///   - paths: files and folders as a person names them; without any, the workspace's `knowledge/`.
    ///   - progress: called after each commit.
    ///   - each: called for every text, in order.
    /// - Throws: `Complaint`; the commits before it stand then, and the same import goes on from there.
    func run(
        _ paths: [String], progress: (_ done: Int, _ of: Int) -> Void = { _, _ in },
        each: (Outcome) -> Void = { _ in }
    ) async throws -> Report {
        let files =
            paths.isEmpty
            ? try ImportFiles(knowledgeOf: workplace.directory)
            : try ImportFiles(at: paths, workspace: workplace.directory)
        return try await run(files, progress: progress, each: each)
    }

    func run(
        _ files: ImportFiles, progress: (_ done: Int, _ of: Int) -> Void = { _, _ in },
        each: (Outcome) -> Void = { _ in }
    ) async throws -> Report {
        if !rules.isDry { try workplace.requireWritable() }
        let reader = try ImportReader(options: rules.options, ours: ours(files))
        let sources = try sources(of: files)
        let retired = try RetiredSources(in: workplace)
        let plan = try await ImportPlan(files.files, reader, sources: sources)
        try refuse(plan)
        var report = Report(problems: plan.problems, notes: plan.notes)
        func tell(_ outcomes: [Outcome]) {
            for outcome in outcomes {
                report.counts[outcome.verdict, default: 0] += 1
                each(outcome)
            }
        }
        let batch = ImportBatch(
            book: book, actor: actor, rules: rules, looksForContradictions: plan.count <= Self.watchedMax)
        var part: [FoundText] = []
        var bytes = 0
        var done = 0
        func flush() async throws {
            guard !part.isEmpty else { return }
            let taken = try await batch.take(part)
            tell(taken.outcomes)
            report.contradictions += taken.noted
            done += part.count
            progress(done, plan.count)
            part = []
            bytes = 0
        }
        for (index, file) in plan.files.enumerated() {
            let isLeftOut = retired.contains(file.name)
            try await reader.read(file) { item in
                guard case .text(let found) = item, let text = plan.named(found, of: index) else { return }
                if isLeftOut || retired.contains(text.place) {
                    let version = try book.versions(of: text.id).last?.version ?? 0
                    tell([Outcome(entry: text.id, path: text.place, verdict: .leftOut, version: version)])
                    done += 1
                    return
                }
                let size = text.statement.body.utf8.count
                if part.count == Self.entriesPerCommitMax || 2 * (part.count + 1) > Self.artifactsPerCommitMax
                    || bytes + size > Self.bytesPerCommitMax
                {
                    try await flush()
                }
                part.append(text)
                bytes += size
            }
        }
        try await flush()
        tell(try await gone(plan, sources, batch))
        return report
    }

    /// Files of the workspace's `knowledge/`, as `daybook check` reads them.
    private func ours(_ files: ImportFiles) throws -> [String: KnowledgeFile] {
        guard files.files.contains(where: { $0.name.hasPrefix("knowledge/") && $0.format == .markdown }) else {
            return [:]
        }
        return Dictionary(
            try workplace.files().knowledgeFiles.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Only what these files may have been taken into.
    private func sources(of files: ImportFiles) throws -> ImportedSources {
        let names = Set(files.files.lazy.filter { !$0.format.holdsRecords }.map(\.name))
        return try ImportedSources(in: book) { place in
            names.contains(place) || files.roots.contains { place.hasPrefix($0) || $0 == "./" }
        }
    }

    private func refuse(_ plan: ImportPlan) throws {
        let fatal = rules.isStrict ? plan.problems : rules.skipsBadFiles ? [] : plan.unreadable
        guard !fatal.isEmpty else { return }
        let shown = fatal.prefix(20).map { problem in
            problem.hint.isEmpty ? "\(problem)" : "\(problem)\n  hint: \(problem.hint)"
        }
        let more = fatal.count > shown.count ? "\nand \(fatal.count - shown.count) more like these" : ""
        throw Complaint(
            shown.joined(separator: "\n") + more,
            hint: rules.isStrict
                ? "nothing was written; without --strict what can be read is taken in"
                : "nothing was written; --skip-bad leaves such files out",
            status: .badInput)
    }

    /// What was taken in from here before, and is not here any more.
    private func gone(
        _ plan: ImportPlan, _ sources: ImportedSources, _ batch: ImportBatch
    ) async throws -> [Outcome] {
        let present = Set(plan.files.lazy.map(\.name))
        var outcomes: [Outcome] = []
        for (place, source) in sources.byPlace.sorted(by: { $0.key < $1.key }) {
            let file = SourcePlace.file(of: place)
            // Items leave a feed as others come, and what could not be read may still be there.
            guard !source.isRetired, !plan.holds(source.entry), !plan.damaged.contains(file),
                !(DocumentFormat(path: file) == .feed && present.contains(file))
            else { continue }
            var outcome = Outcome(entry: source.entry, path: place, verdict: .gone, version: source.current)
            if rules.retiresGone, source.isUntouched, !rules.isDry {
                let reason = "\(place) is gone"
                let written = try await book.retire(
                    source.entry, base: source.current, reason: reason, actor: actor)
                outcome = Outcome(
                    entry: source.entry, path: place, verdict: .retired, version: written.versions.first ?? 0)
            }
            outcomes.append(outcome)
        }
        return outcomes
    }
}

extension EntryVersionRow {
    /// Whether a file said so, rather than a person or an agent.
    var isImported: Bool { if case .file = source { true } else { false } }
}
