import Coordinator
import EventSourcing
import Events
import Jobs
import Knowledge
import Ledger
import Views
import Wire

/// Everything the business knows: entries read from their own streams, and updates to them.
struct KnowledgeBook {
    static let category = "entry"

    let workplace: Workplace

    static func stream(of entry: String) -> StreamName { StreamName(category: category, id: entry) }

    /// All versions of an entry, the oldest first; empty if there is none.
    ///
    /// They are folded from the entry's stream, so they are as new as the ledger whatever state the views are in.
    func versions(of entry: String) throws -> [EntryVersionRow] {
        guard StreamName.isValid(id: entry) else { return [] }
        do {
            var rows = MemoryRows()
            let index = KnowledgeIndex()
            for event in try workplace.ledger.events(of: Self.stream(of: entry), after: 0) {
                try index.apply(event, to: &rows)
            }
            return try KnowledgeIndex.versions(of: entry, in: rows)
        } catch {
            throw Complaint(error)
        }
    }

    /// What a version is called. The title of an entry about a person is sealed with its text.
    func title(_ content: EntryContent) -> String {
        guard content.title.isEmpty else { return content.title }
        guard let bytes = workplace.artifacts.bytes(content.body) else { return "(erased)" }
        let line = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        return line.hasPrefix("# ") ? String(line.dropFirst(2)) : line
    }

    /// The text of a version.
    func text(_ content: EntryContent) throws -> String {
        guard let bytes = workplace.artifacts.bytes(content.body) else {
            throw workplace.gone("the content \(content.body.short)", content.body)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

// MARK: - Updating
extension KnowledgeBook {
    /// What a person says about an entry, sealed for whom the entry is about and for whom it names.
    func content(_ text: String, of entry: String) throws -> Content {
        let shelf = workplace.artifacts
        let bodies = try versions(of: entry).map(\.content.body)
        return shelf.observed(Array(text.utf8), about: shelf.about(bodies))
    }
}

extension KnowledgeBook {
    /// What an update left behind.
    struct Written {
        /// The entry's newest version.
        let version: StreamVersion
        /// Nil if the entry was so already: nothing was written.
        let position: Position?
    }

    /// Says one thing about one entry, with the contents that it names, in one commit.
    ///
    /// - Parameter others: what becomes true with it, in other streams.
    /// - Throws: `Complaint`, also when somebody else changed the entry first; nothing is written then.
    func observe(
        _ observation: EntryObservation, of entry: String, artifacts: [[UInt8]], with others: [StreamAppend] = [],
        actor: String
    ) async throws -> Written {
        try workplace.requireWritable()
        let time = workplace.world.now()
        do {
            var session = try StreamSession(EntryDecider(), on: Self.stream(of: entry), in: workplace.ledger)
            do throws(EntryRejection) {
                try session.take(observation, at: time)
            } catch {
                throw Complaint(error, entry: entry)
            }
            guard let append = session.append() else { return Written(version: session.version, position: nil) }
            let receipt = try await workplace.ledger.append(
                NewCommit(
                    id: workplace.world.commitID(), time: time, actor: actor, appends: [append] + others,
                    artifacts: artifacts))
            return Written(version: session.version, position: receipt.first)
        } catch {
            throw Complaint(error)
        }
    }

    /// Adds an entry, or revises it from the version that its author had before them.
    func write(_ draft: KnowledgeDraft, base: StreamVersion?, actor: String) async throws -> Written {
        let observation: EntryObservation =
            if let base {
                .entryRevised(EntryRevised(base: base, content: draft.content, source: draft.source))
            } else {
                .entryAdded(EntryAdded(content: draft.content, source: draft.source))
            }
        return try await observe(observation, of: draft.id, artifacts: [draft.stored], actor: actor)
    }

    /// Shows it to nobody any more.
    func retire(_ entry: String, base: StreamVersion, reason: String?, actor: String) async throws -> Written {
        let reason = try reason.map { try content($0, of: entry) }
        return try await observe(
            .entryRetired(EntryRetired(base: base, reason: reason?.digest)), of: entry,
            artifacts: reason.map { [$0.stored] } ?? [], actor: actor)
    }
}

extension Complaint {
    /// Why an entry does not take an update, in the words of people.
    init(_ rejection: EntryRejection, entry: String) {
        switch rejection {
        case .exists(let version):
            self.init(
                "\(entry) is known already (@\(version))", hint: "daybook knowledge add \(entry) --revise ...",
                status: .busy)
        case .missing:
            self.init("there is no entry \(entry)", hint: "daybook knowledge list", status: .notFound)
        case .changedMeanwhile(let base, let now):
            self.init(
                "\(entry) is at @\(now) now, and this was made from @\(base)",
                hint: "look at what changed: daybook knowledge diff \(entry) \(base) \(now)", status: .busy)
        case .noSuchVersion(let version):
            self.init(
                "\(entry) has no content at @\(version)", hint: "daybook knowledge history \(entry)",
                status: .notFound)
        case .mergesNothing:
            self.init("nothing is merged into \(entry)", hint: "daybook knowledge merge A B --into C", status: .usage)
        }
    }
}
