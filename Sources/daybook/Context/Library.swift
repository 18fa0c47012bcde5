import Coordinator
import EventSourcing
import Events
import Jobs
import Retrieval
import Sealing
import Views
import Wire

/// What one role may read of the knowledge in one job. Nothing outside its scope is even looked at.
struct Library {
    let reading: KnowledgeReading
    /// What it may see of everything.
    let visibility: Visibility

    /// - Parameter now: what holds at this time is shown, and nothing else.
    init(_ reading: KnowledgeReading, readableBy agent: AgentDefinition, customer: Visibility.Customer, now: Timestamp)
        throws
    {
        self.reading = reading
        // A role may name collections and single entries; one that was merged away is read where it went.
        let names = Set(agent.knowledge)
        visibility = Visibility(
            asOf: reading.position, collections: names, entries: Set(try names.map { try reading.current($0) }),
            customer: customer, validAt: now)
    }

    /// Whom an entry is about.
    func about(_ chunk: FoundChunk) -> Set<SubjectID> {
        chunk.passage.content.map { reading.shelf.about($0) } ?? []
    }

    /// The entry that a recall names; nil if it names a collection, or nothing.
    func entry(named name: String) throws -> String? {
        guard !name.isEmpty else { return nil }
        var collection = visibility
        (collection.collections, collection.entries) = (visibility.collections?.intersection([name]), [])
        guard reading.count(in: collection) == 0 else { return nil }
        let entry = try reading.current(name)
        return reading.chunks(of: entry, in: visibility).isEmpty ? nil : entry
    }

    /// What a recall searches; an empty name means all that the role may read.
    func visibility(within name: String) -> Visibility {
        var narrowed = visibility
        narrowed.within = name.isEmpty ? nil : [name]
        return narrowed
    }

    /// The summary of an entry, if everything that it was made of may be seen as it is now.
    func summary(of entry: String, in workplace: Workplace) throws -> SummaryBook.Summary? {
        try SummaryBook(workplace: workplace).summary(of: entry, at: reading.position) { row in
            reading.chunks(of: row.entry, in: visibility).contains { $0.passage.version == row.version }
        }
    }
}
