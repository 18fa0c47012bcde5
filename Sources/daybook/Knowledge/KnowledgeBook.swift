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
    /// Adds an entry, or revises it from the version that its author had before them.
    ///
    /// - Parameters:
    ///   - others: what becomes true with it, in other streams.
    func write(
        _ draft: KnowledgeDraft, base: StreamVersion?, because why: EntryReasons = EntryReasons(),
        with others: [StreamAppend] = [], settling: Set<String> = [], actor: String
    ) async throws -> Committed {
        let observation: EntryObservation =
            if let base {
                .entryRevised(
                    EntryRevised(
                        base: base, content: draft.content, source: draft.source, reason: why.reason?.digest,
                        evidence: why.evidence, proposal: why.proposal))
            } else {
                .entryAdded(
                    EntryAdded(
                        content: draft.content, source: draft.source, reason: why.reason?.digest,
                        evidence: why.evidence, proposal: why.proposal))
            }
        return try await commit(
            [EntryChange(entry: draft.id, observation: observation, said: draft.statement)],
            artifacts: draft.artifacts + why.artifacts, with: others, settling: settling, actor: actor)
    }

    /// Shows it to nobody any more.
    func retire(
        _ entry: String, base: StreamVersion, reason: String?, with others: [StreamAppend] = [],
        settling: Set<String> = [], artifacts: [[UInt8]] = [], actor: String
    ) async throws -> Committed {
        let reason = try reason.map { try content($0, of: entry) }
        let retired = EntryRetired(base: base, reason: reason?.digest)
        return try await commit(
            [EntryChange(entry: entry, observation: .entryRetired(retired), said: nil)],
            artifacts: artifacts + (reason.map { [$0.stored] } ?? []), with: others, settling: settling, actor: actor)
    }
}

/// Why a version is written, and what it rests on.
struct EntryReasons {
    var reason: Content?
    var evidence: [Evidence] = []
    /// The contents that the evidence names.
    var evidenceStored: [[UInt8]] = []
    /// The id of the proposal that it is.
    var proposal = ""

    var artifacts: [[UInt8]] { evidenceStored + (reason.map { [$0.stored] } ?? []) }
}

extension Complaint {
    /// Why an entry does not take an update, in the words of people.
    init(_ rejection: EntryRejection, entry: String) {
        switch rejection {
        case .exists(let version):
            self.init(
                "\(entry) is known already (@\(version))", hint: "daybook knowledge revise \(entry) ...",
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
