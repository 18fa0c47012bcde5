// MARK: - Fields that are there, whatever they hold
extension WireReader {
    /// A number, a truth value or a case of an enum.
    @inlinable
    public mutating func scalar<S: WireScalar>(_: S.Type = S.self) throws(WireError) -> S {
        let raw = try varint()
        guard let value = S(varint: raw) else { throw .unknownValue(raw) }
        return value
    }

    /// Eight bytes, little endian.
    @inlinable
    public mutating func fixed64() throws(WireError) -> UInt64 {
        guard bytes.byteCount &- offset >= 8 else { throw .truncated }
        defer { offset &+= 8 }
        return UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
    }

    /// A text in valid UTF-8.
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

    /// A SHA-256.
    @inlinable
    public mutating func digest() throws(WireError) -> Digest {
        guard let digest = Digest(try delimited()) else { throw .notADigest }
        return digest
    }

    /// A message within this one.
    @inlinable
    public mutating func message<M: WireMessage>(_: M.Type = M.self) throws(WireError) -> M {
        guard depth < Self.depthMax else { throw .tooDeep }
        var inner = WireReader(try delimited(), depth: depth &+ 1)
        return try M(from: &inner)
    }

    /// A message without fields: only its presence says something.
    @inlinable
    public mutating func empty() throws(WireError) {
        guard try varint() == 0 else { throw .notCanonical }
    }
}

// MARK: - Fields with implicit presence: one that is there does not hold the default
extension WireReader {
    @inlinable
    public mutating func field(_ value: inout some WireScalar) throws(WireError) {
        value = try scalar()
        guard value.varint != 0 else { throw .notCanonical }
    }

    @inlinable
    public mutating func field(_ value: inout String) throws(WireError) {
        value = try string()
        guard !value.isEmpty else { throw .notCanonical }
    }

    /// A `fixed64`.
    @inlinable
    public mutating func fixed(_ value: inout UInt64) throws(WireError) {
        value = try fixed64()
        guard value != 0 else { throw .notCanonical }
    }
}

// MARK: - Repeated fields, whole
extension WireReader {
    /// Scalars in one packed field, which is left out rather than empty.
    @inlinable
    public mutating func packed<S: WireScalar>(into values: inout [S]) throws(WireError) {
        var inner = WireReader(try delimited(), depth: depth)
        guard inner.bytes.byteCount > 0 else { throw .notCanonical }
        while inner.offset < inner.bytes.byteCount { values.append(try inner.scalar()) }
    }

    @inlinable
    public mutating func repeated(_ tag: UInt32, into values: inout [String]) throws(WireError) {
        repeat { values.append(try string()) } while try another(tag)
    }

    @inlinable
    public mutating func repeated(_ tag: UInt32, into values: inout [Digest]) throws(WireError) {
        repeat { values.append(try digest()) } while try another(tag)
    }

    @inlinable
    public mutating func repeated(_ tag: UInt32, into values: inout [some WireMessage]) throws(WireError) {
        repeat { values.append(try message()) } while try another(tag)
    }
}
