public import EventSourcing
import Wire

// MARK: - Who ever saw this
extension Lineage {
    /// Every context that held a version of an entry, in the order of the events.
    ///
    /// - Parameter version: only this one; nil for all.
    public static func exposure(
        ofEntry entry: String, version: StreamVersion? = nil, in rows: some RowSource
    ) throws -> [ShownRow] {
        let prefix = version.map { shown(entry, $0) } ?? RowKey.join("shown", RowKey.part(entry), "")
        return try rows.rows(startingWith: prefix, as: ShownRow.self).sorted { $0.position < $1.position }
    }

    /// Every context that held a file of the workspace, in the order of the events.
    public static func exposure(ofFile path: String, in rows: some RowSource) throws -> [ReadRow] {
        try rows.rows(startingWith: RowKey.join("file", RowKey.part(path), ""), as: ReadRow.self)
            .sorted { $0.position < $1.position }
    }

    /// Every context that held a row of a view, in the order of the events.
    public static func exposure(ofRow key: String, inView view: String, in rows: some RowSource) throws -> [ReadRow] {
        try rows.rows(startingWith: RowKey.join("read", RowKey.part(view), RowKey.part(key), ""), as: ReadRow.self)
            .sorted { $0.position < $1.position }
    }

    /// The contexts that held a row of a view while it was wrong: from the event on at which it parts.
    ///
    /// - Parameters:
    ///   - parts: the first event behind which the row was wrong.
    public static func wrongReads(
        ofRow key: String, inView view: String, parts: Position, in rows: some RowSource
    ) throws -> [ReadRow] {
        try exposure(ofRow: key, inView: view, in: rows).filter { $0.position > parts }
    }
}
