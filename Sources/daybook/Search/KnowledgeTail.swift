import Coordinator
import EventSourcing
import Events
import Jobs
import Ledger
import Retrieval
import Wire

/// A part of what the log says about knowledge, as the index on disk takes it.
///
/// What is sealed for somebody never goes into a file of the index: its versions are hollow there, and `SealedTexts`
/// holds what they say, in memory.
struct KnowledgeTail {
    /// The most bytes of text in one part.
    static let bytesMax = 8 << 20

    private(set) var changes: [KnowledgeChange] = []
    /// Whether somebody was erased in this part of the log.
    let hasErasure: Bool
    /// The log was read up to here.
    private(set) var through: Position

    private static let entryTypes = Set(EventCatalog.entries.filter { $0.category == "entry" }.map(\.type))
    private static let erasureType = EventCatalog.entry(named: "SubjectErased")?.type

    /// Reads what stands behind a position.
    ///
    /// - Parameters:
    ///   - head: and no further.
    ///   - changesMax: the most changes of the part.
    init(
        after position: Position, upTo head: Position, changesMax: Int, of ledger: Ledger, _ shelf: ArtifactShelf
    ) throws {
        var records: [RecordedEvent] = []
        var hasErasure = false
        through = try ledger.forEachEvent(after: position, limit: Int(head - position)) { event in
            if event.header.type == Self.erasureType { hasErasure = true }
            guard Self.entryTypes.contains(event.header.type) else { return true }
            records.append(try event.copied())
            return records.count < changesMax
        }
        self.hasErasure = hasErasure
        var bytes = 0
        for record in records where record.stream.category == KnowledgeBook.category {
            let change = try KnowledgeChange(record, in: ledger, shelf, hollows: true)
            changes.append(change)
            if case .text(let text) = change { bytes += text.text.utf8.count }
            guard bytes < Self.bytesMax else {
                through = record.position
                break
            }
        }
    }
}

extension KnowledgeChange {
    /// What an event of an entry means for whoever looks for it.
    ///
    /// - Parameter hollows: leaves out what is sealed; if not, only what is sealed has a text.
    init(_ record: RecordedEvent, in ledger: Ledger, _ shelf: ArtifactShelf, hollows: Bool) throws {
        let entry = String(record.stream.id)
        guard let content = try Self.content(of: record, in: ledger) else {
            self = .retired(entry: entry, at: record.position)
            return
        }
        let isSealed = !shelf.about(content.body).isEmpty
        if isSealed, hollows {
            self = .text(KnowledgeText(content, "", record))
        } else if isSealed != hollows, let body = shelf.bytes(content.body) {
            self = .text(KnowledgeText(content, String(decoding: body, as: UTF8.self), record))
        } else {
            // Nobody finds what is erased or not kept any more, nor what it took the place of.
            self = .retired(entry: entry, at: record.position)
        }
    }

    /// What an entry says from this event on; nil if it is retired.
    private static func content(of record: RecordedEvent, in ledger: Ledger) throws -> EntryContent? {
        switch try record.decode(EntryObservation.self) {
        case .entryAdded(let event): return event.content
        case .entryRevised(let event): return event.content
        case .entryMerged(let event): return event.content
        case .entryRetired: return nil
        case .entryReverted(let event):
            if let content = event.content { return content }
            // Back to what an earlier version said, which may itself have gone back.
            let versions = try ledger.events(of: record.stream, after: event.to - 1)
            return try versions.first.flatMap { try content(of: $0, in: ledger) }
        }
    }
}

extension KnowledgeText {
    fileprivate init(_ content: EntryContent, _ text: String, _ record: RecordedEvent) {
        let from = content.validFromUs ?? .min
        self.init(
            entry: String(record.stream.id), version: record.version, collection: content.collection,
            customer: content.customer.isEmpty ? nil : content.customer, kind: content.form.word, tags: content.tags,
            title: content.title.isEmpty ? Self.title(of: text) : content.title, text: text,
            position: record.position, time: record.time, validity: from..<max(from, content.validToUs ?? .max),
            content: content.body)
    }

    /// The title of an entry about a person is sealed with its text: it is the first line.
    private static func title(of text: String) -> String {
        let line = text.prefix { $0 != "\n" }
        return String(line.hasPrefix("# ") ? line.dropFirst(2) : line)
    }
}
