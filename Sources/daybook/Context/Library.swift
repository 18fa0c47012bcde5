import Coordinator
import EventSourcing
import Events
import Jobs
import Retrieval
import Sealing
import Views
import Wire

/// What one role may read of the knowledge, as it stands now. Nothing outside its scope is even looked at.
struct Library {
    let index: TextIndex
    private let collections: Set<String>
    private let entries: Set<String>
    /// Whom entries are about; those about nobody are not in it.
    private let subjects: [String: Set<SubjectID>]

    init(in workplace: Workplace, readableBy agent: AgentDefinition) throws {
        // A role may name collections and single entries.
        let scope = Set(agent.knowledge)
        let rows = try KnowledgeIndex.rows(in: workplace.view(KnowledgeIndex()))
            .filter { scope.contains($0.content.collection) || scope.contains($0.entry) }
        let shelf = workplace.artifacts
        let texts = rows.compactMap { row -> KnowledgeText? in
            guard let body = shelf.bytes(row.content.body) else { return nil }
            return KnowledgeText(
                entry: row.entry, version: row.version, collection: row.content.collection, title: row.content.title,
                text: String(decoding: body, as: UTF8.self), position: row.lastPosition)
        }
        index = TextIndex(texts)
        subjects = Dictionary(rows.map { ($0.entry, shelf.about($0.content.body)) }) { first, _ in first }
        collections = Set(texts.map(\.collection))
        entries = Set(texts.map(\.entry))
    }

    /// Whom an entry is about.
    func about(_ entry: String) -> Set<SubjectID> { subjects[entry] ?? [] }

    func isEntry(_ name: String) -> Bool { entries.contains(name) && !collections.contains(name) }

    /// The collections that a recall searches; empty names mean all that the role may read.
    func scope(_ name: String) -> Set<String>? { name.isEmpty ? nil : [name] }
}
