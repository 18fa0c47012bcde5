/// Why bytes are not an event that this build understands. Unknown stops: nothing is skipped.
public enum WireError: Error, Hashable, Sendable {
    case truncated
    case overlong
    case notUTF8
    case notADigest
    case unknownType(UInt16)
    case unknownField(UInt32)
    case unknownValue(UInt64)
    case missing(StaticName)
}

/// A field's name for an error message.
public struct StaticName: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    public let description: String
    public init(stringLiteral value: String) { description = value }
}

/// Reads protobuf wire format from borrowed memory, such as a page that LMDB mapped.
///
/// Not escapable: the compiler keeps it from outliving the transaction that lent the bytes.
public struct WireReader: ~Escapable {
    @usableFromInline let bytes: RawSpan
    @usableFromInline var offset = 0

    @inlinable
    @_lifetime(copy bytes)
    public init(_ bytes: RawSpan) { self.bytes = bytes }
}

extension WireReader {
    /// The next field's tag, or nil at the end.
    @inlinable
    public mutating func tag() throws(WireError) -> UInt32? {
        guard offset < bytes.byteCount else { return nil }
        return UInt32(truncatingIfNeeded: try varint())
    }

    @inlinable
    public mutating func varint() throws(WireError) -> UInt64 {
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
            if byte < 0x80 { return value }
            shift += 7
        }
        throw .truncated
    }

    /// The bytes of a length-delimited field.
    @inlinable
    @_lifetime(copy self)
    public mutating func delimited() throws(WireError) -> RawSpan {
        let length = try varint()
        guard length <= UInt64(bytes.byteCount &- offset) else { throw .truncated }
        let start = offset
        offset &+= Int(length)
        return bytes.extracting(unchecked: start..<offset)
    }

    @inlinable
    public mutating func uint64() throws(WireError) -> UInt64 { try varint() }

    @inlinable
    public mutating func uint32() throws(WireError) -> UInt32 {
        let value = try varint()
        guard let narrow = UInt32(exactly: value) else { throw .unknownValue(value) }
        return narrow
    }

    @inlinable
    public mutating func int64() throws(WireError) -> Int64 { Int64(bitPattern: try varint()) }

    @inlinable
    public mutating func bool() throws(WireError) -> Bool { try varint() != 0 }

    @inlinable
    public mutating func fixed64() throws(WireError) -> UInt64 {
        guard bytes.byteCount &- offset >= 8 else { throw .truncated }
        defer { offset &+= 8 }
        return UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
    }

    @inlinable
    public mutating func float() throws(WireError) -> Float {
        guard bytes.byteCount &- offset >= 4 else { throw .truncated }
        defer { offset &+= 4 }
        return Float(bitPattern: UInt32(littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt32.self)))
    }

    @inlinable
    public mutating func string() throws(WireError) -> String {
        let bytes = try delimited()
        let text: UTF8Span
        do {
            text = try UTF8Span(validating: bytes._unsafeView(as: UInt8.self))
        } catch {
            throw .notUTF8
        }
        return String(copying: text)
    }

    @inlinable
    public mutating func digest() throws(WireError) -> Digest {
        guard let digest = Digest(try delimited()) else { throw .notADigest }
        return digest
    }

    @inlinable
    public mutating func value<E: WireEnum>(_: E.Type = E.self) throws(WireError) -> E {
        let raw = try uint32()
        guard let value = E(rawValue: raw) else { throw .unknownValue(UInt64(raw)) }
        return value
    }

    @inlinable
    public mutating func message<M: WireMessage>(_: M.Type = M.self) throws(WireError) -> M {
        var inner = WireReader(try delimited())
        return try M(from: &inner)
    }

    /// An empty message: only its presence says something.
    @inlinable
    public mutating func empty() throws(WireError) {
        guard try varint() == 0 else { throw .unknownField(0) }
    }

    @inlinable
    public mutating func packed<E: WireEnum>(into values: inout [E]) throws(WireError) {
        var inner = WireReader(try delimited())
        while inner.offset < inner.bytes.byteCount { values.append(try inner.value()) }
    }
}
