/// What protobuf writes as one varint.
public protocol WireScalar: Hashable, Sendable {
    /// The number on the wire.
    var varint: UInt64 { get }
    /// Nil if no value of this type is written so.
    init?(varint: UInt64)
}

extension UInt64: WireScalar {
    @inlinable public var varint: UInt64 { self }
    @inlinable public init?(varint: UInt64) { self = varint }
}

extension UInt32: WireScalar {
    @inlinable public var varint: UInt64 { UInt64(self) }
    @inlinable public init?(varint: UInt64) { self.init(exactly: varint) }
}

extension Int64: WireScalar {
    /// Negative numbers have ten bytes, as in protobuf's `int64`.
    @inlinable public var varint: UInt64 { UInt64(bitPattern: self) }
    @inlinable public init?(varint: UInt64) { self.init(bitPattern: varint) }
}

extension Bool: WireScalar {
    @inlinable public var varint: UInt64 { self ? 1 : 0 }
    @inlinable public init?(varint: UInt64) {
        guard varint <= 1 else { return nil }
        self = varint == 1
    }
}

/// An enum of the schema. Zero (`UNSPECIFIED`) is not a case, so it can neither be read nor written.
public protocol WireEnum: WireScalar, RawRepresentable where RawValue == UInt32 {}

extension WireEnum {
    @inlinable public var varint: UInt64 { UInt64(rawValue) }
    @inlinable public init?(varint: UInt64) {
        guard let raw = UInt32(exactly: varint) else { return nil }
        self.init(rawValue: raw)
    }
}
