public import Wire

/// A row in memory while events are folded: decoded once, encoded once.
public class RowSlot {
    public let key: String
    /// That of the row as the last event left it; 0 for no row.
    var fingerprint: UInt64 = 0
    /// That of the row before the batch.
    var before: UInt64 = 0
    /// Whether the event that is being applied may have changed it.
    @usableFromInline var isTouched = false
    /// Its place among the batch's changed rows; nil until it is changed.
    var place: UInt32?
    /// Bytes that were put in the place of the row, whatever they mean.
    var raw: [UInt8]?

    init(_ key: String) { self.key = key }

    /// The canonical bytes; nil for no row.
    func encoded() -> [UInt8]? { raw }

    /// That of the row as it is now.
    func currentFingerprint(using writer: inout WireWriter) -> UInt64 {
        raw.map { RowSlot.fingerprint(of: Fingerprint.of($0.span.bytes)) } ?? 0
    }

    /// Forgets the row.
    func clear() { raw = nil }

    /// Zero stands for no row.
    static func fingerprint(of value: UInt64) -> UInt64 { max(value, 1) }
}

/// A row of one type. ``Rows`` lends them, and ``Rows/change(_:_:)`` changes them.
public final class RowCell<Value: WireMessage>: RowSlot {
    @usableFromInline var storage: Value?

    /// The row; nil if there is none. Lent where it lies.
    @inlinable
    public internal(set) var value: Value? {
        _read { yield storage }
        @usableFromInline _modify { yield &storage }
    }

    /// Whether there is a row.
    @inlinable public var isThere: Bool {
        // Not `!= nil`, which copies the row.
        switch storage {
        case .none: false
        case .some: true
        }
    }

    override func encoded() -> [UInt8]? { raw ?? value?.wireBytes }

    override func currentFingerprint(using writer: inout WireWriter) -> UInt64 {
        if raw == nil, let print = storage?.fingerprint(using: &writer) { return RowSlot.fingerprint(of: print) }
        return super.currentFingerprint(using: &writer)
    }

    override func clear() {
        super.clear()
        value = nil
    }

    /// Reads bytes that were put in its place.
    func settleRaw() throws(WireError) {
        guard let bytes = raw else { return }
        value = try Value(wireBytes: bytes)
        raw = nil
    }
}

extension WireMessage {
    /// Lends the value to a body, so that an optional one can be changed where it lies.
    @inlinable
    public mutating func lend<Result>(to body: (inout Self) throws -> Result) rethrows -> Result { try body(&self) }
}
