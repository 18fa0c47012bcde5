// MARK: - Fields with implicit presence: the default is not written
extension WireWriter {
    @inlinable
    public mutating func field(_ tag: UInt32, _ value: some WireScalar) {
        if value.varint != 0 { present(tag, value) }
    }

    @inlinable
    public mutating func field(_ tag: UInt32, _ value: String) {
        if !value.isEmpty { present(tag, value) }
    }

    /// A `fixed64`.
    @inlinable
    public mutating func fixed(_ tag: UInt32, _ value: UInt64) {
        if value != 0 { presentFixed(tag, value) }
    }
}

// MARK: - Fields that are always written
extension WireWriter {
    @inlinable
    public mutating func present(_ tag: UInt32, _ value: some WireScalar) {
        reserve(15)
        putVarint(UInt64(tag))
        putVarint(value.varint)
    }

    @inlinable
    public mutating func present(_ tag: UInt32, _ value: String) {
        var value = value
        value.withUTF8 { put(tag, UnsafeRawBufferPointer($0)) }
    }

    @inlinable
    public mutating func present(_ tag: UInt32, _ value: Digest) {
        value.withBytes { put(tag, $0) }
    }

    @inlinable
    public mutating func present(_ tag: UInt32, _ value: some WireMessage) {
        putDelimited(tag) { value.write(to: &$0) }
    }

    /// A `fixed64`.
    @inlinable
    public mutating func presentFixed(_ tag: UInt32, _ value: UInt64) {
        reserve(13)
        putVarint(UInt64(tag))
        storage.storeBytes(of: value.littleEndian, toByteOffset: count, as: UInt64.self)
        count &+= 8
    }

    /// A message without fields.
    @inlinable
    public mutating func empty(_ tag: UInt32) {
        reserve(6)
        putVarint(UInt64(tag))
        putVarint(0)
    }
}

// MARK: - Repeated fields, whole
extension WireWriter {
    /// Scalars in one field, unless there are none.
    @inlinable
    public mutating func packed(_ tag: UInt32, _ values: [some WireScalar]) {
        guard !values.isEmpty else { return }
        putDelimited(tag) { writer in
            for value in values {
                writer.reserve(10)
                writer.putVarint(value.varint)
            }
        }
    }

    @inlinable
    public mutating func repeated(_ tag: UInt32, _ values: [String]) {
        for value in values { present(tag, value) }
    }

    @inlinable
    public mutating func repeated(_ tag: UInt32, _ values: [Digest]) {
        for value in values { present(tag, value) }
    }

    @inlinable
    public mutating func repeated(_ tag: UInt32, _ values: [some WireMessage]) {
        // Where they lie: a message is not copied to be written.
        let values = values.span
        for index in values.indices { present(tag, values[index]) }
    }
}
