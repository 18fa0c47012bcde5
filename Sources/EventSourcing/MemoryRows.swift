import Wire

/// Rows in memory, for views that need no file.
public struct MemoryRows: RowSource, Sendable, Equatable {
    private var bytes: [String: [UInt8]] = [:]

    public init() {}

    public subscript(key: String) -> [UInt8]? {
        get { bytes[key] }
        set { bytes[key] = newValue }
    }

    public func keys(startingWith prefix: String) -> [String] {
        bytes.keys.filter { $0.hasPrefix(prefix) }.sorted()
    }

    public func row(_ key: String) -> [UInt8]? { bytes[key] }

    public func rows(startingWith prefix: String, after: String?, limit: Int) -> [Row] {
        let keys = keys(startingWith: prefix).drop { key in after.map { key <= $0 } ?? false }
        return keys.prefix(limit).compactMap { key in bytes[key].map { Row(key: key, bytes: $0) } }
    }
}

// MARK: - Folding
extension MemoryRows {
    /// Folds the events of a log behind a position into the rows.
    ///
    /// - Parameter end: the last event that is folded.
    /// - Throws: what the projection throws at an event; then nothing has changed.
    public mutating func fold(
        _ projection: some Projection, from log: some EventLog, after position: Position, upTo end: Position = .max
    ) throws {
        try fold { rows in
            var filter = EventFilter()
            try log.forEachEvent(after: position) { event in
                guard event.header.position <= end else { return false }
                guard filter.lets(event.header.shape, to: projection) else { return true }
                try projection.apply(event, to: &rows)
                try rows.settle()
                return true
            }
        }
    }

    fileprivate mutating func fold(_ body: (inout Rows) throws -> Void) throws {
        var changes: [(key: String, bytes: [UInt8]?)] = []
        var rows = Rows(over: self)
        try body(&rows)
        rows.forEachChange { key, bytes in
            if let bytes {
                changes.append((key, bytes.withUnsafeBytes { Array($0) }))
            } else {
                changes.append((key, nil))
            }
        }
        // Nothing looks at the old rows any more, so they are changed in their place.
        _ = consume rows
        for change in changes { bytes[change.key] = change.bytes }
    }
}

extension Rows {
    /// Ends an event whose steps nobody asks for.
    fileprivate mutating func settle() throws {
        if let failure { throw failure }
        settle(at: 0)
        forgetSteps()
    }
}

extension Projection {
    /// Applies one event that was copied out of a log.
    public func apply(_ event: RecordedEvent, to rows: inout MemoryRows) throws {
        try rows.fold { rows in
            let names = StreamNames { number throws(ReadFailure) in throw ReadFailure("no stream \(number)") }
            try event.withView(stream: event.position, names: names) { view in
                guard reads(view.header.shape) else { return }
                try apply(view, to: &rows)
            }
            try rows.settle()
        }
    }
}
