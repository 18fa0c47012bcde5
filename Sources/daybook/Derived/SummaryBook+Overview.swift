import Coordinator
import EventSourcing
import Events
import Jobs
import Views
import Wire

// MARK: - Of several entries
extension SummaryBook {
    /// A summary with a name of its own, whether or not it still holds.
    struct Overview {
        let row: SummaryRow
        /// Nil if it is erased, or was none.
        let text: String?
        /// The sources that are not what is known now, or may not be seen.
        let changed: [EntryRef]
        /// What became of these, in words.
        let why: String

        var name: String { row.name ?? "" }
        var holds: Bool { changed.isEmpty && text != nil }
        var sources: String { row.sources.map(\.entry.name).joined(separator: ", ") }
        var maker: String { row.maker }

        /// Nil unless it holds.
        var summary: Summary? { holds ? text.map { Summary(row: row, text: $0) } : nil }
    }

    /// - Parameters:
    ///   - position: nil for now.
    ///   - isVisible: as for a summary of one entry.
    /// - Returns: nil if nothing has this name.
    func overview(
        _ name: String, at position: Position? = nil, isVisible: (EntryVersionRow) -> Bool = { _ in true }
    ) throws -> Overview? {
        let view = try workplace.view(KnowledgeIndex())
        return try KnowledgeIndex.overview(name, asOf: position, in: view).map {
            try overview($0, at: position, in: view, isVisible)
        }
    }

    /// All of them, by name.
    func overviews(at position: Position? = nil) throws -> [Overview] {
        let view = try workplace.view(KnowledgeIndex())
        return try KnowledgeIndex.overviews(asOf: position, in: view).map { row in
            try overview(row, at: position, in: view) { _ in true }
        }
    }

    private func overview(
        _ row: SummaryRow, at position: Position?, in view: any RowSource, _ isVisible: (EntryVersionRow) -> Bool
    ) throws -> Overview {
        let changed = try KnowledgeIndex.changed(in: row, asOf: position, in: view, isVisible: isVisible)
        let words = try changed.map { source in
            let now = try KnowledgeIndex.version(of: source.entry, asOf: position ?? .max, in: view)
            guard let now, !now.retired else { return "\(source.entry) is retired" }
            return "\(source.name) is @\(now.version) now"
        }
        let text = row.result.flatMap { workplace.artifacts.bytes($0) }.flatMap { SummaryRequest.summary(in: $0) }
        return Overview(
            row: row, text: text, changed: changed,
            why: text == nil ? "what it says is erased, or was no summary" : words.joined(separator: ", "))
    }
}

extension SummaryBook.Overview {
    var json: JSON {
        .fields(
            ("name", .string(name)), ("sources", .array(row.sources.map { .string($0.entry.name) })),
            ("holds", .bool(holds)), ("changed", .array(changed.map { .string($0.name) })),
            ("agent", .string(row.agent)), ("model", .string(row.model)),
            ("cost_microdollars", .number(row.costMicrodollars)), ("position", .number(row.position)),
            ("time", .string(Format.iso(row.timeUs))), ("text", text.map { .string($0) } ?? .null))
    }
}

extension SummaryRow {
    /// Who made it: `heuristic`, or `writer (writing)`.
    var maker: String { agent.isEmpty ? model : "\(agent) (\(model))" }
}
