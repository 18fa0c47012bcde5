public import EventSourcing
import Events
import Wire

/// The view `knowledge`: what the business knows now under `entry/<entry>`, and every version of it under
/// `version/<entry>/<version>`; what waits for a person under `proposal/<id>` and `contradiction/<id>`; what was made
/// of versions under `summary/<entry>/<position>` or, with a name of its own, `overview/<name>/<position>`.
///
/// A proposal is no version of its entry: whoever reads entries does not meet it.
public struct KnowledgeIndex: Projection {
    public static let name = "knowledge"
    public static let revision: UInt32 = 4

    public init() {}

    public func reads(_ kind: EventShape) -> Bool { kind.isOf(.entry, .proposal, .contradiction, .derived) }

    public func apply(_ event: borrowing EventView, to rows: inout Rows) throws {
        let record = try event.copied()
        switch try record.known() {
        case .entry(let event): try apply(event, record, to: &rows)
        case .proposal(let event): try apply(event, record, to: &rows)
        case .contradiction(let event): try apply(event, record, to: &rows)
        case .derived(.observed(let event)): try apply(event, record, to: &rows)
        default: break
        }
    }

    private func apply(_ event: EntryObservation, _ record: RecordedEvent, to rows: inout Rows) throws {
        let current: EntryRow? = try rows.row(Self.key(record.id))
        let version: EntryVersionRow
        switch event {
        case .entryAdded(let event):
            version = EntryVersionRow(
                event.content, record, source: event.source, reason: event.reason, evidence: event.evidence,
                proposal: event.proposal)
        case .entryRevised(let event):
            version = EntryVersionRow(
                event.content, record, source: event.source, reason: event.reason, base: event.base,
                evidence: event.evidence, proposal: event.proposal)
        case .entryMerged(let event):
            var merged = EntryVersionRow(
                event.content, record, source: event.source, reason: event.reason, base: event.base)
            merged.merged = event.merged
            version = merged
        case .entryReverted(let event):
            guard let old: EntryVersionRow = try rows.row(Self.key(record.id, event.to)) else {
                throw UnknownEvent.orphan(record.name, missing: "version \(event.to)")
            }
            var reverted = EntryVersionRow(
                event.content ?? old.content, record, reason: event.reason, base: event.base)
            if event.content == nil { reverted.contentOf = old.contentOf }
            (reverted.to, reverted.bad) = (event.to, event.bad)
            version = reverted
        case .entryRetired(let event):
            guard let current else { throw UnknownEvent.orphan(record.name, missing: "the entry's first event") }
            var retired = EntryVersionRow(current.content, record, reason: event.reason, base: event.base)
            retired.contentOf = current.contentOf
            retired.retired = true
            retired.into = event.into
            version = retired
        }
        try rows.set(Self.key(record.id, record.version), to: version)
        try rows.set(
            Self.key(record.id),
            to: EntryRow(
                entry: record.id, version: version.version, contentOf: version.contentOf, content: version.content,
                retired: version.retired, firstPosition: current?.firstPosition ?? record.position,
                lastPosition: record.position, updatedUs: record.time, into: version.into))
    }

    private static func key(_ entry: String) -> String { RowKey.join("entry", RowKey.part(entry)) }

    private static func prefix(_ entry: String) -> String { RowKey.join("version", RowKey.part(entry), "") }

    private static func key(_ entry: String, _ version: StreamVersion) -> String {
        prefix(entry) + RowKey.version(version)
    }
}

// MARK: - Reading
extension KnowledgeIndex {
    /// An entry as it is now; nil if there is none. A retired one is still there, and says so.
    public static func row(of entry: String, in rows: some RowSource) throws -> EntryRow? {
        try rows.row(key(entry), as: EntryRow.self)
    }

    /// All entries, sorted by name.
    ///
    /// - Parameter collection: only those of this one; nil for all.
    public static func rows(
        in rows: some RowSource, collection: String? = nil, retired: Bool = false
    ) throws -> [EntryRow] {
        try rows.rows(startingWith: "entry/", as: EntryRow.self).filter { row in
            (retired || !row.retired) && (collection == nil || row.content.collection == collection)
        }
    }

    /// One version of an entry; nil if there is none.
    public static func version(
        _ version: StreamVersion, of entry: String, in rows: some RowSource
    ) throws -> EntryVersionRow? {
        try rows.row(key(entry, version), as: EntryVersionRow.self)
    }

    /// All versions of an entry, the oldest first.
    public static func versions(of entry: String, in rows: some RowSource) throws -> [EntryVersionRow] {
        try rows.rows(startingWith: prefix(entry), as: EntryVersionRow.self)
    }

    /// The version that was current at a position; nil before the first.
    public static func version(
        of entry: String, asOf position: Position, in rows: some RowSource
    ) throws -> EntryVersionRow? {
        try versions(of: entry, in: rows).last { $0.position <= position }
    }

    /// The version of every entry that was current at a position, sorted by name; those retired then as well.
    public static func versions(asOf position: Position, in rows: some RowSource) throws -> [EntryVersionRow] {
        var found: [EntryVersionRow] = []
        for row in try rows.rows(startingWith: "version/", as: EntryVersionRow.self) where row.position <= position {
            if found.last?.entry == row.entry { found.removeLast() }
            found.append(row)
        }
        return found.sorted { $0.entry < $1.entry }
    }
}

extension EntryVersionRow {
    init(
        _ content: EntryContent, _ record: RecordedEvent, source: EntrySource? = nil, reason: Digest? = nil,
        base: UInt32 = 0, evidence: [Evidence] = [], proposal: String = ""
    ) {
        self.init(
            entry: record.id, version: record.version, event: record.name, content: content, contentOf: record.version,
            retired: false, source: source, reason: reason, base: base, actor: record.actor,
            position: record.position, timeUs: record.time, evidence: evidence, proposal: proposal, to: 0, bad: 0,
            into: "", merged: [])
    }
}
