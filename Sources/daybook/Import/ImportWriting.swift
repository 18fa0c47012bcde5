import EventSourcing
import Events
import Knowledge
import Views
import Wire

/// Writes down what files said, commit by commit, and keeps account of it.
struct ImportWriting {
    private let batch: ImportBatch
    private let plan: ImportPlan
    private let retired: RetiredSources
    private(set) var report: KnowledgeImport.Report
    /// Texts that were dealt with.
    private(set) var done = 0

    private var part: [FoundText] = []
    private var bytes = 0
    private var known: KnownTexts?
    /// Of each file, what of it is in the ledger just as it says; nil if something of it is not.
    private var kept: [Int: [SeenFiles.Item]?] = [:]

    init(batch: ImportBatch, plan: ImportPlan, retired: RetiredSources, report: KnowledgeImport.Report) {
        self.batch = batch
        self.plan = plan
        self.retired = retired
        self.report = report
    }

    /// Tells of texts that are as they were; nothing has to be written.
    mutating func tell(
        _ items: [SeenFiles.Item], of sources: ImportedSources, _ each: (KnowledgeImport.Outcome) -> Void
    ) {
        for item in items {
            let isLeftOut = retired.contains(item.place) || retired.contains(SourcePlace.file(of: item.place))
            let outcome = KnowledgeImport.Outcome(
                entry: item.entry, path: item.place, verdict: isLeftOut ? .leftOut : .unchanged,
                version: sources.byPlace[item.place]?.current ?? 0)
            tell(outcome, each)
        }
    }

    private mutating func tell(_ outcome: KnowledgeImport.Outcome, _ each: (KnowledgeImport.Outcome) -> Void) {
        report.counts[outcome.verdict, default: 0] += 1
        done += 1
        each(outcome)
    }

    /// Takes the next text.
    ///
    /// - Returns: whether that made a commit.
    mutating func take(_ found: FoundText, _ each: (KnowledgeImport.Outcome) -> Void) async throws -> Bool {
        guard let text = plan.named(found) else {
            kept[found.file] = .some(nil)
            return false
        }
        guard !retired.contains(text.path), !retired.contains(text.place) else {
            kept[text.file] = .some(nil)
            let version = try batch.book.versions(of: text.id).last?.version ?? 0
            tell(.init(entry: text.id, path: text.place, verdict: .leftOut, version: version), each)
            return false
        }
        let size = text.statement.body.utf8.count
        let isFull =
            part.count == KnowledgeImport.entriesPerCommitMax || bytes + size > KnowledgeImport.bytesPerCommitMax
        if isFull { try await flush(each) }
        part.append(text)
        bytes += size
        return isFull
    }

    /// Writes what is left.
    mutating func flush(_ each: (KnowledgeImport.Outcome) -> Void) async throws {
        guard !part.isEmpty else { return }
        let (batch, room) = (batch, KnowledgeImport.notedMax - report.contradictions.count)
        // Held by one at a time, so that nothing of it is copied.
        var known = exchange(&self.known, with: nil)
        let result = try await batch.take(part) { said in
            var all: KnownTexts
            if let texts = exchange(&known, with: nil) { all = texts } else { all = try await KnownTexts(batch.book) }
            let watch = try room > 0 ? ContradictionWatch(batch.book, after: said, among: &all) : nil
            // Its sketch is kept all the same.
            if watch == nil { all.set(said) }
            known = all
            return watch
        }
        self.known = known
        report.contradictions += result.noted
        report.commits += result.commits
        if result.noted.count >= room { report.hasMoreContradictions = true }
        for (text, taken) in zip(part, result.taken) {
            tell(taken.outcome, each)
            keep(text, taken)
        }
        part = []
        bytes = 0
    }

    private mutating func keep(_ text: FoundText, _ result: ImportBatch.Taken) {
        let items = kept[text.file] ?? []
        guard let items, [.added, .revised, .moved, .unchanged].contains(result.outcome.verdict) else {
            kept[text.file] = .some(nil)
            return
        }
        let item = SeenFiles.Item(
            entry: text.id, place: text.place, line: text.line, content: ContentKey(result.content))
        kept[text.file] = items + [item]
    }

    /// Writes down which files need not be read again, but for the last one: more of it may follow.
    mutating func remember(_ seen: inout SeenFiles) {
        known?.save()
        guard !batch.rules.isDry else { return }
        let last = part.first?.file
        for (file, items) in kept where file != last {
            guard let items, !plan.damaged.contains(plan.files[file].name) else { continue }
            seen.keep(items, of: plan.files[file])
        }
        seen.save()
    }
}
