public import EventSourcing
import Events
import Wire

// MARK: - Proposals and contradictions
extension KnowledgeIndex {
    func apply(_ event: ProposalObservation, _ record: RecordedEvent, to rows: inout Rows) throws {
        let key = Self.proposalKey(record.id)
        switch event {
        case .entryProposed(let event):
            try rows.set(
                key,
                to: ProposalRow(
                    proposal: record.id, entry: event.entry, base: event.base, content: event.content,
                    source: event.source, reason: event.reason, evidence: event.evidence, actor: record.actor,
                    position: record.position, timeUs: record.time, decidedBy: "", decidedPosition: 0))
        case .proposalDecided(let event):
            guard var row: ProposalRow = try rows.row(key) else {
                throw UnknownEvent.orphan(record.name, missing: "its proposal")
            }
            row.decided = event
            row.decidedBy = record.actor
            row.decidedPosition = record.position
            try rows.set(key, to: row)
        }
    }

    func apply(_ event: ContradictionObservation, _ record: RecordedEvent, to rows: inout Rows) throws {
        let key = Self.contradictionKey(record.id)
        switch event {
        case .contradictionNoted(let event):
            try rows.set(
                key,
                to: ContradictionRow(
                    contradiction: record.id, noted: event, position: record.position, timeUs: record.time,
                    settledBy: "", settledPosition: 0))
        case .contradictionSettled(let event):
            guard var row: ContradictionRow = try rows.row(key) else {
                throw UnknownEvent.orphan(record.name, missing: "its contradiction")
            }
            row.settled = event
            row.settledBy = record.actor
            row.settledPosition = record.position
            try rows.set(key, to: row)
        }
    }

    private static func proposalKey(_ id: String) -> String { RowKey.join("proposal", RowKey.part(id)) }

    private static func contradictionKey(_ id: String) -> String { RowKey.join("contradiction", RowKey.part(id)) }

    /// What agents would have the business know, the longest waiting first.
    ///
    /// - Parameter decided: also what was accepted or rejected.
    public static func proposals(in rows: some RowSource, decided: Bool = false) throws -> [ProposalRow] {
        try rows.rows(startingWith: "proposal/", as: ProposalRow.self).filter { decided || $0.decided == nil }
            .sorted { $0.position < $1.position }
    }

    /// One proposal; nil if there is none.
    public static func proposal(_ id: String, in rows: some RowSource) throws -> ProposalRow? {
        try rows.row(proposalKey(id), as: ProposalRow.self)
    }

    /// Entries that contradict each other or say the same, the longest known first.
    ///
    /// - Parameter settled: also what was settled.
    public static func contradictions(in rows: some RowSource, settled: Bool = false) throws -> [ContradictionRow] {
        try rows.rows(startingWith: "contradiction/", as: ContradictionRow.self)
            .filter { settled || $0.settled == nil }.sorted { $0.position < $1.position }
    }
}
