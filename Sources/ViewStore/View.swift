public import EventSourcing

/// A view that can be read: one generation of it, as far as it was folded.
///
/// Each read sees the last batch that was folded in, whole commits only. The file stays open while a `View` of it
/// lives.
public struct View: Sendable {
    let lease: GenerationLease

    var generation: Generation { lease.generation }

    /// What people call it: `jobs`.
    public var name: String { generation.view }

    /// Which building of it this is, counted from 1.
    public var number: UInt32 { generation.number }

    /// The last event in its rows; 0 for none.
    public func position() throws(ViewFailure) -> Position { try stamp().position }

    /// The revision of the projection that made its rows.
    public func revision() throws(ViewFailure) -> UInt32 { try stamp().revision }

    func stamp() throws(ViewFailure) -> Stamp {
        let stamp = try ViewFailure.wrapping { try generation.stamp() }
        guard let stamp else { throw .stale(view: name, why: "it was never finished, or has another format") }
        return stamp
    }
}

extension View: RowSource {
    public func row(_ key: String) throws(ViewFailure) -> [UInt8]? {
        try ViewFailure.wrapping { try generation.row(key) }
    }

    public func rows(
        startingWith prefix: String, after: String? = nil, limit: Int = .max
    ) throws(ViewFailure) -> [Row] {
        guard limit > 0 else { return [] }
        var found: [Row] = []
        try ViewFailure.wrapping {
            try generation.forEachRow(startingWith: prefix, after: after) { key, row in
                found.append(Row(key: key, bytes: row.withUnsafeBytes { Array($0) }))
                return found.count < limit
            }
        }
        return found
    }
}
