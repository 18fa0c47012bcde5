import Coordinator
import EventSourcing
import Events
import Jobs
import Keys
import Knowledge
import Ledger
import Sealing
import Views
import Wire
import Workspace

/// Writes down the texts of one commit.
struct ImportBatch: Sendable {
    let book: KnowledgeBook
    let actor: String
    let rules: KnowledgeImport.Rules

    /// What became of one text.
    struct Taken: Sendable {
        let outcome: KnowledgeImport.Outcome
        /// What its file says, as the ledger would keep it.
        let content: EntryContent
    }

    /// What one text would add to the commit.
    private struct Prepared: Sendable {
        let taken: Taken
        var append: StreamAppend?
        var artifacts: [[UInt8]] = []
        var said: SaidVersion?
    }

    /// What became of some texts.
    struct Result {
        var taken: [Taken] = []
        /// What contradicts them.
        var noted: [ContradictionRow] = []
        var commits = 0
    }

    /// Writes some texts down, in one commit if they fit into it.
    ///
    /// - Parameter watch: looks what would contradict that which is about to be said of some entries.
    func take(
        _ texts: [FoundText], watch: ([String: SaidVersion]) async throws -> ContradictionWatch?
    ) async throws -> Result {
        for _ in 0..<KnowledgeImport.conflictsMax {
            let time = book.workplace.world.now()
            do {
                // Keys are made all at once, before anything is read: who is new is known to every text.
                try makeKeys(for: texts)
                let subjects = try texts.map(subjects)
                let all = try await Concurrently.map(Array(zip(texts, subjects))) { text, subjects in
                    try prepare(text, about: subjects, at: time)
                }
                let artifacts = all.flatMap(\.artifacts)
                guard artifacts.count <= KnowledgeImport.artifactsPerCommitMax || texts.count == 1 else {
                    return try await takeHalves(of: texts, watch: watch)
                }
                let taken = all.map(\.taken)
                let appends = all.compactMap(\.append)
                guard !appends.isEmpty, !rules.isDry else { return Result(taken: taken) }
                let said = all.compactMap { one in one.said.map { (one.taken.outcome.entry, $0) } }
                let found = try await watch(Dictionary(said) { $1 })
                do throws(AppendFailure) {
                    _ = try await book.workplace.ledger.append(
                        NewCommit(
                            id: book.workplace.world.commitID(), time: time, actor: actor,
                            appends: appends + (found?.appends ?? []), artifacts: artifacts))
                    return Result(taken: taken, noted: found?.noted ?? [], commits: 1)
                } catch {
                    guard case .wrongExpectedVersion = error else { throw error }
                }
            } catch {
                throw Complaint(error)
            }
        }
        throw Complaint("the knowledge is being written to all the time", hint: "try again", status: .busy)
    }

    private func takeHalves(
        of texts: [FoundText], watch: ([String: SaidVersion]) async throws -> ContradictionWatch?
    ) async throws -> Result {
        let first = try await take(Array(texts[..<(texts.count / 2)]), watch: watch)
        let second = try await take(Array(texts[(texts.count / 2)...]), watch: watch)
        return Result(
            taken: first.taken + second.taken, noted: first.noted + second.noted,
            commits: first.commits + second.commits)
    }

    private func makeKeys(for texts: [FoundText]) throws {
        let people = Set(texts.compactMap(\.subject))
        if !people.isEmpty, !rules.isDry { _ = try book.workplace.subjects(people.sorted()) }
    }

    private func subjects(of text: FoundText) throws -> Set<SubjectID> {
        guard let subject = text.subject else { return [] }
        return rules.isDry
            ? Set(try book.workplace.keys.ids(of: subject)) : try book.workplace.subjects([subject])
    }

