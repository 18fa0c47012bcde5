import Coordinator
import Documents
import EventSourcing
import Events
import Jobs
import Knowledge
import Ledger
import Views
import Wire
import Workspace

/// Takes files into the knowledge: adds what is new, revises what a file changed, and keeps what people did.
struct KnowledgeImport {
    /// The most entries of one commit, and contents in it; two halves are written where these are more.
    static let entriesPerCommitMax = 1_000
    static let artifactsPerCommitMax = 1_000
    /// The most bytes of content in one commit.
    static let bytesPerCommitMax = 8 << 20
    /// How often a commit is tried again because somebody else wrote to one of its entries meanwhile.
    static let conflictsMax = 3
    /// Contradictions that one import notes; `knowledge contradictions --check` finds the rest.
    static let notedMax = 1_000
    /// How often what is known of files is written down while it goes on: after so many commits.
    static let commitsPerSave = 16

    /// What became of one text.
    struct Outcome: Sendable {
        let entry: String
        let path: String
        let verdict: Verdict
        /// The entry's newest version.
        let version: StreamVersion
    }

    enum Verdict: String, CaseIterable, Sendable {
        case added
        case revised
        /// The file that it was taken in from is gone, and this one says the same or bears its name.
        case moved
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
        /// Whether there may be more of them than were noted.
        var hasMoreContradictions = false
        var files = 0
        /// Files that are of no kind that is read.
        var ignored = IgnoredFiles()
        /// Files that were as they are known, and were not read again.
        var filesAsKnown = 0
        /// What was read, in bytes.
        var bytes: UInt64 = 0
        var commits = 0

        subscript(verdict: Verdict) -> Int { counts[verdict] ?? 0 }
        /// Whether anything was written.
        var hasChanges: Bool { [.added, .revised, .moved, .merged, .retired].contains { self[$0] > 0 } }
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

    /// How far it has come.
    struct Progress {
        enum Stage {
            case reading
            case writing
        }

        let stage: Stage
        let files: Int
        let filesOf: Int
        /// Of those that are written; of `entriesOf`.
        var entries = 0
        var entriesOf = 0
        let bytes: UInt64
    }

    /// Takes in some files.
    ///
    /// - Parameters:
    ///   - paths: files and folders as a person names them; without any, the workspace's `knowledge/`.
    ///   - progress: called now and then. If it throws, what is committed stands.
    ///   - each: called for every text, in order.
    /// - Throws: `Complaint`; the commits before it stand then, and the same import goes on from there.
    func run(
        _ paths: [String], progress: (Progress) throws -> Void = { _ in }, each: (Outcome) -> Void = { _ in }
    ) async throws -> Report {
        let start = workplace.world.now()
        let files =
            paths.isEmpty
            ? try ImportFiles(knowledgeOf: workplace.directory)
            : try ImportFiles(at: paths, workspace: workplace.directory)
        return try await run(files, at: start, progress: progress, each: each)
    }

    /// - Parameter start: before any of the files was looked at.
    func run(
        _ files: ImportFiles, at start: Timestamp, progress: (Progress) throws -> Void = { _ in },
        each: (Outcome) -> Void = { _ in }
    ) async throws -> Report {
        if !rules.isDry { try workplace.requireWritable() }
        let sources = try sources(of: files)
        var seen = SeenFiles(in: workplace, options: rules.options, at: start)
        let folder = "\(workplace.directory)/\(Workplace.ledgerFolder)"
        var reading = ImportReading(
            files.files, try ImportReader(options: rules.options, ours: ours(files)), sources: sources,
            whereabouts: Whereabouts(files, workspace: workplace.directory), in: folder)
        try await reading.run(rules.force ? nil : seen, sources) { done, bytes in
            try progress(Progress(stage: .reading, files: done, filesOf: files.files.count, bytes: bytes))
        }
        let (plan, settled, bytes) = (reading.plan, reading.settled, reading.bytes)
        try refuse(plan)
        var report = Report(problems: plan.problems, notes: plan.notes)
        (report.files, report.filesAsKnown, report.bytes) = (files.files.count, settled.count, bytes)
        report.ignored = files.ignored
        var writing = try ImportWriting(
            batch: ImportBatch(book: book, actor: actor, rules: rules), plan: plan,
            retired: RetiredSources(in: workplace), report: report)
        for (_, items) in settled.sorted(by: { $0.key < $1.key }) { writing.tell(items, of: sources, each) }
        func tellProgress(_ writing: ImportWriting) throws {
            try progress(
                Progress(
                    stage: .writing, files: files.files.count, filesOf: files.files.count, entries: writing.done,
                    entriesOf: plan.count, bytes: bytes))
        }
        do {
            let spill = reading.takeSpill()
            try await spill.drain { text in
                if try await writing.take(text, each) {
                    try tellProgress(writing)
                    if writing.report.commits.isMultiple(of: Self.commitsPerSave) { writing.remember(&seen) }
                }
            }
            try await writing.flush(each)
        } catch {
            writing.remember(&seen)
            throw error
        }
        writing.remember(&seen)
        report = writing.report
        for outcome in try await gone(plan, sources) {
            report.counts[outcome.verdict, default: 0] += 1
            each(outcome)
        }
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
    private func gone(_ plan: ImportPlan, _ sources: ImportedSources) async throws -> [Outcome] {
        let present = Set(plan.files.lazy.map(\.name))
        var found: [(place: String, source: ImportedSources.Source)] = []
        for (place, source) in sources.byPlace.sorted(by: { $0.key < $1.key }) {
            let file = SourcePlace.file(of: place)
            // Items leave a feed as others come, and what could not be read may still be there.
            guard !source.isRetired, !plan.holds(source.entry), !plan.damaged.contains(file),
                !(DocumentFormat(path: file) == .feed && present.contains(file))
            else { continue }
            found.append((place, source))
        }
        let isMeant = rules.retiresGone && !rules.isDry
        var outcomes = found.filter { !isMeant || !$0.source.isUntouched }.map { place, source in
            Outcome(entry: source.entry, path: place, verdict: .gone, version: source.current)
        }
        var rest = found.filter { isMeant && $0.source.isUntouched }[...]
        while !rest.isEmpty {
            outcomes += try await retire(Array(rest.prefix(Self.artifactsPerCommitMax)))
            rest = rest.dropFirst(Self.artifactsPerCommitMax)
        }
        return outcomes.sorted { $0.path < $1.path }
    }

    /// Shows nobody any more what is gone, in one commit.
    private func retire(_ gone: [(place: String, source: ImportedSources.Source)]) async throws -> [Outcome] {
        var artifacts: [[UInt8]] = []
        let changes = try gone.map { place, source in
            let reason = try book.content("\(place) is gone", of: source.entry)
            artifacts.append(reason.stored)
            return EntryChange(
                entry: source.entry,
                observation: .entryRetired(EntryRetired(base: source.current, reason: reason.digest)), said: nil)
        }
        let written = try await book.commit(changes, artifacts: artifacts, actor: actor)
        return zip(gone, written.versions).map { gone, version in
            Outcome(entry: gone.source.entry, path: gone.place, verdict: .retired, version: version)
        }
    }
}

extension EntryVersionRow {
    /// Whether a file said so, rather than a person or an agent.
    var isImported: Bool { if case .file = source { true } else { false } }
}
