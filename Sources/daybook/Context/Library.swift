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

    /// A summary of several entries that a recall names.
    struct Overview {
        /// Nil unless it holds, and everything that it was made of may be seen.
        let summary: SummaryBook.Summary?
        /// Those of the entries it was made of that may be seen, as they are now.
        let entries: [String]
    }

    /// Nil for a name under which nothing was summed up of what may be seen.
    func overview(named name: String, in workplace: Workplace) throws -> Overview? {
        guard !name.isEmpty, reading.count(in: visibility(within: name)) == 0,
            let found = try SummaryBook(workplace: workplace).overview(name, at: reading.position, isVisible: isVisible)
        else { return nil }
        let entries = try found.row.sources.map { try reading.current($0.entry.entry) }.filter { entry in
            !reading.chunks(of: entry, in: visibility).isEmpty
        }
        return entries.isEmpty ? nil : Overview(summary: found.summary, entries: entries)
    }

    /// Whether this version is what is shown of its entry now.
    private func isVisible(_ row: EntryVersionRow) -> Bool {
        reading.chunks(of: row.entry, in: visibility).contains { $0.passage.version == row.version }
    }

    /// The summary of an entry, if everything that it was made of may be seen as it is now.
    func summary(of entry: String, in workplace: Workplace) throws -> SummaryBook.Summary? {
        try SummaryBook(workplace: workplace).summary(of: entry, at: reading.position, isVisible: isVisible)
    }
}