    private func prepare(_ text: FoundText, about subjects: Set<SubjectID>, at time: Timestamp) throws -> Prepared {
        let versions = try book.versions(of: text.id)
        let draft = KnowledgeDraft(text, about: subjects, in: book.workplace)
        let comparison = ImportComparison(draft, versions, in: book, force: rules.force)
        let base = versions.last?.version ?? 0
        func taken(_ verdict: KnowledgeImport.Verdict, _ version: StreamVersion) -> Taken {
            Taken(
                outcome: KnowledgeImport.Outcome(
                    entry: text.id, path: text.place, verdict: verdict, version: version),
                content: draft.content)
        }
        guard let written = comparison.written else { return Prepared(taken: taken(comparison.verdict, base)) }
        guard !rules.isDry else { return Prepared(taken: taken(comparison.verdict, base + 1)) }
        var session = try StreamSession(
            EntryDecider(), on: KnowledgeBook.stream(of: text.id), in: book.workplace.ledger)
        let observation: EntryObservation =
            base == 0
            ? .entryAdded(EntryAdded(content: written.content, source: written.source))
            : .entryRevised(
                EntryRevised(
                    base: base, content: written.content, source: written.source,
                    evidence: comparison.evidence.map { [.artifact(Digest.of($0))] } ?? [], proposal: ""))
        do throws(EntryRejection) {
            try session.take(observation, at: time)
        } catch {
            throw Complaint(error, entry: text.id)
        }
        guard let append = session.append() else { return Prepared(taken: taken(.unchanged, base)) }
        var artifacts = written.artifacts
        if let evidence = comparison.evidence { artifacts += draft.artifacts + [evidence] }
        return Prepared(
            taken: taken(comparison.verdict, base + 1), append: append, artifacts: artifacts,
            said: SaidVersion(
                version: base + 1, statement: written.statement, content: written.content,
                sketch: Sketch(written.statement)))
    }
}

/// A file beside its entry: what the file says now, what it said when it was last taken in, what the entry says now.
struct ImportComparison {
    let verdict: KnowledgeImport.Verdict
    /// What becomes the next version; nil if there is none.
    let written: KnowledgeDraft?
    /// Of a merge: the canonical bytes of what the file says, to know it again by.
    let evidence: [UInt8]?

    init(_ draft: KnowledgeDraft, _ versions: [EntryVersionRow], in book: KnowledgeBook, force: Bool) {
        let taken = versions.lastIndex { $0.source == draft.source }
        let said = taken.map { versions[$0].fileContent(in: book) }
        let since = versions[(taken.map { $0 + 1 } ?? 0)...]
        var merged: KnowledgeDraft?
        guard let current = versions.last else {
            (verdict, written, evidence) = (.added, draft, nil)
            return
        }
        if !current.retired, current.content.isSame(as: draft.content) {
            verdict = taken == nil && current.isImported ? .moved : .unchanged
        } else if force {
            verdict = .revised
        } else if let said, said.isSame(as: draft.content) {
            verdict = .kept
        } else if since.allSatisfy(\.isImported), taken.map({ versions[$0].evidence.isEmpty }) ?? true {
            verdict = .revised
        } else {
            merged = said.flatMap { Self.merged(draft, since: $0, current, in: book) }
            verdict = merged == nil ? .conflict : .merged
        }
        switch verdict {
        case .revised, .moved: (written, evidence) = (draft, nil)
        case .merged: (written, evidence) = (merged, draft.content.wireBytes)
        default: (written, evidence) = (nil, nil)
        }
    }

    /// Both changes as one; nil if a person must decide.
    private static func merged(
        _ draft: KnowledgeDraft, since base: EntryContent, _ current: EntryVersionRow, in book: KnowledgeBook
    ) -> KnowledgeDraft? {
        guard !current.retired, let before = try? book.statement(base),
            let ours = try? book.statement(current.content)
        else { return nil }
        let merge = StatementMerge(base: before, ours: ours, theirs: draft.statement)
        guard merge.open.isEmpty else { return nil }
        let shelf = book.workplace.artifacts
        return KnowledgeDraft(
            id: draft.id, merge.statement, source: draft.source,
            about: shelf.about([current.content.body, draft.content.body]), sealedBy: shelf)
    }
}

extension EntryVersionRow {
    /// What the file said that this version was taken from: beside it, where it was merged with what people said.
    func fileContent(in book: KnowledgeBook) -> EntryContent {
        guard isImported, case .artifact(let digest)? = evidence.first,
            let bytes = book.workplace.artifacts.bytes(digest), let said = try? EntryContent(wireBytes: bytes)
        else { return content }
        return said
    }
}

extension KnowledgeDraft {
    /// - Parameter makesKeys: whether whoever it is about gets a key; else only those who have one are sealed.
    init(_ text: FoundText, in workplace: Workplace, makesKeys: Bool) throws {
        let people = text.subject.map { [$0] } ?? []
        let subjects =
            makesKeys
            ? try workplace.subjects(people) : Set(try people.flatMap { try workplace.keys.ids(of: $0) })
        self.init(text, about: subjects, in: workplace)
    }

    init(_ text: FoundText, about subjects: Set<SubjectID>, in workplace: Workplace) {
        self.init(
            id: text.id, text.statement, source: .file(text.place), about: subjects, sealedBy: workplace.artifacts)
    }
}
