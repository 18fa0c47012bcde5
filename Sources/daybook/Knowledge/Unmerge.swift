import EventSourcing
import Events
import Jobs
import Views

/// Takes back a merge that made a new entry: that entry retires, and what it was made of is there again.
struct Unmerge {
    let entry: String
    let book: KnowledgeBook

    /// What came of it.
    struct Outcome {
        let version: StreamVersion
        let position: Position?
        /// The entries that are there again, sorted.
        let restored: [String]
    }

    /// Nil if a version is no first one, or no merge.
    init?(_ entry: String, _ bad: StreamVersion?, in book: KnowledgeBook) throws {
        guard let first = try book.versions(of: entry).first, first.version == bad, !first.merged.isEmpty else {
            return nil
        }
        (self.entry, self.book) = (entry, book)
    }

    /// One commit.
    func run(reason: String?, actor: String) async throws -> Outcome {
        let versions = try book.requireVersions(of: entry)
        guard let last = versions.last, !last.retired else {
            throw Complaint(
                "\(entry) is retired already", hint: "daybook knowledge history \(entry)", status: .usage)
        }
        let reason = try reason.map { try book.content($0, of: entry) }
        let restored = try Self.changes(versions, in: book)
        let changes =
            [
                EntryChange(
                    entry: entry,
                    observation: .entryRetired(EntryRetired(base: last.version, reason: reason?.digest)), said: nil)
            ] + restored
        let written = try await book.commit(
            changes, artifacts: reason.map { [$0.stored] } ?? [], actor: actor)
        return Outcome(
            version: written.versions[0], position: written.position, restored: restored.map(\.entry).sorted())
    }

    /// Brings back what merges had retired, each as it was when it was merged, if nobody changed it since.
    static func changes(_ merges: [EntryVersionRow], in book: KnowledgeBook) throws -> [EntryChange] {
        try merges.flatMap { merge in
            try merge.merged.compactMap { source in
                let versions = try book.versions(of: source.entry)
                guard source.entry != merge.entry, let last = versions.last, last.retired, last.into == merge.entry,
                    let before = versions.first(where: { $0.version == source.version })
                else { return nil }
                return EntryChange(
                    entry: source.entry,
                    observation: .entryReverted(EntryReverted(base: last.version, to: before.version)),
                    said: try? book.statement(before.content))
            }
        }
    }
}
