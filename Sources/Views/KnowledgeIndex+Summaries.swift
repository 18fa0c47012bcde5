public import EventSourcing
public import Events
import Wire

// MARK: - Summaries
extension KnowledgeIndex {
    func apply(_ event: DerivedObservation, _ record: RecordedEvent, to rows: inout Rows) throws {
        let making = RowKey.join("summarizing", RowKey.part(record.id))
        switch event {
        case .derivationAsked(let asked):
            guard case .summary(let work) = asked.work else { return }
            try rows.set(
                making,
                to: SummaryRow(
                    stream: record.stream.description, version: record.version, sources: work.sources,
                    agent: work.agent, model: work.model, costMicrodollars: 0, position: record.position,
                    timeUs: record.time, name: work.name))
        case .derivationEnded(let ended):
            guard var row: SummaryRow = try rows.row(making) else { return }
            rows[making] = nil
            guard case .completed(let done) = ended.end.outcome else { return }
            row.version = record.version
            row.result = done.response
            row.costMicrodollars = done.costMicrodollars
            row.position = record.position
            row.timeUs = record.time
            if let name = row.name {
                return try rows.set(Self.overviews(name) + RowKey.countedDown(record.position), to: row)
            }
            for entry in Set(row.sources.map(\.entry.entry)) {
                try rows.set(Self.summaries(of: entry) + RowKey.countedDown(record.position), to: row)
            }
        }
    }

    private static let summaryPrefix = "summary/"
    private static let overviewPrefix = "overview/"

    private static func overviews(_ name: String) -> String { RowKey.join("overview", RowKey.part(name), "") }

    private static func summaries(of entry: String) -> String { RowKey.join("summary", RowKey.part(entry), "") }

    /// The newest summary that holds at a position: everything it was made of was the current version then.
    ///
    /// It is gone as soon as one of its sources has another version: revised, merged, retired, or reverted even to the
    /// same words. At an earlier position it is still there.
    /// - Parameters:
    ///   - position: nil for now.
    ///   - isVisible: whether somebody may see an entry as it is then. Who may not see all sources does not see what
    ///     was made of them.
    public static func summary(
        of entry: String, asOf position: Position? = nil, in rows: some RowSource,
        isVisible: (EntryVersionRow) -> Bool = { _ in true }
    ) throws -> SummaryRow? {
        for row in try rows.rows(startingWith: summaries(of: entry), as: SummaryRow.self)
        where row.position <= position ?? .max {
            if try changed(in: row, asOf: position, in: rows, isVisible: isVisible).isEmpty { return row }
        }
        return nil
    }

    /// The entries that have a summary which holds at a position. A look at each entry would take much longer.
    public static func summarized(asOf position: Position? = nil, in rows: some RowSource) throws -> Set<String> {
        var found: Set<String> = []
        for row in try rows.rows(startingWith: summaryPrefix, as: SummaryRow.self)
        where row.position <= position ?? .max {
            let entries = row.sources.map(\.entry.entry).filter { !found.contains($0) }
            if !entries.isEmpty, try changed(in: row, asOf: position, in: rows).isEmpty { found.formUnion(entries) }
        }
        return found
    }

    /// The sources of a summary that are not what is known at a position, or may not be seen: none as long as it holds.
    public static func changed(
        in row: SummaryRow, asOf position: Position? = nil, in rows: some RowSource,
        isVisible: (EntryVersionRow) -> Bool = { _ in true }
    ) throws -> [EntryRef] {
        try row.sources.map(\.entry).filter { source in
            let current = try version(of: source.entry, asOf: position ?? .max, in: rows)
            return current.map { $0.retired || $0.version != source.version || !isVisible($0) } ?? true
        }
    }

    /// The newest summary with a name of its own at a position, whether or not it still holds.
    public static func overview(
        _ name: String, asOf position: Position? = nil, in rows: some RowSource
    ) throws -> SummaryRow? {
        try rows.rows(startingWith: overviews(name), as: SummaryRow.self).first { $0.position <= position ?? .max }
    }

    /// The newest of each name at a position, by name.
    public static func overviews(asOf position: Position? = nil, in rows: some RowSource) throws -> [SummaryRow] {
        var newest: [String: SummaryRow] = [:]
        for row in try rows.rows(startingWith: overviewPrefix, as: SummaryRow.self)
        where row.position <= position ?? .max {
            guard let name = row.name, newest[name] == nil else { continue }
            newest[name] = row
        }
        return newest.sorted { $0.key < $1.key }.map(\.value)
    }
}
