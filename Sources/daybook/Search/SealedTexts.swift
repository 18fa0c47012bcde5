import Coordinator
import EventSourcing
import Jobs
import Ledger
import Retrieval
import Wire

/// What is sealed for somebody, ready to be found: opened in memory by each process, and in no file in the clear.
///
/// When the key of a person is destroyed, nothing is left to be forgotten: the next process has nothing to open, and
/// this one reads the log again.
struct SealedTexts {
    /// The entries that it knows.
    let entries: Set<String>
    /// Nil if there are none.
    let segment: Segment?

    static let none = SealedTexts(entries: [], segment: nil)

    private init(entries: Set<String>, segment: Segment?) {
        self.entries = entries
        self.segment = segment
    }

    /// - Parameters:
    ///   - entries: those with versions that are hollow in the index on disk.
    ///   - prepare: gives the chunks their vectors.
    init(
        _ entries: Set<String>, in ledger: Ledger, _ shelf: ArtifactShelf,
        prepare: (inout SegmentDraft) throws -> Void
    ) throws {
        var builder = SegmentBuilder()
        for entry in entries {
            for record in try ledger.events(of: KnowledgeBook.stream(of: entry), after: 0) {
                builder.add(try KnowledgeChange(record, in: ledger, shelf, hollows: false))
            }
        }
        var draft = builder.build()
        try prepare(&draft)
        self.init(entries: entries, segment: entries.isEmpty ? nil : draft.image.segment())
    }
}
