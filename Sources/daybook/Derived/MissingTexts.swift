import Coordinator
import EventSourcing
import Ledger
import Retrieval
import Wire

/// The texts that have no vector of the server's yet, read from the log in parts.
struct MissingTexts {
    /// Changes of one part.
    private static let changesMax = 1_024

    private var position: Position
    private let head: Position
    /// Entries with versions that are about somebody: looked at last.
    private var sealed: Set<String>
    private let ledger: Ledger
    private let shelf: ArtifactShelf
    private let recorded: RecordedVectors
    private var seen: Set<Digest> = []

    /// - Parameters:
    ///   - position: everything before it has its vectors.
    ///   - sealed: the entries before it that are about somebody.
    init(
        after position: Position, upTo head: Position, sealed: Set<String>, in ledger: Ledger, _ shelf: ArtifactShelf,
        _ recorded: RecordedVectors
    ) {
        self.position = position
        self.head = head
        self.sealed = sealed
        self.ledger = ledger
        self.shelf = shelf
        self.recorded = recorded
    }

    /// Some of them; nil if there are no more.
    mutating func next() throws -> [TextToEmbed]? {
        while position < head {
            let tail = try KnowledgeTail(
                after: position, upTo: head, changesMax: Self.changesMax, of: ledger, shelf)
            position = tail.through
            var builder = SegmentBuilder()
            for change in tail.changes {
                builder.add(change)
                // Its text is not in this part of the log's index, but it is in the sealed one.
                if case .text(let text) = change, text.text.isEmpty { sealed.insert(text.entry) }
            }
            let found = missing(in: builder.build())
            if !found.isEmpty { return found }
        }
        guard !sealed.isEmpty else { return nil }
        var found: [TextToEmbed] = []
        _ = try SealedTexts(sealed, in: ledger, shelf) { found = missing(in: $0) }
        sealed = []
        return found.isEmpty ? nil : found
    }

    private mutating func missing(in draft: SegmentDraft) -> [TextToEmbed] {
        draft.passages.compactMap { passage in
            let text = TextToEmbed(passage, shelf)
            guard !text.text.isEmpty, seen.insert(text.key).inserted, recorded.vector(of: text.key) == nil else {
                return nil
            }
            return text
        }
    }
}
