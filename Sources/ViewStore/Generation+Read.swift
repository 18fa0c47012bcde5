import EventSourcing
import LMDB

extension Generation {
    /// The row under a key; nil if there is none.
    func row(_ key: String) throws -> [UInt8]? {
        guard 1...Environment.keyBytesMax ~= key.utf8.count else { return nil }
        return try environment.read { transaction in
            guard let bytes = try transaction.value(for: key.utf8.span.bytes, in: rows) else { return nil }
            return bytes.withUnsafeBytes { Array($0) }
        }
    }

    /// Goes over the rows whose keys have a prefix, in order, until told to stop.
    ///
    /// - Parameter after: only keys behind this one.
    func forEachRow(
        startingWith prefix: String, after: String? = nil, _ body: (_ key: String, _ row: RawSpan) throws -> Bool
    ) throws {
        let prefix = Array(prefix.utf8)
        let behind = after.map { Array($0.utf8) }
        let start = behind.map { $0.lexicographicallyPrecedes(prefix) ? prefix : $0 } ?? prefix
        guard start.count <= Environment.keyBytesMax else { return }
        try environment.read { transaction in
            var cursor = try transaction.cursor(in: rows)
            var isThere = try cursor.seek(atOrAfter: start.span.bytes)
            while isThere {
                let key = cursor.key.withUnsafeBytes { Array($0) }
                guard key.starts(with: prefix) else { break }
                if key != behind {
                    let goesOn = try body(String(decoding: key, as: UTF8.self), cursor.value)
                    if !goesOn { break }
                }
                isThere = try cursor.next()
            }
        }
    }

    /// The events that changed some rows, in order.
    func trails(of keys: some Sequence<[UInt8]>) throws -> [[UInt8]: [Trail.Step]] {
        var trails = Dictionary(keys.map { ($0, [Trail.Step]()) }, uniquingKeysWith: { first, _ in first })
        guard !trails.isEmpty else { return trails }
        try environment.read { transaction in
            var cursor = try transaction.cursor(in: trail)
            var isThere = try cursor.first()
            while isThere {
                Trail.read(cursor.value, into: &trails)
                isThere = try cursor.next()
            }
        }
        return trails
    }
}
