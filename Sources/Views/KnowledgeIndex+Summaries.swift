public import EventSourcing
import Events
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
                    timeUs: record.time))
        case .derivationEnded(let ended):
            guard var row: SummaryRow = try rows.row(making) else { return }
            rows[making] = nil
            guard case .completed(let done) = ended.end.outcome else { return }
            row.version = record.version
            row.result = done.response
            row.costMicrodollars = done.costMicrodollars
            row.position = record.position
            row.timeUs = record.time
            for entry in Set(row.sources.map(\.entry.entry)) {
                try rows.set(Self.summaries(of: entry) + RowKey.countedDown(record.position), to: row)
            }
        }
    }

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
            let holds = try row.sources.allSatisfy { source in
                let current = try version(of: source.entry.entry, asOf: position ?? .max, in: rows)
                return current.map { !$0.retired && $0.version == source.entry.version && isVisible($0) } ?? false
            }
            if holds { return row }
        }
        return nil
    }
}
