import Coordinator
import EventSourcing
import Events
import Knowledge
import Ledger
import Views
import Wire
import Workspace

/// Takes files into the knowledge: adds what is new, revises what a file changed, and leaves alone what a person did.
struct KnowledgeImport {
    /// The most entries of one commit.
    static let entriesPerCommitMax = 1_000
    /// The most bytes of content in one commit.
    static let bytesPerCommitMax = 32 << 20
    /// How often a commit is tried again because somebody else wrote to one of its entries meanwhile.
    static let conflictsMax = 3

    /// What became of every file, in their order.
    struct Report {
        var outcomes: [Outcome] = []

        var added: Int { count(.added) }
        var revised: Int { count(.revised) }
        /// Nothing was written, because the entry or the file is as it was.
        var unchanged: Int { count(.unchanged) + count(.kept) }
        var conflicts: Int { count(.conflict) }

        private func count(_ verdict: Verdict) -> Int { outcomes.count { $0.verdict == verdict } }
    }

    struct Outcome {
        let entry: String
        let path: String
        let verdict: Verdict
        /// The entry's newest version.
        let version: StreamVersion
    }

    enum Verdict: String {
        case added
        case revised
        /// The entry says just this already.
        case unchanged
        /// The file is as it was when it was last taken in; the entry has been changed since.
        case kept
        /// Both have changed since: a person decides.
        case conflict
    }

    /// Takes in files of the workspace.
    static func run(
        _ files: [KnowledgeFile], in workplace: Workplace, actor: String, force: Bool = false
    ) async throws -> Report {
        try await run(files.map { try KnowledgeDraft($0, in: workplace) }, in: workplace, actor: actor, force: force)
    }

    /// Takes in what files say, in one commit unless it breaks a limit above.
    ///
    /// - Parameter force: lets the file win where a person changed the entry.
    /// - Throws: `Complaint`; the commits before it stand then, and the same import goes on from there.
    static func run(
        _ drafts: [KnowledgeDraft], in workplace: Workplace, actor: String, force: Bool = false
    ) async throws -> Report {
        try workplace.requireWritable()
        try requireDistinct(drafts)
        let batch = Batch(book: KnowledgeBook(workplace: workplace), actor: actor, force: force)
        var report = Report()
        for part in parts(drafts) { report.outcomes += try await batch.take(part) }
        return report
    }

    private static func requireDistinct(_ drafts: [KnowledgeDraft]) throws {
        var paths: [String: String] = [:]
        for draft in drafts {
            guard StreamName.isValid(id: draft.id) else {
                throw Complaint(
                    "\(draft.path): \"\(draft.id)\" is no name for an entry",
                    hint: "rename the file: 1 to 64 of a-z, 0-9, `-`, `_`, `.`", status: .badInput)
            }
            guard let other = paths.updateValue(draft.path, forKey: draft.id) else { continue }
            throw Complaint(
                "\(draft.path): \(other) has the same name, and an entry's name is its id",
                hint: "rename one of the two", status: .badInput)
        }
    }

    private static func parts(_ drafts: [KnowledgeDraft]) -> [[KnowledgeDraft]] {
        var parts: [[KnowledgeDraft]] = []
        var part: [KnowledgeDraft] = []
        var bytes = 0
        for draft in drafts {
            if part.count == entriesPerCommitMax || bytes + draft.stored.count > bytesPerCommitMax, !part.isEmpty {
                parts.append(part)
                part = []
                bytes = 0
            }
            part.append(draft)
            bytes += draft.stored.count
        }
        return part.isEmpty ? parts : parts + [part]
    }
}

extension KnowledgeDraft {
    /// The file it comes from; empty for a person.
    var path: String { if case .file(let path) = source { path } else { "" } }
}

/// The files of one commit.
private struct Batch {
    let book: KnowledgeBook
    let actor: String
    let force: Bool

    func take(_ drafts: [KnowledgeDraft]) async throws -> [KnowledgeImport.Outcome] {
        for _ in 0..<KnowledgeImport.conflictsMax {
            let time = book.workplace.world.now()
            var appends: [StreamAppend] = []
            var artifacts: [[UInt8]] = []
            var outcomes: [KnowledgeImport.Outcome] = []
            do {
                for draft in drafts {
                    let versions = try book.versions(of: draft.id)
                    var verdict = draft.verdict(on: versions, force: force)
                    var version = versions.last?.version ?? 0
                    if verdict == .added || verdict == .revised {
                        if let append = try append(draft, to: version, at: time) {
                            appends.append(append)
                            artifacts.append(draft.stored)
                            version += 1
                        } else {
                            verdict = .unchanged
                        }
                    }
                    outcomes.append(
                        KnowledgeImport.Outcome(
                            entry: draft.id, path: draft.path, verdict: verdict, version: version))
                }
                guard !appends.isEmpty else { return outcomes }
                do throws(AppendFailure) {
                    _ = try await book.workplace.ledger.append(
                        NewCommit(
                            id: book.workplace.world.commitID(), time: time, actor: actor, appends: appends,
                            artifacts: artifacts))
                    return outcomes
                } catch {
                    guard case .wrongExpectedVersion = error else { throw error }
                }
            } catch {
                throw Complaint(error)
            }
        }
        throw Complaint("the knowledge is being written to all the time", hint: "try again", status: .busy)
    }

    /// Nil if the decider finds nothing new in it.
    private func append(
        _ draft: KnowledgeDraft, to base: StreamVersion, at time: Timestamp
    ) throws -> StreamAppend? {
        var session = try StreamSession(
            EntryDecider(), on: KnowledgeBook.stream(of: draft.id), in: book.workplace.ledger)
        let observation: EntryObservation =
            base == 0
            ? .entryAdded(EntryAdded(content: draft.content, source: draft.source))
            : .entryRevised(EntryRevised(base: base, content: draft.content, source: draft.source))
        do throws(EntryRejection) {
            try session.take(observation, at: time)
        } catch {
            throw Complaint(error, entry: draft.id)
        }
        return session.append()
    }
}

extension KnowledgeDraft {
    /// A three-way comparison: what the file says now, what it said when it was last taken in, what the entry says now.
    fileprivate func verdict(on versions: [EntryVersionRow], force: Bool) -> KnowledgeImport.Verdict {
        guard let current = versions.last else { return .added }
        if !current.retired, current.content.isSame(as: content) { return .unchanged }
        if force { return .revised }
        let taken = versions.lastIndex { $0.source == source }
        if let taken, versions[taken].content.isSame(as: content) { return .kept }
        let since = versions[(taken.map { $0 + 1 } ?? 0)...]
        return since.allSatisfy(\.isImported) ? .revised : .conflict
    }
}

extension EntryVersionRow {
    /// Whether a file said so, rather than a person or an agent.
    var isImported: Bool { if case .file = source { true } else { false } }
}
