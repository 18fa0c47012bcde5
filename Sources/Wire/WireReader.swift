/// Reads protobuf's wire format from borrowed memory, such as a page that LMDB mapped.
///
/// It takes canonical bytes only (see ``WireWriter``), so whatever it accepts is written again byte for byte.
/// Not escapable: the compiler keeps it from outliving the transaction that lent the bytes.
///
/// Source: <https://protobuf.dev/programming-guides/encoding/>.
public struct WireReader: ~Escapable {
    /// The most messages within each other.
    public static let depthMax = 64

    @usableFromInline let bytes: RawSpan
    @usableFromInline var offset = 0
    @usableFromInline var last: UInt32 = 0
    @usableFromInline let depth: Int

    /// Begins at the first of these bytes.
    @inlinable
    @_lifetime(copy bytes)
    public init(_ bytes: RawSpan) {
        self.init(bytes, depth: 0)
    }

    @inlinable
    @_lifetime(copy bytes)
    init(_ bytes: RawSpan, depth: Int) {
        self.bytes = bytes
        self.depth = depth
    }
}

// MARK: - The course of a message
extension WireReader {
    /// The next field's tag (number and wire type), or nil at the end. Tags rise.
    @inlinable
    public mutating func tag() throws(WireError) -> UInt32? {
        guard offset < bytes.byteCount else { return nil }
        let value = try varint()
        guard let tag = UInt32(exactly: value) else { throw .unknownValue(value) }
        guard tag > last else { throw .notCanonical }
        last = tag
        return tag
    }

    /// Whether the next field is one more of a repeated one; if so, its tag is behind us.
    @inlinable
    mutating func another(_ tag: UInt32) throws(WireError) -> Bool {
        guard offset < bytes.byteCount else { return false }
        let start = offset
        if try varint() == UInt64(tag) { return true }
        offset = start
        return false
    }

    /// Called behind the only field that a message can have.
    @inlinable
    public func end() throws(WireError) {
        guard offset == bytes.byteCount else { throw .notCanonical }
    }
}

// MARK: - Looking at some fields only
extension WireReader {
    /// Passes over a field, all of it if it is repeated, for a reader that needs others of the message.
    ///
    /// What lies in it is not looked at.
    @inlinable
    public mutating func skip(_ tag: UInt32) throws(WireError) {
        repeat {
            switch tag & 7 {
            case 0: _ = try varint()
            case 1: _ = try fixed64()
            case 2: _ = try delimited()
            default: throw .unknownField(tag)
            }
        } while try another(tag)
    }

    /// Lends each message of a repeated field to a reader that needs some fields of it.
    @inlinable
    public mutating func each(
        _ tag: UInt32, _ body: (inout WireReader) throws(WireError) -> Void
    ) throws(WireError) {
        guard depth < Self.depthMax else { throw .tooDeep }
        repeat {
            var inner = WireReader(try delimited(), depth: depth &+ 1)
            try body(&inner)
        } while try another(tag)
    }
}

// MARK: - Primitives
extension WireReader {
    @inlinable
    mutating func varint() throws(WireError) -> UInt64 {
        guard offset < bytes.byteCount else { throw .truncated }
        let first = bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
        offset &+= 1
        if first < 0x80 { return UInt64(first) }
        return try longVarint(UInt64(first & 0x7f))
    }

    @usableFromInline
    mutating func longVarint(_ low: UInt64) throws(WireError) -> UInt64 {
        var value = low
        var shift: UInt64 = 7
        while offset < bytes.byteCount {
            let byte = bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
            offset &+= 1
            if shift == 63, byte > 1 { throw .overlong }
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 {
                // A last byte of zero adds nothing: the same number has a shorter form.
                guard byte != 0 else { throw .overlong }
                return value
            }
            shift += 7
        }
        throw .truncated
    }

    /// The bytes of a text, for a reader that knows most of them: whoever keeps them looks whether they are UTF-8.
    @inlinable
    @_lifetime(copy self)
    public mutating func textBytes() throws(WireError) -> RawSpan {
        let bytes = try delimited()
        guard bytes.byteCount > 0 else { throw .notCanonical }
        return bytes
    }

    /// The bytes of a length-delimited field.
    @inlinable
    @_lifetime(copy self)
    mutating func delimited() throws(WireError) -> RawSpan {
        let length = try varint()
        guard length <= UInt64(bytes.byteCount &- offset) else { throw .truncated }
        let start = offset
        offset &+= Int(length)
        return bytes.extracting(unchecked: start..<offset)
    }
}
