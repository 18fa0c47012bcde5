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
struct ImportBatch {
    let book: KnowledgeBook
    let actor: String
    let rules: KnowledgeImport.Rules
    /// Whether what is new is compared with all that is known.
    let looksForContradictions: Bool

    /// - Returns: what became of each, and what contradicts it.
    func take(_ texts: [FoundText]) async throws -> (outcomes: [KnowledgeImport.Outcome], noted: [ContradictionRow]) {
        for _ in 0..<KnowledgeImport.conflictsMax {
            let time = book.workplace.world.now()
            var writing = Writing()
            do {
                let outcomes = try texts.map { try take($0, at: time, &writing) }
                guard !writing.appends.isEmpty, !rules.isDry else { return (outcomes, []) }
                var noted: [ContradictionRow] = []
                if looksForContradictions {
                    let watch = try ContradictionWatch(book, after: writing.said)
                    writing.appends += watch.appends
                    noted = watch.noted
                }
                do throws(AppendFailure) {
                    _ = try await book.workplace.ledger.append(
                        NewCommit(
                            id: book.workplace.world.commitID(), time: time, actor: actor, appends: writing.appends,
                            artifacts: writing.artifacts))
                    return (outcomes, noted)
                } catch {
                    guard case .wrongExpectedVersion = error else { throw error }
                }
            } catch {
                throw Complaint(error)
            }
        }
        throw Complaint("the knowledge is being written to all the time", hint: "try again", status: .busy)
    }

    private struct Writing {
        var appends: [StreamAppend] = []
        var artifacts: [[UInt8]] = []
        var said: [String: SaidVersion] = [:]
    }

    private func take(
        _ text: FoundText, at time: Timestamp, _ writing: inout Writing
    ) throws -> KnowledgeImport.Outcome {
        let versions = try book.versions(of: text.id)
        let draft = try KnowledgeDraft(text, in: book.workplace, makesKeys: !rules.isDry)
        let comparison = ImportComparison(draft, versions, in: book, force: rules.force)
        let base = versions.last?.version ?? 0
        func outcome(_ verdict: KnowledgeImport.Verdict, _ version: StreamVersion) -> KnowledgeImport.Outcome {
            KnowledgeImport.Outcome(entry: text.id, path: text.place, verdict: verdict, version: version)
        }
        guard let written = comparison.written else { return outcome(comparison.verdict, base) }
        guard !rules.isDry else { return outcome(comparison.verdict, base + 1) }
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
        guard let append = session.append() else { return outcome(.unchanged, base) }
        writing.appends.append(append)
        writing.artifacts += written.artifacts
        if let evidence = comparison.evidence { writing.artifacts += draft.artifacts + [evidence] }
        writing.said[text.id] = SaidVersion(
            version: base + 1, statement: written.statement, isSealed: written.content.title.isEmpty)
        return outcome(comparison.verdict, base + 1)
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
            verdict = .unchanged
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
        case .revised: (written, evidence) = (draft, nil)
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
        self.init(
            id: text.id, text.statement, source: .file(text.place), about: subjects, sealedBy: workplace.artifacts)
    }
}
