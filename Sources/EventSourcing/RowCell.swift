public import Wire

/// A row in memory while events are folded: decoded once, encoded once.
public class RowSlot {
    /// Says what a row is like now. Kept as a function: a generic class's own methods are never specialised.
    @usableFromInline typealias Fingerprinting = (RowSlot, inout WireWriter) -> UInt64
    /// Appends the canonical bytes; false for no row.
    @usableFromInline typealias Encoding = (RowSlot, inout WireWriter) -> Bool

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
    @usableFromInline var raw: [UInt8]?
    let fingerprintNow: Fingerprinting
    let encode: Encoding

    convenience init(_ key: String) { self.init(key, { slot, _ in slot.rawFingerprint }, { $0.encodeRaw(into: &$1) }) }

    @usableFromInline
    init(_ key: String, _ fingerprintNow: @escaping Fingerprinting, _ encode: @escaping Encoding) {
        self.key = key
        self.fingerprintNow = fingerprintNow
        self.encode = encode
    }

    @usableFromInline
    final var rawFingerprint: UInt64 { raw.map { RowSlot.fingerprint(of: Fingerprint.of($0.span.bytes)) } ?? 0 }

    @usableFromInline
    final func encodeRaw(into writer: inout WireWriter) -> Bool {
        guard let raw else { return false }
        writer.put(raw.span.bytes)
        return true
    }

    /// The canonical bytes; nil for no row.
    final func encoded(using writer: inout WireWriter) -> [UInt8]? {
        writer.removeAll()
        return encode(self, &writer) ? writer.bytes.withUnsafeBytes { Array($0) } : nil
    }

    /// Whether there is no row.
    var isEmpty: Bool { raw == nil }

    /// Forgets the row.
    func clear() { raw = nil }

    /// Zero stands for no row.
    @inlinable
    static func fingerprint(of value: UInt64) -> UInt64 { max(value, 1) }
}

/// A row of one type. ``Rows`` lends them, and ``Rows/change(_:_:)`` changes them.
public final class RowCell<Value: WireMessage>: RowSlot {
    @usableFromInline var storage: Value?

    @inlinable
    init(of key: String) {
        super.init(
            key,
            { slot, writer in
                let cell = unsafeDowncast(slot, to: RowCell<Value>.self)
                guard cell.raw == nil, cell.isThere, let print = cell.storage?.fingerprint(using: &writer) else {
                    return cell.rawFingerprint
                }
                return RowSlot.fingerprint(of: print)
            },
            { slot, writer in
                let cell = unsafeDowncast(slot, to: RowCell<Value>.self)
                guard cell.raw == nil, cell.isThere else { return cell.encodeRaw(into: &writer) }
                // Lent, not copied.
                cell.storage?.lend { $0.write(to: &writer) }
                return true
            })
    }

    /// The row; nil if there is none. Lent where it lies.
    @inlinable
    public internal(set) var value: Value? {
        _read { yield storage }
        @usableFromInline _modify { yield &storage }
    }

    /// Lends the row where it lies, to be looked at without a copy; nil if there is none.
    @inlinable
    public func look<Result>(_ body: (borrowing Value) throws -> Result) rethrows -> Result? {
        try storage?.lend { try body($0) }
    }

    /// Whether there is a row.
    @inlinable public var isThere: Bool {
        // Not `!= nil`, which copies the row.
        switch storage {
        case .none: false
        case .some: true
        }
    }

    override var isEmpty: Bool { super.isEmpty && !isThere }

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
