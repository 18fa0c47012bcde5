public import EventSourcing
import Events

extension KnowledgeIndex {
    /// Whether a version was taken back since: by a revert to an earlier one, or with its whole entry.
    ///
    /// Versions that were made of a bad one count as bad as well, even where a revert keeps what was added in them.
    /// A version that nobody knows counts as taken back.
    public static func isTakenBack(
        _ version: StreamVersion, of entry: String, in rows: some RowSource
    ) throws -> Bool {
        let versions = try versions(of: entry, in: rows)
        guard versions.contains(where: { $0.version == version }) else { return true }
        return versions.contains { later in
            later.version >= version && (later.retired || later.to > 0 && later.to < version && later.version > version)
        }
    }
}
